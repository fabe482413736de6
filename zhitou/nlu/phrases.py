"""Find known phrases in text: the longest at each place, blind to width, case and old writing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Generic, TypeVar

from zhitou.nlu.normalise import fold

T = TypeVar("T")

_CHOICE = re.compile(r"\{([^{}]*)\}")


def expand(pattern: str) -> list[str]:
    """Write out the alternatives of ``稳健{|型|一点}``: 稳健, 稳健型, 稳健一点."""
    pieces = _CHOICE.split(pattern)
    choices = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(pieces)]
    return ["".join(parts) for parts in product(*choices)]


def inside_word(text: str, boundary: int) -> bool:
    """Whether a cut at ``boundary`` would fall inside a Latin word or a number."""
    if not 0 < boundary < len(text):
        return False
    left, right = text[boundary - 1], text[boundary]
    if not (left.isascii() and right.isascii()):
        return False
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


class Phrases(Generic[T]):
    """Phrases with a meaning each; a phrase is never found inside a Latin word or a number."""

    def __init__(self, entries: Iterable[tuple[str, T]], shortest: int = 1) -> None:
        """Index the phrases.

        Args:
            entries: phrase and meaning; of the same phrase the first entry counts.
            shortest: shorter phrases, in characters, are left out.
        """
        self._meanings: dict[str, T] = {}
        self._lengths: dict[str, list[int]] = {}
        lengths: dict[str, set[int]] = {}
        for phrase, meaning in entries:
            folded = fold(phrase.strip())
            if len(folded) >= max(1, shortest) and folded not in self._meanings:
                self._meanings[folded] = meaning
                lengths.setdefault(folded[:2], set()).add(len(folded))
        self._lengths = {head: sorted(sizes, reverse=True) for head, sizes in lengths.items()}

    def __len__(self) -> int:
        return len(self._meanings)

    def __iter__(self) -> Iterator[str]:
        return iter(self._meanings)

    def find(self, text: str) -> list[tuple[int, int, T]]:
        """Start, end and meaning from left to right, the longest first, never overlapping."""
        folded = fold(text)
        found: list[tuple[int, int, T]] = []
        position = 0
        while position < len(folded):
            match = self.at(folded, position)
            if match is None:
                position += 1
            else:
                found.append(match)
                position = match[1]
        return found

    def at(self, folded: str, start: int) -> tuple[int, int, T] | None:
        """The longest phrase that begins at ``start`` of already folded text."""
        head = folded[start : start + 2]
        sizes = self._lengths.get(head, ())
        singles = self._lengths.get(head[:1], ()) if len(head) == 2 else ()
        for size in (*sizes, *singles):
            end = start + size
            meaning = self._meanings.get(folded[start:end])
            if (
                meaning is not None
                and end <= len(folded)
                and not (inside_word(folded, start) or inside_word(folded, end))
            ):
                return start, end, meaning
        return None
