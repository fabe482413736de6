"""Migrations, seeds and their command, on a real database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from zhitou.backends import migrations
from zhitou.backends.database import Database


async def test_an_empty_database_becomes_what_the_models_say(empty_database: Database) -> None:
    assert await migrations.current_revision(empty_database) is None
    await migrations.upgrade(empty_database)
    async with empty_database.engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True}),
                migrations.metadata(),
            )
        )
    assert differences == [], 'run `zhitou database revision "why"` and commit what it writes'


async def test_upgrading_twice_changes_nothing(empty_database: Database) -> None:
    await migrations.upgrade(empty_database)
    await migrations.upgrade(empty_database)
    assert await migrations.current_revision(empty_database) == migrations.newest_revision()


async def test_there_is_one_chain_without_branches() -> None:
    script = ScriptDirectory.from_config(migrations._config())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


async def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    agents = migrations.metadata().tables["handoff_agents"]
    row = {"name": "甲", "queues": [], "skills": [], "capacity": 1, "available": True, "demo": True}

    async def fail_halfway() -> None:
        async with database.transaction() as session:
            await session.execute(agents.insert().values(id="a", **row))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_halfway()
    async with database.transaction() as session:
        assert (await session.execute(select(func.count()).select_from(agents))).scalar_one() == 0
        await session.execute(agents.insert().values(id="b", **row))
    async with database.transaction() as session:
        assert (await session.execute(select(agents.c.name))).scalar_one() == "甲"


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    async with database.transaction() as writer:
        await writer.execute(text("DELETE FROM handoff_agents"))
        async with database.transaction() as reader:
            await reader.execute(text("SELECT count(*) FROM handoff_agents"))


def run(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zhitou.cli", "database", *arguments],
        env={**os.environ, "ZHITOU_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_command_creates_upgrades_and_tells_the_state(tmp_path: Path) -> None:
    before = run(tmp_path, "status")
    assert "revision none: needs `zhitou database upgrade`" in before.stdout
    assert run(tmp_path, "upgrade", "--seed", ZHITOU_DEMO="false").returncode == 0
    after = run(tmp_path, "status")
    assert f"revision {migrations.newest_revision()}: up to date" in after.stdout
    assert "knowledge_entries" in after.stdout
    again = run(tmp_path, "upgrade")
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"ZHITOU_DATABASE_URL": "mysql://x"}, "Error: ZHITOU_DATABASE_URL: must start with"),
        (
            {"ZHITOU_DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:9/none"},
            "cannot be used",
        ),
        ({"ZHITOU_DATABASE_URL": "sqlite+aiosqlite:////dev/null/x.db"}, "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, variables: dict[str, str], said: str
) -> None:
    result = run(tmp_path, "upgrade", **variables)
    assert result.returncode == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
