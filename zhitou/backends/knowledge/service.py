"""Answers questions of finance from the stored entries, or says that it does not know."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from zhitou.backends.database import Database
from zhitou.backends.knowledge.encoder import Encoder, SentenceEncoder, Vectors
from zhitou.backends.knowledge.index import Entry, Index, Match
from zhitou.backends.knowledge.repository import KnowledgeRepository
from zhitou.clock import Clock
from zhitou.rulebook import Node, read

_LOOK_AGAIN_SECONDS = 5.0
"""How long an edited entry may go unnoticed."""


@dataclass(frozen=True)
class SearchRules:
    """The file ``search.yml``, checked; the likenesses are between 0 and 1."""

    version: str
    meaning_weight: float
    ok: float
    clear_from: float
    clear_lead: float
    unsure: float
    suggest: float
    longest_question: int

    def outcome(self, matches: list[Match]) -> str:
        """``ok``, ``unsure`` or ``unknown`` for the best matches, best first."""
        best = matches[0].score if matches else 0.0
        next_best = matches[1].score if len(matches) > 1 else 0.0
        if best < self.unsure:
            return "unknown"
        if best >= self.ok or (best >= self.clear_from and best - next_best >= self.clear_lead):
            return "ok"
        return "unsure"


@lru_cache(maxsize=1)
def load_rules() -> SearchRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_rules(read("zhitou.backends.knowledge", "search.yml"))


def parse_rules(root: Node) -> SearchRules:
    """Check a rules file.

    Raises:
        RulesError: something in it is wrong; the message names file and key.
    """
    likenesses = ("meaning_weight", "ok", "clear_from", "clear_lead", "unsure", "suggest")
    root.only("version", "longest_question", *likenesses)
    values = {name: float(root[name].number(least=0)) for name in likenesses}
    for name, value in values.items():
        if value > 1:
            root[name].fail("must be at most 1")
    if not values["unsure"] <= values["clear_from"] <= values["ok"]:
        root["unsure"].fail("must be at most clear_from, and that at most ok")
    return SearchRules(
        version=root["version"].text(),
        longest_question=root["longest_question"].integer(least=10),
        **values,
    )


class KnowledgeService:
    """Searches the knowledge entries.

    Args:
        database: the store.
        clock: tells the time.
        encoder: turns texts into vectors; the packaged one unless a test brings its own.
        rules: the thresholds; the packaged ones unless a test brings its own.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        encoder: Encoder | None = None,
        rules: SearchRules | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._encoder = encoder or SentenceEncoder()
        self._rules = rules or load_rules()
        self._index: Index | None = None
        self._edition: tuple[int, Any] | None = None
        self._looked_at = -_LOOK_AGAIN_SECONDS
        self._building = asyncio.Lock()

    async def ask(self, text: str, limit: int = 3) -> dict[str, Any]:
        """The answer to ``text``.

        Args:
            text: what the customer asked.
            limit: how many entries to look at, the answer's own included.

        Returns:
            ``ok`` or ``unsure`` with the data of an ``answer`` message and ``suggestions``, the
            titles of other entries; ``unknown`` with empty data.
        """
        question = text.strip()[: self._rules.longest_question]
        index = await self._current_index()
        if not question or index is None:
            return {"outcome": "unknown", "data": {}}
        vector = (await self._encoder.encode([question]))[0]
        matches = await asyncio.to_thread(index.search, question, vector, max(limit, 2))
        outcome = self._rules.outcome(matches)
        if outcome == "unknown":
            return {"outcome": outcome, "data": {}}
        return {"outcome": outcome, "data": self._answer(matches, limit)}

    async def prepare(self) -> None:
        """Load the encoder and the entries, so that the first customer need not wait."""
        await self._encoder.encode(["你好"])
        await self._current_index()

    def _answer(self, matches: list[Match], limit: int) -> dict[str, Any]:
        best, *others = matches
        entry = best.entry
        return {
            "answer": entry.answer,
            "title": entry.title,
            "topic": entry.topic,
            "sources": [
                {
                    "id": entry.id,
                    "title": entry.source_title,
                    "updated_at": entry.updated_at.isoformat(),
                }
            ],
            "confidence": round(best.score, 3),
            "suggestions": [
                match.entry.title
                for match in others[: limit - 1]
                if match.score >= self._rules.suggest
            ],
            "rules_version": self._rules.version,
        }

    async def _current_index(self) -> Index | None:
        """The index of the entries as they are; none where there are none."""
        async with self._building:
            if time.monotonic() - self._looked_at < _LOOK_AGAIN_SECONDS:
                return self._index
            async with self._database.transaction() as session:
                repository = KnowledgeRepository(session)
                edition = await repository.edition()
                entries = await repository.entries() if edition != self._edition else None
            if entries is not None:
                self._index = await self._build(entries) if entries else None
                self._edition = edition
            self._looked_at = time.monotonic()
            return self._index

    async def _build(self, entries: list[Entry]) -> Index:
        vectors = await store_vectors(self._database, self._encoder, entries)
        rows = np.concatenate([vectors[entry.id] for entry in entries])
        return await asyncio.to_thread(Index, entries, rows, self._rules.meaning_weight)


async def store_vectors(
    database: Database, encoder: Encoder, entries: list[Entry]
) -> dict[str, Vectors]:
    """The vectors of all ``entries`` by id; what is missing or stale is computed and stored."""
    async with database.transaction() as session:
        vectors = await KnowledgeRepository(session).vectors(entries, encoder.name)
    missing = [entry for entry in entries if entry.id not in vectors]
    if not missing:
        return vectors
    encoded = await encoder.encode([text for entry in missing for text in entry.texts])
    start = 0
    for entry in missing:
        vectors[entry.id] = encoded[start : start + len(entry.texts)]
        start += len(entry.texts)
    async with database.transaction() as session:
        await KnowledgeRepository(session).put_vectors(missing, encoder.name, vectors)
    return vectors
