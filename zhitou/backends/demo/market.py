"""Seeds the product backend: the made-up shelf and its simulated market, up to the last close."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import delete, insert

from zhitou.backends.database import Database
from zhitou.backends.demo.simulation import Market, parameters, simulate
from zhitou.backends.product import repository
from zhitou.backends.product.bulk import put_catalogue, put_values
from zhitou.backends.product.catalogue import Catalogue, load_catalogue
from zhitou.backends.product.models import (
    DatasetRow,
    DistributionRow,
    MarketIndexRow,
    MarketLevelRow,
    NavRow,
)
from zhitou.clock import SHANGHAI, Clock
from zhitou.wealth.fund_metrics import Metrics, shelf_metrics

DATASET = "market"
PUBLISHED_AT = time(20, 0)
"""When the values of a trading day are out, Shanghai time."""

_log = logging.getLogger(__name__)


def data_date(clock: Clock) -> date:
    """The last trading day (Monday to Friday) whose values are published."""
    now = clock().astimezone(SHANGHAI)
    day = now.date() if now.time() >= PUBLISHED_AT else now.date() - timedelta(days=1)
    return day - timedelta(days=max(0, day.weekday() - 4))


async def seed(database: Database, clock: Clock, catalogue: Catalogue | None = None) -> None:
    """Bring shelf, values and metrics to the data date; does nothing where they are there.

    A store of an earlier day gets the days since; one of another generator or catalogue, or of a
    later day, is written anew.

    Args:
        database: with all tables.
        clock: says what today is.
        catalogue: another shelf than the bundled one, for tests.
    """
    as_of = data_date(clock)
    shelf = catalogue or load_catalogue()
    rules = parameters()
    version = hashlib.sha256(f"{shelf.version}{rules!r}".encode()).hexdigest()[:16]
    async with database.transaction() as session:
        stored = await repository.dataset(session, DATASET)
    if stored == repository.Dataset(version, as_of):
        return
    market, metrics = await asyncio.to_thread(_generate, shelf, as_of, rules)
    appended = stored is not None and stored.version == version and stored.as_of < as_of
    since = stored.as_of if stored is not None and appended else None
    async with database.transaction() as session:
        rows = await _write(session, shelf, market, metrics, rules, since)
        await session.execute(delete(DatasetRow).where(DatasetRow.name == DATASET))
        session.add(DatasetRow(name=DATASET, version=version, as_of=as_of))
    _log.info("simulated market up to %s: %d daily values written", as_of, rows)


def _generate(
    shelf: Catalogue, as_of: date, rules: Mapping[str, Any]
) -> tuple[Market, dict[str, Metrics]]:
    market = simulate(shelf.products, as_of, rules)
    valued = [item for item in shelf.products if item.code in market.unit_nav.columns]
    benchmarks = {
        item.code: market.indices[item.terms["benchmark_index"]]
        for item in valued
        if "benchmark_index" in item.terms
    }
    types = {item.code: item.type for item in valued}
    return market, shelf_metrics(market.total_return, market.unit_nav, types, benchmarks)


async def _write(
    session: Any,
    shelf: Catalogue,
    market: Market,
    metrics: Mapping[str, Metrics],
    rules: Mapping[str, Any],
    since: date | None,
) -> int:
    """Write everything, or only the days after ``since``; returns the daily values written."""
    first = market.unit_nav.index[0].date()
    await put_catalogue(session, shelf, metrics, market.unit_nav.index[-1].date())
    for model in (NavRow, MarketLevelRow, DistributionRow):
        old = delete(model) if since is None else delete(model).where(model.date < first)
        await session.execute(old)
    await session.execute(delete(MarketIndexRow))
    await session.execute(
        insert(MarketIndexRow),
        [
            {"code": code, "name": spec["name"], "index_group": spec["group"]}
            for code, spec in rules["indices"].items()
        ],
    )
    await put_values(session, MarketLevelRow, {"level": _after(market.indices, since)})
    distributed = [
        {"code": code, "date": item.day, "kind": item.kind, "value": item.value}
        for code, items in market.distributions.items()
        for item in items
        if since is None or item.day > since
    ]
    if distributed:
        await session.execute(insert(DistributionRow), distributed)
    values = {
        "unit_nav": market.unit_nav,
        "cumulative_nav": market.cumulative_nav,
        "total_return": market.total_return,
    }
    return await put_values(
        session, NavRow, {name: _after(table, since) for name, table in values.items()}
    )


def _after(table: pd.DataFrame, since: date | None) -> pd.DataFrame:
    return table if since is None else table[table.index > pd.Timestamp(since)]
