"""Shares and sums that add up exactly: rounding by the largest remainder, and writing them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal


def whole_percents(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights rounded to whole per cent that still sum to 1 (largest remainder)."""
    parts = _largest_remainder({code: Decimal(repr(one)) for code, one in weights.items()}, 100)
    return {code: count / 100 for code, count in parts.items()}


def split(amount: Decimal, weights: Mapping[str, float]) -> dict[str, Decimal]:
    """A sum in whole yuan by weights, which it meets exactly (largest remainder).

    Fen that the sum may have go to the largest part.
    """
    whole = int(amount)
    exact = {code: Decimal(repr(weight)) for code, weight in weights.items()}
    parts = {code: Decimal(count) for code, count in _largest_remainder(exact, whole).items()}
    largest = max(parts, key=lambda code: parts[code])
    parts[largest] += amount - whole
    return parts


def shares_of(amounts: Mapping[str, Decimal]) -> dict[str, float]:
    """The weights of amounts, in ten-thousandths that sum to 1."""
    total = sum(amounts.values(), Decimal(0))
    parts = {code: amount / total for code, amount in amounts.items()}
    return {code: count / 10000 for code, count in _largest_remainder(parts, 10000).items()}


def plain(amount: Decimal) -> str:
    """A sum without an exponent and without idle zeros: ``500000``, ``12.5``."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """A share in per cent with one place at most: ``50%``, ``12.5%``."""
    return f"{share * 100:.1f}".removesuffix(".0") + "%"


def _largest_remainder(parts: Mapping[str, Decimal], units: int) -> dict[str, int]:
    """Whole units by share, summing to ``units``: rounded down, the rest to the largest remainders.

    Between equal remainders the earlier part comes first (Hamilton's method).
    """
    total = sum(parts.values(), Decimal(0))
    exact = {code: part / total * units for code, part in parts.items()}
    counts = {code: int(part) for code, part in exact.items()}
    left = units - sum(counts.values())
    order = sorted(exact, key=lambda code: counts[code] - exact[code])
    for code in order[:left]:
        counts[code] += 1
    return counts
