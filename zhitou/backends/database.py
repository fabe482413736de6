"""The relational store of all backends: one engine, one declarative base, visible transactions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import declarative_base, sessionmaker
from sqlalchemy.pool import AsyncAdaptedQueuePool

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Base: Any = declarative_base(metadata=MetaData(naming_convention=_NAMING))

SQLITE_BUSY_SECONDS = 1.0
"""How long a statement waits for another writer: below the callers' budget of 1.5 s."""


class Database:
    """An async engine and its sessions.

    Args:
        url: SQLAlchemy URL, ``sqlite+aiosqlite://`` or ``postgresql+asyncpg://``.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = make_url(url)
        sqlite = parsed.get_backend_name() == "sqlite"
        if sqlite and parsed.database not in {None, "", ":memory:"}:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        memory = sqlite and parsed.database in {None, "", ":memory:"}
        options: dict[str, Any] = {"pool_pre_ping": True}
        if memory:
            options = {}
        elif sqlite:
            # The default for a SQLite file opens it anew for every transaction.
            options = {
                "poolclass": AsyncAdaptedQueuePool,
                "connect_args": {"timeout": SQLITE_BUSY_SECONDS},
            }
        self.engine = create_async_engine(url, **options)
        if sqlite:
            event.listen(self.engine.sync_engine, "connect", _set_sqlite_pragmas)
        self._sessions = sessionmaker(self.engine, class_=AsyncSession, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose changes are committed together at the end, or not at all."""
        async with self._sessions() as session, session.begin():
            yield session

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()


def _set_sqlite_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
