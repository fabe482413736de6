"""How names are written and how they sound, for search: pinyin, mixed sounds, slips; pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pypinyin import lazy_pinyin

_READINGS = {"行": "hang", "债": "zhai"}
"""Readings that names have, where a lone character is read otherwise."""


class Lines:
    """Many short texts searched as one."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._joined = "\n".join(lines)
        self._starts: list[int] = []
        position = 0
        for line in lines:
            self._starts.append(position)
            position += len(line) + 1

    def containing(self, part: str, most: int = 400) -> list[int]:
        """Positions of the lines that contain ``part``, in order, at most ``most`` of them."""
        found: list[int] = []
        at = self._joined.find(part)
        while at >= 0 and len(found) < most:
            line = bisect_right(self._starts, at) - 1
            found.append(line)
            following = self._starts[line + 1] if line + 1 < len(self._starts) else None
            at = -1 if following is None else self._joined.find(part, following)
        return found


def syllables(words: str) -> list[str]:
    """Pinyin without tones, a syllable a character, whatever the characters around it."""
    return [_syllable(character) for character in words]


@lru_cache(maxsize=30_000)
def _syllable(character: str) -> str:
    return _READINGS.get(character) or "".join(lazy_pinyin(character))


def loosen(spelling: str) -> str:
    """Pinyin without what voices mix: zh/z, ch/c, sh/s; ang/an, eng/en, ing/in."""
    return re.sub(r"ng", "n", re.sub(r"([zcs])h", r"\1", spelling))


def pairs_of(words: str) -> set[str]:
    """The pairs of neighbouring characters."""
    return {words[i : i + 2] for i in range(len(words) - 1)}


def distance(one: str, other: str) -> int:
    """How many characters must be put in, left out or changed (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (left != right))
    return row[-1]


def pair_index(keys: Sequence[str]) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.int64]]:
    """Character pair → positions of the keys that have it; how many pairs each key has."""
    places: dict[str, list[int]] = defaultdict(list)
    counts = np.zeros(len(keys), dtype=np.int64)
    for position, key in enumerate(keys):
        pairs = pairs_of(key)
        counts[position] = len(pairs)
        for pair in pairs:
            places[pair].append(position)
    return {pair: np.array(found) for pair, found in places.items()}, counts
