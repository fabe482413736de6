"""``zhitou database …``: create and upgrade the tables, fill in the demo data, tell the state."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable

import click
from alembic.util.exc import CommandError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from zhitou import logs
from zhitou.backends import migrations
from zhitou.backends.database import Database
from zhitou.clock import Clock, system_clock
from zhitou.rulebook import RulesError
from zhitou.settings import SettingsError
from zhitou.settings import settings as process_settings

SEEDS = ("customers", "market", "portfolio", "knowledge", "agents")
"""Modules of ``zhitou.backends.demo`` in the order of what they refer to."""


async def seed(database: Database, clock: Clock) -> None:
    """Fill in the made-up demo data, and refresh what of it has become stale."""
    for name in SEEDS:
        await importlib.import_module(f"zhitou.backends.demo.{name}").seed(database, clock)


@click.group()
def command() -> None:
    """Create, upgrade, fill and look at the database."""


@command.command("upgrade")
@click.option("--seed", "with_seed", is_flag=True, help="Fill in the demo data too, if it is on.")
def upgrade_command(with_seed: bool) -> None:
    """Bring the tables to this version."""
    _run(migrations.upgrade)
    click.echo("the tables are up to date")
    if with_seed and process_settings().demo:
        _seed()


@command.command("seed")
def seed_command() -> None:
    """Fill in and refresh the made-up demo data."""
    _seed()


@command.command("status")
def status_command() -> None:
    """Tell the revision of the tables and how many rows each holds."""
    _run(_print_status)


@command.command("revision")
@click.argument("message")
def revision_command(message: str) -> None:
    """Write a migration to the models as they are now, for who changes them."""
    _run(lambda database: migrations.revise(database, message))


def _seed() -> None:
    click.echo("filling in the demo data; the first time takes a minute")
    _run(lambda database: seed(database, system_clock))
    click.echo("the demo data is up to date")


async def _print_status(database: Database) -> None:
    current, newest = await migrations.current_revision(database), migrations.newest_revision()
    state = "up to date" if current == newest else f"needs `zhitou database upgrade` to {newest}"
    click.echo(f"revision {current or 'none'}: {state}")
    if current != newest:
        return
    async with database.transaction() as session:
        for table in migrations.metadata().sorted_tables:
            count = (await session.execute(select(func.count()).select_from(table))).scalar_one()
            click.echo(f"{table.name:<32}{count:>10}")


def _run(work: Callable[[Database], Awaitable[None]]) -> None:
    """Do ``work`` on this installation's database; a failure is one clear line."""
    try:
        settings = process_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error

    async def on_database() -> None:
        database = Database(settings.database_url)
        try:
            await work(database)
        finally:
            await database.close()

    try:
        logs.configure(settings, "database")
        asyncio.run(on_database())
    except OSError as error:
        raise click.ClickException(
            f"{settings.home} or the database cannot be used: {error}"
        ) from error
    except (CommandError, RulesError) as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise click.ClickException(f"the database cannot be used: {reason}") from error
