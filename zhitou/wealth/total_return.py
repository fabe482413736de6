"""From published unit values to what an investor earned: dividends reinvested, splits undone; pure.

Unit NAV alone falls on every ex-date, and cumulative NAV adds dividends without what they went on
to earn; only the total-return series compares with other investments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from zhitou.wealth.analytics import Array


@dataclass(frozen=True)
class Distribution:
    """A dividend (yuan for each unit held before) or a split (new units for one old) of a day."""

    day: date
    kind: Literal["dividend", "split"]
    value: float


def total_return_index(unit_nav: pd.Series, distributions: Sequence[Distribution]) -> pd.Series:
    """Value of one yuan invested on the first day, dividends reinvested on the ex-date.

    ``r_t = (P_t * split_t + dividend_t) / P_(t-1) - 1``, where ``P`` is the unit NAV after the
    distribution of its day (how Chinese funds publish it). Dividends and splits of the first day
    or before are in its value already; one of a day without a value counts on the next day.
    """
    cash, split = _by_day(unit_nav, distributions)
    prices = unit_nav.to_numpy(dtype=np.float64)
    units = np.cumprod(split + cash / prices)  # what one unit has become; equal values stay equal
    return pd.Series(prices * units / prices[0], index=unit_nav.index)


def cumulative_nav(unit_nav: pd.Series, distributions: Sequence[Distribution]) -> pd.Series:
    """Unit NAV with splits undone, plus every dividend, for one unit of the first day."""
    cash, split = _by_day(unit_nav, distributions)
    units = np.cumprod(split)
    held_before = np.concatenate([[1.0], units[:-1]])
    return unit_nav * units + np.cumsum(cash * held_before)


def _by_day(unit_nav: pd.Series, distributions: Sequence[Distribution]) -> tuple[Array, Array]:
    """Dividend and split ratio of each day of ``unit_nav``: zero and one where there is none."""
    cash, split = np.zeros(len(unit_nav)), np.ones(len(unit_nav))
    for item in distributions:
        place = int(unit_nav.index.searchsorted(pd.Timestamp(item.day)))
        if not 0 < place < len(unit_nav):
            continue
        if item.kind == "dividend":
            cash[place] += item.value
        else:
            split[place] *= item.value
    return cash, split
