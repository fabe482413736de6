"""Every figure about a series of values, by one convention; pure, on numpy and pandas.

Conventions (GIPS 2020 and CFA Institute, *Investment Performance Measurement*, unless a function
names another source): simple returns ``r_t = P_t / P_(t-1) - 1`` on a total-return series, 252
periods a year, standard deviation with ``ddof=1``, rates as yearly fractions, daily risk-free rate
``rf / 252``. A figure that is not defined (a ratio whose denominator is zero, too few returns) is
``nan``.

Functions on arrays take values of shape ``(days,)`` or ``(days, series)`` and work along the days,
so that a whole market is one call. Functions that need dates take a pandas ``Series`` with a
``DatetimeIndex`` in ascending order. Values must be positive and complete. Windows and calendar
years are in :mod:`zhitou.wealth.periods`, the total-return series itself comes from
:mod:`zhitou.wealth.total_return`, the rate of dated payments from :mod:`zhitou.wealth.xirr`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PERIODS_PER_YEAR = 252
DAYS_PER_YEAR = 365.25

Array = NDArray[np.float64]


def simple_returns(values: Any) -> Array:
    """``r_t = P_t / P_(t-1) - 1`` along the days; one row fewer than ``values``.

    Raises:
        ValueError: fewer than two values, or a value that is not a positive number.
    """
    prices = np.asarray(values, dtype=np.float64)
    if prices.shape[0] < 2:
        raise ValueError("a return needs at least two values")
    if not (np.isfinite(prices).all() and (prices > 0).all()):
        raise ValueError("values must be positive numbers without gaps")
    return np.asarray(prices[1:] / prices[:-1] - 1.0)


def total_return(values: Any) -> Array:
    """``P_end / P_0 - 1``, not annualised."""
    prices = np.asarray(values, dtype=np.float64)
    return np.asarray(prices[-1] / prices[0] - 1.0)


def annual_return(values: Any) -> Array:
    """``(P_end / P_0) ** (252 / N) - 1`` with ``N`` the number of returns."""
    prices = np.asarray(values, dtype=np.float64)
    return np.asarray((prices[-1] / prices[0]) ** (PERIODS_PER_YEAR / (len(prices) - 1)) - 1.0)


def cagr(series: pd.Series) -> float:
    """Compound yearly growth by the calendar: ``(P_end / P_0) ** (365.25 / days) - 1``."""
    days = (series.index[-1] - series.index[0]).days
    return float((series.iloc[-1] / series.iloc[0]) ** (DAYS_PER_YEAR / days) - 1.0)


def volatility(returns: Array) -> Array:
    """Yearly standard deviation: ``std(r, ddof=1) * sqrt(252)``."""
    return np.asarray(np.std(returns, axis=0, ddof=1) * np.sqrt(PERIODS_PER_YEAR))


def sharpe(returns: Array, risk_free: float = 0.0) -> Array:
    """``mean(r - rf/252) / std(r - rf/252, ddof=1) * sqrt(252)`` (Sharpe, 1994)."""
    excess = returns - risk_free / PERIODS_PER_YEAR
    return _ratio(np.mean(excess, axis=0) * PERIODS_PER_YEAR, volatility(excess))


def downside_deviation(returns: Array, minimum: float = 0.0) -> Array:
    """``sqrt(mean(min(r - m/252, 0)^2)) * sqrt(252)`` over all N days (Sortino and Price, 1994)."""
    shortfall = np.minimum(returns - minimum / PERIODS_PER_YEAR, 0.0)
    return np.asarray(np.sqrt(np.mean(shortfall**2, axis=0) * PERIODS_PER_YEAR))


def sortino(returns: Array, minimum: float = 0.0) -> Array:
    """``mean(r - m/252) * 252 / downside_deviation`` (Sortino and Price, 1994)."""
    excess = returns - minimum / PERIODS_PER_YEAR
    return _ratio(np.mean(excess, axis=0) * PERIODS_PER_YEAR, downside_deviation(returns, minimum))


def drawdowns(values: Any) -> Array:
    """``P_t / max(P_0 … P_t) - 1``: zero at a peak, negative under it."""
    prices = np.asarray(values, dtype=np.float64)
    return np.asarray(prices / np.maximum.accumulate(prices, axis=0) - 1.0)


def max_drawdown(values: Any) -> Array:
    """The deepest drawdown, zero or negative."""
    return np.asarray(np.min(drawdowns(values), axis=0))


@dataclass(frozen=True)
class Drawdown:
    """One fall from a peak: ``depth`` is zero or negative, ``recovered`` empty while under it."""

    depth: float
    peak: date
    trough: date
    recovered: date | None


def worst_drawdown(series: pd.Series) -> Drawdown:
    """The deepest drawdown with the days of its peak, its trough and its recovery.

    The peak is the last day at the running maximum before the trough; recovered is the first day
    at or above that value again.
    """
    prices = series.to_numpy(dtype=np.float64)
    falls = drawdowns(prices)
    trough = int(np.argmin(falls))
    top = prices[: trough + 1].max()
    peak = int(np.flatnonzero(prices[: trough + 1] == top)[-1])
    again = np.flatnonzero(prices[trough:] >= top)
    days = series.index
    return Drawdown(
        depth=float(falls[trough]),
        peak=days[peak].date(),
        trough=days[trough].date(),
        recovered=days[trough + int(again[0])].date() if len(again) else None,
    )


def calmar(values: Any) -> Array:
    """``annual_return / |max_drawdown|`` (Young, 1991)."""
    return _ratio(annual_return(values), np.abs(max_drawdown(values)))


def value_at_risk(returns: Array, level: float = 0.95) -> Array:
    """Historical one-day VaR as a return: the ``1 - level`` quantile, linear interpolation."""
    return np.asarray(np.quantile(returns, 1.0 - level, axis=0))


def conditional_value_at_risk(returns: Array, level: float = 0.95) -> Array:
    """Mean of the returns at or below the VaR (expected shortfall; Acerbi and Tasche, 2002)."""
    tail = returns <= value_at_risk(returns, level)
    return np.asarray(np.sum(np.where(tail, returns, 0.0), axis=0) / np.sum(tail, axis=0))


def positive_days(returns: Array) -> Array:
    """Share of the days with a return above zero."""
    return np.asarray(np.mean(returns > 0, axis=0))


def beta(returns: Array, benchmark: Array) -> Array:
    """``cov(r, b) / var(b)`` on common days, both with ``ddof=1`` (CAPM; Sharpe, 1964)."""
    centred = benchmark - np.mean(benchmark, axis=0)
    own = returns - np.mean(returns, axis=0)
    return _ratio(np.sum(own * centred, axis=0), np.sum(centred**2, axis=0))


def alpha(returns: Array, benchmark: Array, risk_free: float = 0.0) -> Array:
    """Jensen's alpha of a day, compounded: ``(1 + mean(r - rf) - beta * mean(b - rf))^252 - 1``."""
    daily = risk_free / PERIODS_PER_YEAR
    own = np.mean(returns, axis=0) - daily
    market = np.mean(benchmark, axis=0) - daily
    return np.asarray((1.0 + own - beta(returns, benchmark) * market) ** PERIODS_PER_YEAR - 1.0)


def correlation(returns: Array, benchmark: Array) -> Array:
    """Pearson's correlation on common days."""
    own = returns - np.mean(returns, axis=0)
    other = benchmark - np.mean(benchmark, axis=0)
    scale = np.sqrt(np.sum(own**2, axis=0) * np.sum(other**2, axis=0))
    return _ratio(np.sum(own * other, axis=0), scale)


def tracking_error(returns: Array, benchmark: Array) -> Array:
    """Yearly standard deviation of the difference: ``std(r - b, ddof=1) * sqrt(252)``."""
    return volatility(returns - benchmark)


def information_ratio(returns: Array, benchmark: Array) -> Array:
    """``mean(r - b) * 252 / tracking_error`` (Grinold and Kahn, 2000)."""
    active = np.mean(returns - benchmark, axis=0) * PERIODS_PER_YEAR
    return _ratio(active, tracking_error(returns, benchmark))


def common_days(one: pd.Series, other: pd.Series) -> tuple[Array, Array]:
    """Values of two series on the days that both have, for the figures against a benchmark."""
    both = pd.concat([one, other], axis=1, join="inner").dropna()
    return both.iloc[:, 0].to_numpy(np.float64), both.iloc[:, 1].to_numpy(np.float64)


def peer_ranks(values: Any) -> Array:
    """Share of the other peers that are at or below each value (1.0 is first, ``nan`` stays).

    A peer without a value is not counted; alone among its peers a value ranks 1.0.
    """
    numbers = np.asarray(values, dtype=np.float64)
    known = np.sort(numbers[np.isfinite(numbers)])
    others = max(len(known) - 1, 1)
    ranks = (np.searchsorted(known, numbers, side="right") - 1) / others
    if len(known) == 1:
        ranks = np.ones_like(numbers)
    return np.asarray(np.where(np.isfinite(numbers), ranks, np.nan))


def hhi(weights: Iterable[float]) -> float:
    """Herfindahl-Hirschman index: the sum of squared weights, weights scaled to a sum of one.

    Raises:
        ValueError: no weight above zero, or a negative one.
    """
    parts = np.asarray(list(weights), dtype=np.float64)
    if not len(parts) or (parts < 0).any() or parts.sum() <= 0:
        raise ValueError("weights must be zero or more, and at least one above zero")
    return float(np.sum((parts / parts.sum()) ** 2))


def _ratio(above: Any, below: Any) -> Array:
    """``above / below``, ``nan`` where ``below`` is (numerically) zero."""
    divisor = np.asarray(below, dtype=np.float64)
    safe = np.where(np.abs(divisor) > 1e-15, divisor, np.nan)
    return np.asarray(above / safe)
