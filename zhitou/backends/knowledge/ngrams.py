"""How alike texts are by their character n-grams: cosine of TF-IDF weights.

The weights are those of scikit-learn's ``TfidfVectorizer(analyzer="char", sublinear_tf=True)``,
which a test holds: 1 + ln(count), times ln((1 + texts) / (1 + texts with it)) + 1, each text of
length one. Written out here because importing that library takes longer than all of this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class NgramIndex:
    """The n-grams of a fixed set of texts.

    Args:
        texts: what is searched, already normalised.
        longest: characters of the longest n-gram; the shortest has one.
    """

    def __init__(self, texts: Sequence[str], longest: int = 3) -> None:
        self._longest = longest
        self._size = len(texts)
        counted = [self._count(text) for text in texts]
        having = Counter(gram for counts in counted for gram in counts)
        self._idf = {
            gram: float(np.log((1 + self._size) / (1 + number)) + 1)
            for gram, number in having.items()
        }
        postings: dict[str, tuple[list[int], list[float]]] = {gram: ([], []) for gram in self._idf}
        for place, counts in enumerate(counted):
            for gram, weight in self._weights(counts).items():
                postings[gram][0].append(place)
                postings[gram][1].append(weight)
        self._postings = {
            gram: (np.array(places, dtype=np.intp), np.array(weights, dtype=np.float32))
            for gram, (places, weights) in postings.items()
        }

    def likeness(self, text: str) -> Floats:
        """How like ``text`` each of the texts is, 0 to 1, in their order."""
        found = np.zeros(self._size, dtype=np.float32)
        for gram, weight in self._weights(self._count(text)).items():
            places, weights = self._postings[gram]
            found[places] += weight * weights
        return found

    def _count(self, text: str) -> Counter[str]:
        return Counter(
            text[start : start + length]
            for length in range(1, self._longest + 1)
            for start in range(len(text) - length + 1)
        )

    def _weights(self, counts: Counter[str]) -> dict[str, float]:
        """Weights of the n-grams that the index knows, together of length one."""
        weights = {
            gram: (1 + float(np.log(count))) * self._idf[gram]
            for gram, count in counts.items()
            if gram in self._idf
        }
        length = float(np.sqrt(sum(weight * weight for weight in weights.values()))) or 1.0
        return {gram: weight / length for gram, weight in weights.items()}
