"""Which days a period has: trailing periods, calendar years, holdings of a fixed length; pure.

All take series with a ``DatetimeIndex`` in ascending order; the last day is the data date.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from zhitou.wealth.analytics import total_return

TRAILING_PERIODS: Mapping[str, tuple[str, int]] = {
    "1w": ("days", 7),
    "1m": ("months", 1),
    "3m": ("months", 3),
    "6m": ("months", 6),
    "1y": ("months", 12),
    "3y": ("months", 36),
    "5y": ("months", 60),
}
"""Trailing periods by calendar; beside them ``ytd`` (since the last day of last year), ``max``."""


def calendar_years(series: pd.Series) -> dict[int, float]:
    """Return of each calendar year, from the last value of the year before (or the first value)."""
    ends = series.groupby(series.index.year).last()
    starts = ends.shift(1)
    starts.iloc[0] = series.iloc[0]
    return {int(year): float(value) for year, value in (ends / starts - 1.0).items()}


def period_start(as_of: date, period: str) -> date:
    """The day whose value a trailing period starts from.

    Args:
        as_of: the last day of the period.
        period: a key of :data:`TRAILING_PERIODS`, or ``ytd``.

    Raises:
        ValueError: an unknown period.
    """
    if period == "ytd":
        return date(as_of.year - 1, 12, 31)
    if period not in TRAILING_PERIODS:
        raise ValueError(f"unknown period {period!r}")
    unit, count = TRAILING_PERIODS[period]
    if unit == "days":
        return as_of - timedelta(days=count)
    years, month = divmod(as_of.year * 12 + as_of.month - 1 - count, 12)
    return date(years, month + 1, min(as_of.day, calendar.monthrange(years, month + 1)[1]))


def window(series: Any, start: date) -> Any | None:
    """The part from the last value on or before ``start``; ``None`` where history is shorter.

    Args:
        series: a Series, or a DataFrame whose columns share their days.
        start: see :func:`period_start`.
    """
    first = int(series.index.searchsorted(pd.Timestamp(start), side="right")) - 1
    return None if first < 0 or first >= len(series) - 1 else series.iloc[first:]


def trailing_returns(series: pd.Series) -> dict[str, float | None]:
    """Total return of each of 1w 1m 3m 6m 1y 3y 5y ytd max up to the last day of ``series``."""
    as_of = series.index[-1].date()
    found: dict[str, float | None] = {}
    for period in (*TRAILING_PERIODS, "ytd"):
        part = window(series, period_start(as_of, period))
        found[period] = None if part is None else float(total_return(part))
    found["max"] = float(total_return(series))
    return found


def rolling_returns(series: pd.Series, days: int) -> pd.Series:
    """Return of every holding of ``days`` trading days, dated by its last day."""
    return (series / series.shift(days) - 1.0).dropna()
