"""An entity found in a text, and the one rule that decides between overlapping ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

PRIORITY = (
    "product",
    "fund_manager",
    "percentage",
    "period",
    "horizon",
    "ordinal",
    "amount",
    "product_type",
    "sector",
    "risk_preference",
    "channel_hint",
)
"""Of two entities of the same length the one that stands earlier here wins."""


class Found(NamedTuple):
    """One entity: its normalised value and where its wording stands in the original text."""

    entity: str
    value: str | int | float
    start: int
    end: int


def resolve(candidates: Iterable[Found]) -> list[Found]:
    """Keep the longest of overlapping candidates, ordered by place; the same always wins."""
    ranked = sorted(
        set(candidates),
        key=lambda found: (
            found.start - found.end,
            PRIORITY.index(found.entity) if found.entity in PRIORITY else len(PRIORITY),
            found.start,
            str(found.value),
        ),
    )
    kept: list[Found] = []
    for candidate in ranked:
        if all(candidate.end <= other.start or candidate.start >= other.end for other in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda found: found.start)
