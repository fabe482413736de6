"""Finds the entries whose questions are most like what a customer asks. Pure, no I/O.

The likeness of two texts is a blend of two cosines: of their character n-grams, which sees the
same words, and of their sentence vectors, which sees the same meaning. An entry is as like as the
most similar of its title and questions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from zhitou.backends.knowledge.encoder import Vectors
from zhitou.backends.knowledge.ngrams import NgramIndex

_NOT_A_WORD = re.compile(r"[^\w+%]+")


@dataclass(frozen=True)
class Entry:
    """A knowledge entry as it is searched and shown."""

    id: str
    topic: str
    title: str
    questions: tuple[str, ...]
    answer: str
    source_title: str
    updated_at: date

    @property
    def texts(self) -> tuple[str, ...]:
        """What a question is compared with."""
        return (self.title, *self.questions)


@dataclass(frozen=True)
class Match:
    """An entry and how like the question it is, 0 to 1."""

    entry: Entry
    score: float


class Index:
    """Searches a fixed set of entries.

    Args:
        entries: in their order, which decides between equals.
        vectors: one row for each text of each entry, in the same order, each of length one.
        meaning_weight: share of the sentence vectors in the blend.
    """

    def __init__(self, entries: Sequence[Entry], vectors: Vectors, meaning_weight: float) -> None:
        self._entries = tuple(entries)
        self._vectors = vectors.astype(np.float32)
        self._weight = meaning_weight
        self._starts = np.cumsum([0, *(len(entry.texts) for entry in entries)])[:-1]
        self._ngrams = NgramIndex([normalised(text) for entry in entries for text in entry.texts])

    def search(self, text: str, vector: Vectors, limit: int) -> list[Match]:
        """The ``limit`` most similar entries, best first.

        Args:
            text: the question as asked.
            vector: its sentence vector, of length one.
            limit: how many at most.
        """
        words = self._ngrams.likeness(normalised(text))
        meaning = self._vectors @ vector
        blended = self._weight * meaning + (1 - self._weight) * words
        scores = np.maximum.reduceat(blended, self._starts)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [
            Match(self._entries[place], float(np.clip(scores[place], 0.0, 1.0))) for place in best
        ]


def normalised(text: str) -> str:
    """``text`` in lower case, full-width forms and punctuation evened out."""
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()
