"""Reads and writes of the knowledge backend, each inside the transaction of its caller."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhitou.backends.knowledge.encoder import Vectors
from zhitou.backends.knowledge.index import Entry
from zhitou.backends.knowledge.models import KnowledgeEntry, KnowledgeVectors


class KnowledgeRepository:
    """The knowledge tables, seen through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def edition(self) -> tuple[int, Any]:
        """How many entries there are and when one was last written: other values, other entries."""
        query = select(func.count(), func.max(KnowledgeEntry.changed_at))
        count, changed_at = (await self._session.execute(query)).one()
        return int(count), changed_at

    async def entries(self) -> list[Entry]:
        """All entries in their order."""
        query = select(KnowledgeEntry).order_by(KnowledgeEntry.position, KnowledgeEntry.id)
        return [
            Entry(
                id=row.id,
                topic=row.topic,
                title=row.title,
                questions=tuple(row.questions),
                answer=row.answer,
                source_title=row.source_title,
                updated_at=row.updated_at,
            )
            for row in (await self._session.execute(query)).scalars()
        ]

    async def put(self, entries: Sequence[Entry], changed_at: datetime, demo: bool) -> int:
        """Insert what is new, rewrite what differs; tell how many rows that were."""
        rows = (await self._session.execute(select(KnowledgeEntry))).scalars()
        stored = {row.id: row for row in rows}
        written = 0
        for position, entry in enumerate(entries):
            values = {
                "position": position,
                "topic": entry.topic,
                "title": entry.title,
                "questions": list(entry.questions),
                "answer": entry.answer,
                "source_title": entry.source_title,
                "updated_at": entry.updated_at,
                "demo": demo,
            }
            row = stored.get(entry.id) or KnowledgeEntry(id=entry.id)
            if all(getattr(row, name) == value for name, value in values.items()):
                continue
            for name, value in values.items():
                setattr(row, name, value)
            row.changed_at = changed_at
            self._session.add(row)
            written += 1
        return written

    async def drop_demo_entries_besides(self, kept: Sequence[str]) -> None:
        """Delete demo entries that the demo no longer has."""
        rows = (await self._session.execute(select(KnowledgeEntry))).scalars()
        for row in rows:
            if row.demo and row.id not in set(kept):
                await self._session.delete(row)

    async def vectors(self, entries: Sequence[Entry], encoder: str) -> dict[str, Vectors]:
        """The stored vectors that are still those of the entries' texts, by entry id."""
        known = {entry.id: entry for entry in entries}
        found: dict[str, Vectors] = {}
        for row in (await self._session.execute(select(KnowledgeVectors))).scalars():
            entry = known.get(row.entry_id)
            if entry is not None and row.digest == digest(entry, encoder):
                flat = np.frombuffer(row.data, dtype=np.float16).astype(np.float32)
                found[entry.id] = flat.reshape(len(entry.texts), -1)
        return found

    async def put_vectors(
        self, entries: Sequence[Entry], encoder: str, vectors: Mapping[str, Vectors]
    ) -> None:
        """Store the vectors of ``entries``, in place of those stored before."""
        for entry in entries:
            data = np.asarray(vectors[entry.id], dtype=np.float16).tobytes()
            row = KnowledgeVectors(entry_id=entry.id, digest=digest(entry, encoder), data=data)
            await self._session.merge(row)


def digest(entry: Entry, encoder: str) -> str:
    """Names the texts of ``entry`` as ``encoder`` sees them."""
    return hashlib.sha256("\n".join((encoder, *entry.texts)).encode()).hexdigest()
