"""The figures kept for every product of a shelf, computed for all of them at once; pure.

Which keys there are and what they mean is said once, in :mod:`zhitou.wealth.product`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from zhitou.wealth import analytics
from zhitou.wealth.analytics import Array
from zhitou.wealth.periods import TRAILING_PERIODS, period_start, window

RISK_FREE = 0.015
"""Yearly rate for the Sharpe ratio: the one-year benchmark deposit rate (PBoC, since 2015-10)."""
CASH_TYPES = frozenset({"money_fund", "cash_management"})
"""Types whose value never falls: a yield says something about them, a Sharpe ratio does not."""
RISK_PERIODS = ("1y", "3y", "5y")
BENCHMARK_PERIODS = ("1y", "3y")
RANK_PERIODS = ("6m", "1y", "3y", "5y")

Metrics = dict[str, float | None]


def shelf_metrics(
    total_return: pd.DataFrame,
    unit_nav: pd.DataFrame,
    types: Mapping[str, str],
    benchmarks: Mapping[str, pd.Series],
) -> dict[str, Metrics]:
    """Metrics of every column.

    Args:
        total_return: total-return index, trading days by code, ``NaN`` before inception; a day
            without a value later on takes that of the day before.
        unit_nav: unit NAV of the same shape.
        types: code → product type; peers are the products of one type.
        benchmarks: code → levels of its benchmark on the same days; codes without one may lack.

    Returns:
        Code → metrics; a figure that cannot be computed is ``None``.
    """
    total_return = total_return.ffill()
    as_of = total_return.index[-1].date()
    found: dict[str, Metrics] = {code: {} for code in total_return.columns}
    for period, start in _starts(as_of).items():
        _add_period(found, period, window(total_return, start), types, benchmarks)
    first = total_return.bfill().iloc[0]
    since_start = total_return.iloc[-1] / first - 1.0
    gap = (total_return.index[-1] - total_return.index[-2]).days
    daily = total_return.iloc[-1] / total_return.iloc[-2] - 1.0
    under_peak = total_return.iloc[-1] / total_return.max() - 1.0
    week = window(total_return, period_start(as_of, "1w"))
    for code, metrics in found.items():
        metrics["return_max"] = _number(since_start[code])
        metrics["unit_nav"] = _number(unit_nav[code].iloc[-1])
        metrics["day_return"] = _number(daily[code])
        metrics["current_drawdown"] = _number(under_peak[code])
        if types[code] in CASH_TYPES and week is not None:
            metrics["yield_7d"] = _number(
                (week[code].iloc[-1] / week[code].iloc[0]) ** (365 / 7) - 1
            )
            metrics["income_10k"] = _number(daily[code] / gap * 10_000)
    _add_ranks(found, types)
    return found


def _starts(as_of: date) -> dict[str, date]:
    return {period: period_start(as_of, period) for period in (*TRAILING_PERIODS, "ytd")}


def _add_period(
    found: dict[str, Metrics],
    period: str,
    part: pd.DataFrame | None,
    types: Mapping[str, str],
    benchmarks: Mapping[str, pd.Series],
) -> None:
    """All figures of one period, for the columns whose history covers it."""
    names = [f"return_{period}"]
    if period in RISK_PERIODS:
        names += [f"{figure}_{period}" for figure in _RISK]
    if period in BENCHMARK_PERIODS:
        names += [f"{figure}_{period}" for figure in _RELATIVE]
    for metrics in found.values():
        metrics.update(dict.fromkeys(names))
    if part is None:
        return
    codes = list(part.columns[part.iloc[0].notna()])
    values = part[codes].to_numpy(np.float64)
    _put(found, codes, f"return_{period}", analytics.total_return(values))
    if period not in RISK_PERIODS:
        return
    risky = [place for place, code in enumerate(codes) if types[code] not in CASH_TYPES]
    _add_risk(found, period, [codes[place] for place in risky], values[:, risky])
    if period in BENCHMARK_PERIODS:
        measured = [place for place in risky if codes[place] in benchmarks]
        if measured:
            own = [codes[place] for place in measured]
            levels = np.column_stack([benchmarks[c].to_numpy()[-len(part) :] for c in own])
            _add_relative(found, period, own, values[:, measured], levels)


def _add_risk(found: dict[str, Metrics], period: str, codes: list[str], values: Array) -> None:
    if not codes:
        return
    returns = analytics.simple_returns(values)
    for figure, compute in _RISK.items():
        _put(found, codes, f"{figure}_{period}", compute(values, returns))


def _add_relative(
    found: dict[str, Metrics], period: str, codes: list[str], values: Array, levels: Array
) -> None:
    returns, market = analytics.simple_returns(values), analytics.simple_returns(levels)
    _put(found, codes, f"benchmark_return_{period}", analytics.total_return(levels))
    for figure, compute in _RELATIVE.items():
        if compute is not None:
            _put(found, codes, f"{figure}_{period}", compute(returns, market))


_RISK: Mapping[str, Any] = {
    "annual_return": lambda values, returns: analytics.annual_return(values),
    "volatility": lambda values, returns: analytics.volatility(returns),
    "max_drawdown": lambda values, returns: analytics.max_drawdown(values),
    "sharpe": lambda values, returns: analytics.sharpe(returns, RISK_FREE),
    "sortino": lambda values, returns: analytics.sortino(returns),
    "calmar": lambda values, returns: analytics.calmar(values),
    "var95": lambda values, returns: analytics.value_at_risk(returns),
    "cvar95": lambda values, returns: analytics.conditional_value_at_risk(returns),
    "positive_days": lambda values, returns: analytics.positive_days(returns),
}

_RELATIVE: Mapping[str, Any] = {
    "benchmark_return": None,
    "beta": analytics.beta,
    "alpha": lambda returns, market: analytics.alpha(returns, market, RISK_FREE),
    "correlation": analytics.correlation,
    "tracking_error": analytics.tracking_error,
    "information_ratio": analytics.information_ratio,
}


def _add_ranks(found: dict[str, Metrics], types: Mapping[str, str]) -> None:
    """Place of every product's return among those of its type."""
    peers: dict[str, list[str]] = defaultdict(list)
    for code in found:
        peers[types[code]].append(code)
    for codes in peers.values():
        for period in RANK_PERIODS:
            returns = [found[code][f"return_{period}"] for code in codes]
            _put(found, codes, f"rank_{period}", analytics.peer_ranks(np.array(returns, float)))
        for code in codes:
            found[code]["peers"] = float(len(codes))


def _put(found: dict[str, Metrics], codes: list[str], name: str, values: Array) -> None:
    for code, value in zip(codes, np.atleast_1d(values).tolist(), strict=True):
        found[code][name] = _number(value)


def _number(value: float) -> float | None:
    return round(float(value), 10) if np.isfinite(value) else None
