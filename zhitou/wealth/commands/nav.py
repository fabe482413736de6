"""``zhitou nav analyse FILE``: what a series of net asset values earned, and at what risk."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd

    from zhitou.wealth.nav_file import NavSeries

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
_DAYS_APART = 4
"""Values that are usually further apart are not daily ones."""
_ROWS = (
    ("total_return", "total return", ".2%"),
    ("annual_return", "a year, by 252 days", ".2%"),
    ("cagr", "a year, by the calendar", ".2%"),
    ("annual_volatility", "volatility a year", ".2%"),
    ("downside_deviation", "downside deviation", ".2%"),
    ("sharpe", "Sharpe", ".4f"),
    ("sortino", "Sortino", ".4f"),
    ("calmar", "Calmar", ".4f"),
    ("max_drawdown", "greatest drawdown", ".2%"),
    ("drawdown_peak", "  its peak", ""),
    ("drawdown_trough", "  its trough", ""),
    ("drawdown_recovered", "  recovered", ""),
    ("var_95", "VaR 95 % of a day", ".2%"),
    ("cvar_95", "CVaR 95 % of a day", ".2%"),
)
_BENCHMARK_ROWS = (
    ("benchmark_total_return", "its total return", ".2%"),
    ("beta", "beta", ".4f"),
    ("correlation", "correlation", ".4f"),
    ("alpha", "alpha a year", ".2%"),
    ("tracking_error", "tracking error", ".2%"),
    ("information_ratio", "information ratio", ".4f"),
)


class BadInput(click.ClickException):
    """A file that cannot be used, told in one line."""

    exit_code = 2


@click.group()
def command() -> None:
    """Analyse a series of net asset values."""


@command.command()
@click.argument("file", type=_FILE)
@click.option("--from", "first", type=_DAY, help="first day that counts  [default: the file's]")
@click.option("--to", "last", type=_DAY, help="last day that counts  [default: the file's]")
@click.option("--column", help="where the values are, if its name is not a usual one")
@click.option("--benchmark", type=_FILE, help="a file of the same kinds, such as an index")
@click.option("--benchmark-column", help="where the benchmark's values are")
@click.option(
    "--risk-free",
    type=float,
    default=0.0,
    show_default=True,
    help="rate a year, for Sharpe and alpha (0.015)",
)
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
def analyse(
    file: Path,
    first: datetime | None,
    last: datetime | None,
    column: str | None,
    benchmark: Path | None,
    benchmark_column: str | None,
    risk_free: float,
    as_json: bool,
) -> None:
    """Compute every figure of FILE, a CSV of a fund's net asset values or of an index.

    Understood are Eastmoney's and AKShare's layout, with dividends and splits in words, and tables
    with a column of days and one of values. Dividends are reinvested and splits undone; a year has
    252 returns. Figures against the benchmark use the days that both have. All of it describes the
    past and promises nothing.
    """
    if not -1 < risk_free < 1:
        raise click.UsageError("--risk-free is a rate a year as a fraction, such as 0.015")
    if first and last and first > last:
        raise click.UsageError("--from lies after --to")

    own, other = _read(file, column, benchmark, benchmark_column)
    values = _window(own.total_return, first, last, file)
    common = _common(values, other, benchmark or file) if other else None
    start, end = values.index[0].date(), values.index[-1].date()
    result: dict[str, Any] = {
        "column": own.column,
        "from": start.isoformat(),
        "to": end.isoformat(),
        "values": len(values),
        "distributions": sum(start < paid.day <= end for paid in own.distributions),
        "risk_free": risk_free,
        "benchmark": _name(benchmark, other) if other else None,
        "common_days": None if common is None else len(common),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # figures that are not defined are null
        result |= _figures(values, risk_free) | _against(common, risk_free)
    result["notes"] = list(_notes(own, values, common))
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, allow_nan=False))
    else:
        click.echo("\n".join(_table(result)))


def _read(
    file: Path, column: str | None, benchmark: Path | None, benchmark_column: str | None
) -> tuple[NavSeries, NavSeries | None]:
    """The values, and the benchmark if one is named or stands beside them.

    Raises:
        BadInput: a file cannot be used.
    """
    from zhitou.clock import today_in_shanghai
    from zhitou.wealth import nav_file

    today = today_in_shanghai()
    with _located(file):
        table = nav_file.read_table(file.read_bytes())
        own = nav_file.read_series(table, column or nav_file.value_column(table), today)
    with _located(benchmark or file):
        if benchmark:
            table = nav_file.read_table(benchmark.read_bytes())
        beside = benchmark_column or nav_file.benchmark_column(table)
        if benchmark:
            beside = beside or nav_file.value_column(table)
        elif not benchmark_column and beside == own.column:
            beside = None
        return own, nav_file.read_series(table, beside, today) if beside else None


@contextmanager
def _located(file: Path) -> Iterator[None]:
    """Say of which file a complaint is."""
    from zhitou.wealth.price_table import BadPrices

    try:
        yield
    except BadPrices as error:
        raise BadInput(f"{file}: {'; '.join(str(error).splitlines())}") from error


def _window(
    series: pd.Series, first: datetime | None, last: datetime | None, file: Path
) -> pd.Series:
    """The values from the first day to the last, both included."""
    part = series.loc[first:last]
    if len(part) < 2:
        known = f"{series.index[0]:%Y-%m-%d} to {series.index[-1]:%Y-%m-%d}"
        raise BadInput(
            f"{file}: {len(part)} days of values between --from and --to, at least 2 are needed; "
            f"the file has {known}"
        )
    return part


def _common(values: pd.Series, benchmark: NavSeries, file: Path) -> pd.DataFrame:
    """Values and benchmark on the days that both have."""
    import pandas as pd

    both = pd.concat([values, benchmark.total_return], axis=1, join="inner")
    if len(both) < 3:
        raise BadInput(
            f"{file}: {len(both)} days in common with the values from "
            f"{values.index[0]:%Y-%m-%d} to {values.index[-1]:%Y-%m-%d}, at least 3 are needed"
        )
    return both


def _name(file: Path | None, benchmark: NavSeries) -> str:
    """What to call the benchmark: its column, after its file if it has one of its own."""
    return f"{file.name}, {benchmark.column}" if file else benchmark.column


def _notes(own: NavSeries, values: pd.Series, common: pd.DataFrame | None) -> Iterator[str]:
    """What a reader of the figures must know."""
    if not own.complete:
        yield "no column 分红送配: dividends and splits are not counted"
    for what, table in (("values", values), ("common days", common)):
        if table is not None and _days_apart(table) > _DAYS_APART:
            yield f"the {what} are not daily, yet 252 of them count as a year"
            return


def _days_apart(table: pd.Series | pd.DataFrame) -> float:
    """Calendar days that usually lie between two rows."""
    return float((table.index[1:] - table.index[:-1]).days.to_series().median())


def _figures(series: pd.Series, risk_free: float) -> dict[str, Any]:
    """Every figure of the series alone."""
    from zhitou.wealth import analytics, periods

    values = series.to_numpy()
    returns = analytics.simple_returns(values)
    fall = analytics.worst_drawdown(series) if analytics.max_drawdown(values) < 0 else None
    return {
        "total_return": _number(analytics.total_return(values)),
        "annual_return": _number(analytics.annual_return(values)),
        "cagr": _number(analytics.cagr(series)),
        "annual_volatility": _number(analytics.volatility(returns)),
        "downside_deviation": _number(analytics.downside_deviation(returns)),
        "sharpe": _number(analytics.sharpe(returns, risk_free)),
        "sortino": _number(analytics.sortino(returns)),
        "calmar": _number(analytics.calmar(values)),
        "max_drawdown": fall.depth if fall else 0.0,
        "drawdown_peak": fall.peak.isoformat() if fall else None,
        "drawdown_trough": fall.trough.isoformat() if fall else None,
        "drawdown_recovered": fall.recovered.isoformat() if fall and fall.recovered else None,
        "var_95": _number(analytics.value_at_risk(returns)),
        "cvar_95": _number(analytics.conditional_value_at_risk(returns)),
        "calendar_years": {
            str(year): _number(value) for year, value in periods.calendar_years(series).items()
        },
    }


def _against(common: pd.DataFrame | None, risk_free: float) -> dict[str, float | None]:
    """Every figure of the values, the first column, against the benchmark, the second."""
    from zhitou.wealth import analytics

    if common is None:
        return dict.fromkeys(key for key, *_ in _BENCHMARK_ROWS)
    values, levels = common.to_numpy().T
    returns, market = analytics.simple_returns(values), analytics.simple_returns(levels)
    return {
        "benchmark_total_return": _number(analytics.total_return(levels)),
        "beta": _number(analytics.beta(returns, market)),
        "correlation": _number(analytics.correlation(returns, market)),
        "alpha": _number(analytics.alpha(returns, market, risk_free)),
        "tracking_error": _number(analytics.tracking_error(returns, market)),
        "information_ratio": _number(analytics.information_ratio(returns, market)),
    }


def _number(value: Any) -> float | None:
    """A plain number; empty where the figure is not defined."""
    number = float(value)
    return number if math.isfinite(number) else None


def _table(result: dict[str, Any]) -> Iterator[str]:
    """The result for a person, line by line."""
    paid = f", {result['distributions']} distributions" if result["distributions"] else ""
    yield f"{result['column']}, {result['from']} to {result['to']}, {result['values']} values{paid}"
    yield from (_row(label, result[key], form) for key, label, form in _ROWS)
    yield from (_row(year, value, ".2%") for year, value in result["calendar_years"].items())
    if result["benchmark"]:
        yield f"against {result['benchmark']}, {result['common_days']} common days"
        yield from (_row(label, result[key], form) for key, label, form in _BENCHMARK_ROWS)
    yield from (f"note: {note}" for note in result["notes"])


def _row(label: str, value: Any, form: str) -> str:
    return f"  {label:<26}{'-' if value is None else format(value, form):>12}"
