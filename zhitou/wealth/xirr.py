"""The yearly rate of return of dated payments (XIRR, actual/365)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from scipy.optimize import brentq

_STEPS = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 0.9, 0.99, 0.9999)
"""Where the search looks for a change of sign below zero, mirrored and extended above."""
_HIGH_STEPS = (*_STEPS, 2.0, 5.0, 10.0, 100.0, 1e4, 1e6, 1e9)


class NoRate(ValueError):
    """The payments have no rate: money must be paid in and come back, on different days."""


def xirr(flows: Sequence[tuple[date, float]]) -> float:
    """Find the rate r at which the payments' present value, Σ amount / (1 + r)^(days/365), is 0.

    Days count from the first payment and a year has 365 of them, as in the spreadsheet function
    XIRR. Where several rates solve it, the one nearest to zero is returned.

    Args:
        flows: ``(day, amount)`` in any order; paid in is negative, got back positive.

    Returns:
        The yearly rate as a fraction; -1.0 where practically nothing came back.

    Raises:
        NoRate: all amounts have one sign, or all lie on one day.
    """
    amounts = [amount for _, amount in flows]
    if not amounts or min(amounts) >= 0 or max(amounts) <= 0:
        raise NoRate("a rate needs at least one payment in and one payment back")
    first = min(day for day, _ in flows)
    years = [(day - first).days / 365 for day, _ in flows]
    if max(years) == 0:
        raise NoRate("a rate needs payments on at least two days")

    def present_value(rate: float) -> float:
        factors = (
            amount * (1 + rate) ** -year for amount, year in zip(amounts, years, strict=True)
        )
        return float(sum(factors))

    below = [(-high, -low) for low, high in pairwise(_STEPS)]
    above = list(pairwise(_HIGH_STEPS))
    for low, high in sorted(below + above, key=lambda step: min(abs(step[0]), abs(step[1]))):
        if (present_value(low) > 0) != (present_value(high) > 0):
            return float(brentq(present_value, low, high, xtol=1e-13, rtol=1e-13))
    if sum(amounts) < 0:
        return -1.0
    raise NoRate("no rate between -99.99 % and 1e9 solves these payments")
