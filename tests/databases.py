"""Fixtures for tests of the backends: a clock that stands still, a database of their own."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from zhitou.backends.database import Database
from zhitou.backends.migrations import metadata
from zhitou.clock import Clock, fixed_clock


@pytest.fixture
def clock() -> Clock:
    """Monday, 5 January 2026, 10:00 in Shanghai."""
    return fixed_clock(datetime(2026, 1, 5, 2, 0, tzinfo=timezone.utc))


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite in a folder of its own, or the PostgreSQL that ZHITOU_TEST_DATABASE_URL names."""
    return os.environ.get(
        "ZHITOU_TEST_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'zhitou.db'}"
    )


@pytest.fixture
async def empty_database(database_url: str) -> AsyncIterator[Database]:
    """A database without any table."""
    database = Database(database_url)
    async with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
    yield database
    await database.close()


@pytest.fixture
async def database(empty_database: Database) -> Database:
    """A database with the tables of all backends and nothing in them."""
    async with empty_database.engine.begin() as connection:
        await connection.run_sync(metadata().create_all)
    return empty_database
