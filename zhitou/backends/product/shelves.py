"""The shelf in memory: read once, arranged for questions, renewed when the store has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic
from typing import Any

from zhitou.backends.database import Database
from zhitou.backends.product import repository
from zhitou.clock import Clock, today_in_shanghai
from zhitou.wealth.market_review import index_returns, load_market_rules
from zhitou.wealth.naming import NameIndex
from zhitou.wealth.product import Manager, Product
from zhitou.wealth.shelf import Shelf

CHECK_SECONDS = 2.0
"""How long the shelf is used before the store is asked whether it has changed."""
RENEW_SECONDS = 600.0
"""How long the shelf is used at most: changes that leave no mark in ``datasets`` come in then."""


@dataclass(frozen=True)
class Shelves:
    """What is read from the store, arranged: products and managers, their names, the market."""

    shelf: Shelf
    names: NameIndex
    market: tuple[Mapping[str, Any], ...]
    """``code``, ``name``, ``group`` and ``returns`` by period of each simulated index."""
    market_as_of: date | None


class ShelfKeeper:
    """Keeps :class:`Shelves` fresh.

    Args:
        database: the store.
        clock: says what today is; ages and tenures are counted to it.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = asyncio.Lock()
        self._shelves: Shelves | None = None
        self._mark: Any = None
        self._checked = self._built = float("-inf")

    async def current(self) -> Shelves:
        """The shelf as the store has it, seen within the last seconds."""
        if self._shelves is not None and monotonic() - self._checked < CHECK_SECONDS:
            return self._shelves
        async with self._lock:
            if self._shelves is None or monotonic() - self._checked >= CHECK_SECONDS:
                await self._check()
        assert self._shelves is not None  # noqa: S101  (_check has set it)
        return self._shelves

    async def _check(self) -> None:
        today = today_in_shanghai(self._clock)
        async with self._database.transaction() as session:
            mark = (await repository.dataset(session), today)
            old = monotonic() - self._built >= RENEW_SECONDS
            if self._shelves is None or mark != self._mark or old:
                products = await repository.products(session)
                managers = await repository.managers(session)
                indices = await repository.indices(session)
                since = today - timedelta(days=load_market_rules().days)
                levels = await repository.index_levels(session, start=since)
                self._shelves = await asyncio.to_thread(
                    _arrange, products, managers, indices, levels, today
                )
                self._mark, self._built = mark, monotonic()
        self._checked = monotonic()


def _arrange(
    products: Sequence[Product],
    managers: Sequence[Manager],
    indices: Sequence[repository.MarketIndex],
    levels: Any,
    today: date,
) -> Shelves:
    returns = index_returns(levels, tuple(load_market_rules().periods))
    market = tuple(
        {
            "code": index.code,
            "name": index.name,
            "group": index.group,
            "returns": returns[index.code],
        }
        for index in indices
        if index.code in returns
    )
    return Shelves(
        shelf=Shelf(products, managers, today),
        names=NameIndex(products),
        market=market,
        market_as_of=levels.index[-1].date() if len(levels) else None,
    )
