"""Finds products and tells what is known of them: names, terms, values."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from zhitou.backends.database import Database
from zhitou.backends.errors import NotFound
from zhitou.backends.product import inquiries, repository, views
from zhitou.backends.product.shelves import ShelfKeeper
from zhitou.clock import Clock, today_in_shanghai
from zhitou.wealth.product import Product, Resolution

MOST_FOUND = 5
"""Candidates that a customer is asked to choose from."""


class ProductLookup:
    """What is known of products, read from the store and kept in memory.

    Args:
        database: the store.
        clock: tells the time.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._keeper = ShelfKeeper(database, clock)

    async def products(self, kind: str | None = None) -> Sequence[Product]:
        """All products in catalogue order, of one kind or of all."""
        products = (await self._keeper.current()).shelf.products
        return products if kind is None else [one for one in products if one.kind == kind]

    async def get(self, code: str) -> Product | None:
        """The product of a code."""
        shelf = (await self._keeper.current()).shelf
        place = shelf.index.get(code)
        return None if place is None else shelf.products[place]

    async def find(self, text: str, kind: str | None = None, limit: int = MOST_FOUND) -> Resolution:
        """Which product a code, a name or a phrase around one means."""
        shelves = await self._keeper.current()
        return await asyncio.to_thread(inquiries.find, shelves, text, kind, limit)

    async def total_return(
        self, code: str, start: date | None = None, end: date | None = None
    ) -> pd.Series:
        """The total-return index of a product by day, both ends included; empty without values."""
        async with self._database.transaction() as session:
            table = await repository.total_returns(session, [code], start, end)
        return table[code].dropna() if code in table else pd.Series(dtype=float)

    async def resolve(self, text: str, kind: str | None, limit: int) -> dict[str, Any]:
        """Candidates for a customer's words, best first, with how well each fits.

        Args:
            text: the words.
            kind: only products of this kind.
            limit: at most so many.
        """
        found = await self.find(text, kind, limit)
        scores = found.scores or (1.0,) * len(found.products)
        items = [
            {**views.named(product), "score": round(score, 4)}
            for product, score in zip(found.products, scores, strict=True)
        ]
        data = {"items": items, "note": found.note}
        return {"outcome": found.outcome, **data, "data": data}

    async def shelf(self, kind: str | None = None) -> dict[str, Any]:
        """Everything about all products, for services that take this one's place beside."""
        shelf = (await self._keeper.current()).shelf
        chosen = [one for one in shelf.products if kind is None or one.kind == kind]
        items = await asyncio.to_thread(lambda: [views.detail(shelf, one) for one in chosen])
        return {"items": items, "as_of": shelf.as_of.isoformat(), "simulated": True}

    async def detail(self, code: str) -> dict[str, Any]:
        """Everything about one product.

        Raises:
            NotFound: no product has the code.
        """
        shelf = (await self._keeper.current()).shelf
        return views.detail(shelf, await self._known(code))

    async def nav(self, code: str, days: int) -> dict[str, Any]:
        """Daily values of the last ``days``, with the drawdown and the benchmark beside.

        Raises:
            NotFound: no product has the code.
        """
        product = await self._known(code)
        return await inquiries.nav(self._database, product, days, self._today())

    async def _known(self, code: str) -> Product:
        product = await self.get(code)
        if product is None:
            raise NotFound(f"no product has the code {code!r}")
        return product

    def _today(self) -> date:
        return today_in_shanghai(self._clock)
