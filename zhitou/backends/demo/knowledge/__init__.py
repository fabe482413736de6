"""The demo's knowledge: the YAML files beside this one, checked and put into the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from zhitou.backends.database import Database
from zhitou.backends.knowledge.encoder import Encoder, SentenceEncoder
from zhitou.backends.knowledge.index import Entry, normalised
from zhitou.backends.knowledge.repository import KnowledgeRepository
from zhitou.backends.knowledge.service import store_vectors
from zhitou.clock import Clock, today_in_shanghai
from zhitou.rulebook import Node, names, read

_ANSWER_LENGTH = range(60, 161)
"""Characters: enough to help, short enough for a phone."""

_QUESTIONS = range(3, 7)


async def seed(database: Database, clock: Clock, encoder: Encoder | None = None) -> None:
    """Insert and refresh the demo entries and their vectors; a bank's own entries stay.

    Args:
        database: the store.
        clock: tells the day that the dates are relative to.
        encoder: turns texts into vectors; the packaged one unless a test brings its own.

    Raises:
        RulesError: an entry is wrong; the message names file and key.
    """
    entries = load(today_in_shanghai(clock))
    async with database.transaction() as session:
        repository = KnowledgeRepository(session)
        await repository.drop_demo_entries_besides([entry.id for entry in entries])
        await repository.put(entries, changed_at=clock(), demo=True)
    await store_vectors(database, encoder or SentenceEncoder(), entries)


def load(today: date) -> list[Entry]:
    """All demo entries, file by file.

    Raises:
        RulesError: an entry is wrong or stands twice; the message names file and key.
    """
    entries: list[Entry] = []
    seen: set[str] = set()
    for name in names(__name__, ""):
        for entry, node in _entries(read(__name__, name), today):
            for text in (entry.id, *(normalised(text) for text in entry.texts)):
                if text in seen:
                    node.fail(f"{text!r} stands twice")
                seen.add(text)
            entries.append(entry)
    return entries


def _entries(root: Node, today: date) -> Iterator[tuple[Entry, Node]]:
    root.only("topic", "entries")
    for node in root["entries"]:
        node.only("id", "title", "questions", "answer", "source", "days_ago")
        questions, answer = node["questions"].texts(), node["answer"].text()
        if len(questions) not in _QUESTIONS:
            node["questions"].fail("must be three to six")
        if len(answer) not in _ANSWER_LENGTH:
            node["answer"].fail(f"must have 60 to 160 characters, not {len(answer)}")
        entry = Entry(
            id=node["id"].text(),
            topic=root["topic"].text(),
            title=node["title"].text(),
            questions=questions,
            answer=answer,
            source_title=node["source"].text(),
            updated_at=today - timedelta(days=node["days_ago"].integer(least=0)),
        )
        yield entry, node
