"""Find names of a large catalogue in text: whole, in part, by sound, by initials, with one typo.

The endings of all names stand in one sorted list, so that a place in the text is looked up by
bisection: how long the text goes on like some name, and which names those are. 12,000 names cost
well under 5 ms a message.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from zhitou.nlu.pinyin import syllable

_LAST = "\U0010ffff"


class Run(NamedTuple):
    """The longest stretch of text from one place that also stands in some name."""

    length: int
    names: frozenset[int]
    """Positions of the names that contain the stretch."""
    whole: frozenset[int]
    """Those of them that are nothing but the stretch."""


class NameIndex:
    """All endings of a sequence of names, sorted."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        endings = sorted(
            (name[start:], number, start)
            for number, name in enumerate(names)
            for start in range(len(name))
        )
        self._endings = [ending for ending, _, _ in endings]
        self._owners = [(number, start) for _, number, start in endings]

    def run(self, text: str, start: int, shortest: int, most: int) -> Run | None:
        """The longest run at ``start`` with at least ``shortest`` characters.

        Args:
            text: folded text.
            start: where the run begins.
            shortest: fewer characters are no run.
            most: a run shared by more than this many endings says nothing and is no run.
        """
        rest = text[start : start + 40]
        place = bisect_left(self._endings, rest)
        neighbours = self._endings[max(0, place - 1) : place + 1]
        length = max((_common(rest, ending) for ending in neighbours), default=0)
        if length < shortest:
            return None
        prefix = rest[:length]
        first = bisect_left(self._endings, prefix)
        last = bisect_right(self._endings, prefix + _LAST)
        if last - first > most:
            return None
        owners = self._owners[first:last]
        return Run(
            length,
            frozenset(number for number, _ in owners),
            frozenset(number for number, at in owners if at == 0 and self.names[number] == prefix),
        )

    def beginning(self, prefix: str, most: int) -> list[str]:
        """Names that begin with ``prefix``, or none when there are more than ``most``."""
        first = bisect_left(self._endings, prefix)
        last = bisect_right(self._endings, prefix + _LAST)
        if last - first > most:
            return []
        return [self._endings[i] for i in range(first, last) if self._owners[i][1] == 0]


def by_sound(text: str) -> str:
    """``text`` with each character replaced by one that stands for its sound; same length."""
    return "".join(map(_sound, text))


def initials(name: str) -> str:
    """The first letters of the sounds of a name: cmxjb for 澄明现金宝."""
    return "".join(syllable(char)[0] for char in name if char.isalnum())


def spelled(name: str) -> str:
    """The sounds of a name written together: chengmingxianjinbao."""
    return "".join(syllable(char) for char in name if char.isalnum())


def one_typo(a: str, b: str) -> bool:
    """Whether ``a`` becomes ``b`` by replacing, leaving out or adding one character."""
    if abs(len(a) - len(b)) > 1:
        return False
    same = _common(a, b)
    tail_a, tail_b = a[same:], b[same:]
    return tail_a[1:] == tail_b[1:] or tail_a[1:] == tail_b or tail_a == tail_b[1:]


_SOUNDS: dict[str, str] = {}


def _sound(character: str) -> str:
    spelling = syllable(character)
    if spelling == character:
        return character
    return _SOUNDS.setdefault(spelling, chr(0xE000 + len(_SOUNDS)))


def _common(a: str, b: str) -> int:
    length = min(len(a), len(b))
    for i in range(length):
        if a[i] != b[i]:
            return i
    return length


def unique(values: Iterable[str]) -> str | None:
    """The only value, or None when there are several or none."""
    different = set(values)
    return different.pop() if len(different) == 1 else None
