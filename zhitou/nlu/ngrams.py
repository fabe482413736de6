"""What a message is made of, counted: characters, sounds, words and its last clause, as TF-IDF.

Sounds catch homophones (基精 for 基金), the last clause the question after a long story.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from zhitou.nlu.normalise import normalise
from zhitou.nlu.pinyin import syllables

WEIGHTS: Mapping[str, float] = {"characters": 0.5, "sounds": 0.3, "words": 0.3, "ending": 0.3}
"""How much each view counts; chosen by cross-validation on the training messages."""

_CLAUSE = re.compile(r"[,。?!;…~]+|(?<=[\u3400-\u9fff]) +")
_SHORTEST_ENDING = 5


def grams(units: Sequence[str], longest: int) -> list[str]:
    """All runs of up to ``longest`` neighbouring units."""
    return [
        "\x1f".join(units[start : start + size])
        for size in range(1, longest + 1)
        for start in range(len(units) - size + 1)
    ]


def ending(normal: str) -> str:
    """The last clause of normalised text, with as many before it as make it long enough."""
    clauses = [clause for clause in _CLAUSE.split(normal) if clause]
    tail = ""
    while clauses and len(tail) < _SHORTEST_ENDING:
        tail = clauses.pop() + tail
    return tail or normal


def views(text: str, words: Sequence[str]) -> dict[str, list[str]]:
    """What each view sees of one message, given as written with its words."""
    normal = normalise(text)
    return {
        "characters": grams(f"^{normal}$", 2),
        "sounds": grams(syllables(normal), 3),
        "words": grams(words, 2),
        "ending": grams(f"^{ending(normal)}$", 2),
    }


class NgramFeatures:
    """TF-IDF rows in which each view has the same length, the square root of its weight."""

    def __init__(self, terms: Sequence[str], idf: npt.NDArray[np.float32]) -> None:
        self.terms = terms
        self.idf = idf
        self._columns = {term: column for column, term in enumerate(terms)}

    @classmethod
    def fit(cls, seen: Iterable[Mapping[str, Sequence[str]]], rarest: int = 2) -> NgramFeatures:
        """Learn what occurs in at least ``rarest`` of the messages seen."""
        messages, frequency = 0, Counter[str]()
        for message in seen:
            messages += 1
            frequency.update({f"{view}\x1e{gram}" for view in message for gram in message[view]})
        terms = sorted(term for term, count in frequency.items() if count >= rarest)
        counts = np.array([frequency[term] for term in terms], dtype=np.float64)
        idf = np.log((1 + messages) / (1 + counts)) + 1
        return cls(terms, idf.astype(np.float32))

    def transform(self, seen: Iterable[Mapping[str, Sequence[str]]]) -> csr_matrix:
        """One row for each message."""
        data: list[npt.NDArray[np.float32]] = []
        columns: list[int] = []
        starts = [0]
        for message in seen:
            for view, weight in WEIGHTS.items():
                known = Counter(
                    column
                    for gram in message[view]
                    if (column := self._columns.get(f"{view}\x1e{gram}")) is not None
                )
                if known:
                    indices = list(known)
                    counts = np.fromiter(known.values(), dtype=np.float32, count=len(known))
                    values = (1 + np.log(counts)) * self.idf[indices]
                    data.append(values * np.float32(weight**0.5 / np.linalg.norm(values)))
                    columns.extend(indices)
            starts.append(len(columns))
        flat = np.concatenate(data) if data else np.empty(0, dtype=np.float32)
        return csr_matrix((flat, columns, starts), shape=(len(starts) - 1, len(self.terms)))
