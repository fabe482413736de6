"""``zhitou allocate FILE``: an optimal portfolio of the assets in a table of prices."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zhitou.wealth.price_table import PriceTable

_OBJECTIVES = ("min_volatility", "max_sharpe", "risk_parity", "efficient_return")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--objective", type=click.Choice(_OBJECTIVES), required=True)
@click.option("--target", type=float, help="least return a year, for efficient_return (0.08)")
@click.option("--max-weight", type=float, default=1.0, show_default=True, help="of each asset")
@click.option("--min-weight", type=float, default=0.0, show_default=True, help="of each asset")
@click.option("--risk-free", type=float, default=0.0, show_default=True, help="rate a year")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
def command(
    file: Path,
    objective: str,
    target: float | None,
    max_weight: float,
    min_weight: float,
    risk_free: float,
    as_json: bool,
) -> None:
    """Weigh the assets of FILE, a CSV of prices whose first column is the date.

    Returns are compounded by 252 days a year, the covariance is the sample's. What comes out
    describes the past of these prices and promises nothing.
    """
    if (objective == "efficient_return") != (target is not None):
        raise click.UsageError("--target belongs to --objective efficient_return, and only to it")
    if not all(map(math.isfinite, (max_weight, min_weight, risk_free, target or 0.0))):
        raise click.UsageError("--target, --max-weight, --min-weight, --risk-free: must be numbers")
    from zhitou.clock import today_in_shanghai
    from zhitou.wealth.optimisation import Infeasible
    from zhitou.wealth.price_table import BadPrices, parse_prices

    try:
        table = parse_prices(file.read_bytes(), today_in_shanghai())
        result = _solve(table, objective, target, min_weight, max_weight, risk_free)
    except BadPrices as error:
        raise click.ClickException(f"{file}: {error}") from error
    except Infeasible as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    click.echo(f"{objective}, {table.days[0]} to {table.days[-1]}, {len(table.days)} days")
    for asset in table.assets:
        weight, risk = result["weights"][asset], result["risk_contribution"][asset]
        click.echo(f"  {asset:<28} weight {weight:8.2%}   risk {risk:8.2%}")
    sharpe = result["sharpe"]
    click.echo(
        f"return {result['expected_return']:.2%}   volatility {result['volatility']:.2%}   "
        f"Sharpe {'-' if sharpe is None else f'{sharpe:.3f}'}"
    )


def _solve(
    table: PriceTable,
    objective: str,
    target: float | None,
    min_weight: float,
    max_weight: float,
    risk_free: float,
) -> dict[str, Any]:
    from zhitou.wealth import analytics, covariance, optimisation

    mean = analytics.annual_return(table.prices)
    spread = covariance.sample_covariance(analytics.simple_returns(table.prices))
    bounds = [(min_weight, max_weight)] * len(table.assets)
    if objective == "min_volatility":
        weights = optimisation.min_volatility(spread, bounds)
    elif objective == "max_sharpe":
        weights = optimisation.max_sharpe(mean, spread, bounds, risk_free)
    elif objective == "risk_parity":
        weights = optimisation.risk_parity(spread, bounds)
    else:
        weights = optimisation.efficient_return(mean, spread, bounds, target or 0.0)
    portfolio = optimisation.describe(weights, mean, spread, risk_free)
    return {
        "objective": objective,
        "weights": dict(zip(table.assets, weights.tolist(), strict=True)),
        "expected_return": portfolio.expected_return,
        "volatility": portfolio.volatility,
        "sharpe": portfolio.sharpe,
        "risk_contribution": dict(
            zip(table.assets, portfolio.risk_contribution.tolist(), strict=True)
        ),
        "from": table.days[0].isoformat(),
        "to": table.days[-1].isoformat(),
    }
