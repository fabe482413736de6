"""Cut text into words with exact offsets: pkuseg's model, a user dictionary, script changes.

Whitespace and control characters belong to no word; everything else belongs to exactly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zhitou.nlu.normalise import simplify
from zhitou.nlu.phrases import Phrases

MODEL_FILE = Path(__file__).with_name("pkuseg.npz")

Span = tuple[int, int]
"""Start (inclusive) and end (exclusive) in characters of the text."""

_CHUNK = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_ATOM = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*|\d+(?:[.,:]\d+)*[%％‰]?")
"""Latin words and numbers: never cut inside, always cut around."""

_MODEL_STRETCH = 400
"""Characters given to the model at once, so that memory and time grow evenly with the text."""

_STRETCH_END = re.compile(r"[，。！？；,!?;…]")


@dataclass(frozen=True)
class Weights:
    """A linear-chain model: one weight for each feature and tag, and for each pair of tags."""

    features: Sequence[str]
    words: Sequence[str]
    tags: Sequence[str]
    node: npt.NDArray[np.float64]
    edge: npt.NDArray[np.float64]

    def save(self, path: Path) -> None:
        """Write one compressed file."""
        np.savez_compressed(
            path,
            features=np.frombuffer("\n".join(self.features).encode(), dtype=np.uint8),
            words=np.frombuffer("\n".join(self.words).encode(), dtype=np.uint8),
            tags=np.frombuffer("\n".join(self.tags).encode(), dtype=np.uint8),
            node=self.node.astype(np.float32),
            edge=self.edge.astype(np.float32),
        )

    @classmethod
    def load(cls, path: Path = MODEL_FILE) -> Weights:
        """Read what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(
                features=stored["features"].tobytes().decode().split("\n"),
                words=stored["words"].tobytes().decode().split("\n"),
                tags=stored["tags"].tobytes().decode().split("\n"),
                node=stored["node"].astype(np.float64),
                edge=stored["edge"].astype(np.float64),
            )


class Segmenter:
    """Cuts text into words; thread-safe, since nothing changes after construction."""

    def __init__(self, weights: Weights | None = None, dictionary: Iterable[str] = ()) -> None:
        """Prepare the model.

        Args:
            weights: the model; by default the one that comes with the package.
            dictionary: words that must come out whole.
        """
        # Imported here: the compiled module need not load where only the dictionary is wanted.
        from spacy_pkuseg.feature_extractor import FeatureExtractor
        from spacy_pkuseg.inference import decodeViterbi_fast
        from spacy_pkuseg.model import Model

        weights = weights or Weights.load()
        self._dictionary = Phrases(((word, True) for word in dictionary), shortest=2)
        self._decode = decodeViterbi_fast
        self._begins = frozenset(i for i, tag in enumerate(weights.tags) if "B" in tag)
        self._extractor = FeatureExtractor()
        self._extractor.unigram = set(weights.words)
        self._extractor.feature_to_idx = {name: i for i, name in enumerate(weights.features)}
        self._extractor.tag_to_idx = {tag: i for i, tag in enumerate(weights.tags)}
        self._model = Model.__new__(Model)
        self._model.n_feature, self._model.n_tag = weights.node.shape
        self._model.w = np.concatenate([weights.node.ravel(), weights.edge])
        self._model.n_transition_feature = len(self._model.w)

    def spans(self, text: str) -> list[Span]:
        """The words of ``text`` in order."""
        words: list[Span] = []
        for chunk in _CHUNK.finditer(text):
            piece, offset = chunk.group(), chunk.start()
            cuts = sorted(self._cuts(piece) | {0, len(piece)})
            words.extend((offset + start, offset + end) for start, end in pairwise(cuts))
        return words

    def words(self, text: str) -> list[str]:
        """The words of ``text`` in order, as strings."""
        return [text[start:end] for start, end in self.spans(text)]

    def model_spans(self, text: str) -> list[Span]:
        """The words the model alone sees, without dictionary and rules, for comparisons."""
        words: list[Span] = []
        for chunk in _CHUNK.finditer(text):
            cuts = [0, *sorted(self._model_cuts(chunk.group())), len(chunk.group())]
            words.extend(
                (chunk.start() + start, chunk.start() + end) for start, end in pairwise(cuts)
            )
        return words

    def _cuts(self, piece: str) -> set[int]:
        cuts = self._model_cuts(piece)
        for atom in _ATOM.finditer(piece):
            cuts.difference_update(range(atom.start() + 1, atom.end()))
            cuts.update(atom.span())
        for start, end, _ in self._dictionary.find(piece):
            cuts.difference_update(range(start + 1, end))
            cuts.update((start, end))
        return cuts

    def _model_cuts(self, piece: str) -> set[int]:
        cuts: set[int] = set()
        for start, end in _stretches(piece):
            nodes = list(self._extractor.normalize_text(simplify(piece[start:end])))
            features = [self._extractor.get_node_features_idx(i, nodes) for i in range(len(nodes))]
            _, tags = self._decode(features, self._model)
            cuts.update(start + i for i, tag in enumerate(tags) if tag in self._begins)
            cuts.add(start)
        cuts.discard(0)
        return cuts


def _stretches(piece: str) -> Iterator[Span]:
    """Cut what is long after punctuation, or hard where there is none."""
    start = 0
    while len(piece) - start > _MODEL_STRETCH:
        ends = [m.end() for m in _STRETCH_END.finditer(piece, start, start + _MODEL_STRETCH)]
        end = ends[-1] if ends else start + _MODEL_STRETCH
        yield start, end
        start = end
    if start < len(piece):
        yield start, len(piece)
