"""Brings a database to the tables of this version: one Alembic chain for all backends.

Works from an installed package, without an ``alembic.ini``. A new revision is made with
``zhitou database revision "why"`` after a change of any ``models.py``.
"""

from __future__ import annotations

import importlib
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData
from sqlalchemy.engine import Connection

from zhitou.backends.database import Base, Database

_MODELS = (
    "zhitou.backends.risk_profile.models",
    "zhitou.backends.product.models",
    "zhitou.backends.portfolio.models",
    "zhitou.backends.knowledge.models",
    "zhitou.backends.handoff.models",
)


def metadata() -> MetaData:
    """The tables of all backends, as their models say."""
    for module in _MODELS:
        importlib.import_module(module)
    tables: MetaData = Base.metadata
    return tables


def newest_revision() -> str | None:
    """The revision that this version of the package needs."""
    head: str | None = ScriptDirectory.from_config(_config()).get_current_head()
    return head


async def current_revision(database: Database) -> str | None:
    """The revision that ``database`` stands at; none where it was never upgraded."""
    async with database.engine.connect() as connection:
        revision: str | None = await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )
    return revision


async def upgrade(database: Database) -> None:
    """Apply every revision that ``database`` does not have yet, in one transaction."""
    await _with_connection(database, lambda config: command.upgrade(config, "head"))


async def revise(database: Database, message: str) -> None:
    """Write the revision that leads from ``database``, which must be upgraded, to the models."""
    await _with_connection(
        database, lambda config: command.revision(config, message=message, autogenerate=True)
    )


async def _with_connection(database: Database, work: Any) -> None:
    def run(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        work(config)

    async with database.engine.begin() as connection:
        await connection.run_sync(run)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "zhitou.backends:migrations")
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    return config
