"""A value found in a message, and the choice among overlapping ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """A value and where it stands.

    Attributes:
        entity: name of the entity.
        value: normalised value.
        start: first character of its wording in the message.
        end: character after the last.
        weight: the larger counts where two values claim the same characters.

    """

    entity: str
    value: str | int | float
    start: int
    end: int
    weight: int = 0


def without_overlaps(candidates: Iterable[Found]) -> list[Found]:
    """Keep the weightiest, then the longest, then the first of overlapping values, in order."""
    ranked = sorted(candidates, key=lambda each: (-each.weight, each.start - each.end, each.start))
    kept: list[Found] = []
    for candidate in ranked:
        if all(candidate.end <= other.start or candidate.start >= other.end for other in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda each: each.start)
