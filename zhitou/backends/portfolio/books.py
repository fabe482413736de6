"""What every part of the portfolio backend reads: who asks, what is held, how it went."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import pandas as pd

from zhitou.backends.database import Database
from zhitou.backends.errors import Unavailable
from zhitou.backends.portfolio import repository
from zhitou.backends.portfolio.models import PolicyRow
from zhitou.backends.product import repository as market
from zhitou.backends.risk_profile.remote import RiskProfiles
from zhitou.clock import Clock, today_in_shanghai
from zhitou.wealth.alerts import alert_rules
from zhitou.wealth.allocation_rules import allocation_rules
from zhitou.wealth.asset_classes import asset_classes
from zhitou.wealth.auto_invest_rules import auto_invest_rules
from zhitou.wealth.loss_rules import loss_rules
from zhitou.wealth.portfolio_diagnosis_rules import diagnosis_rules
from zhitou.wealth.positions import Position, Trade, position_of
from zhitou.wealth.product import Product, Resolution
from zhitou.wealth.selection_rules import load_selection_rules
from zhitou.wealth.suitability import Profile, decide

_MOST_PREPARED = 60
"""Products whose histories are read before anyone asks."""
_INSURANCE = ("保险", "保单", "insurance")

_log = logging.getLogger("zhitou.backends.portfolio")


class Products(Protocol):
    """What the portfolio asks of the product backend, here or at the bank's own."""

    async def find(self, text: str, kind: str | None = None) -> Resolution:
        """What a name or code stands for."""

    async def get(self, code: str) -> Product | None:
        """A product by its code."""

    async def products(self, kind: str | None = None) -> Sequence[Product]:
        """The shelf."""

    async def total_return(
        self, code: str, start: date | None = None, end: date | None = None
    ) -> pd.Series:
        """The total-return index of a product."""


@dataclass(frozen=True)
class Book:
    """What one customer holds and did."""

    positions: tuple[Position, ...]
    trades: tuple[Trade, ...]
    policies: tuple[PolicyRow, ...]
    products: Mapping[str, Product]

    @property
    def as_of(self) -> date | None:
        """The day of the values; deposits count up to today and do not decide it."""
        days = [one.as_of for one in self.positions if one.as_of and not one.product.is_deposit]
        return max(
            days, default=max((one.as_of for one in self.positions if one.as_of), default=None)
        )

    def contracts_meant(self, text: str) -> set[str]:
        """Codes of the insurance held that words for a kind of it stand for, not its names."""
        insured = {one.code: one for one in self.products.values() if one.kind == "insurance"}
        if text.removeprefix("我的") in _INSURANCE:
            return set(insured)
        return {code for code, one in insured.items() if one.type_name in text}

    def held(self, resolution: Resolution) -> list[Position]:
        """The positions that a name stands for; share classes of one fund count as one."""
        meant = {one.code for one in resolution.products}
        meant |= {str(one.terms.get("family")) for one in resolution.products}
        return [
            one
            for one in self.positions
            if one.product.code in meant or one.product.terms.get("family") in meant
        ]


class Books:
    """Reads customers, holdings and histories; keeps histories until new values are out.

    Args:
        database: the store of trades and policies.
        product: the product backend.
        risk_profile: the risk-profile backend.
        clock: tells the time.
    """

    def __init__(
        self, database: Database, product: Products, risk_profile: RiskProfiles, clock: Clock
    ) -> None:
        self.database = database
        self.product = product
        self.clock = clock
        self._risk_profile = risk_profile
        self._series: dict[str, tuple[date | None, pd.Series | None]] = {}
        self._indices: tuple[date | None, dict[str, pd.Series]] = (None, {})

    @property
    def today(self) -> date:
        """The customer's calendar day."""
        return today_in_shanghai(self.clock)

    async def prepare(self) -> None:
        """Read what the first questions need: rules, indices, the products most held."""
        auto_invest_rules(), alert_rules(), diagnosis_rules(), loss_rules(), allocation_rules()
        await self.indices()
        async with self.database.transaction() as session:
            codes = await repository.most_held(session, _MOST_PREPARED)
        for code in codes:
            product = await self.product.get(code)
            if product is not None:
                await self._one_series(product)

    async def profile(self, customer_id: str | None) -> Profile:
        """What counts of a customer today."""
        return await self._risk_profile.profile(customer_id)

    async def book(self, customer_id: str) -> Book:
        """Everything a customer holds, valued; heaviest first."""
        async with self.database.transaction() as session:
            trades = await repository.trades(session, customer_id)
            policies = await repository.policies(session, customer_id)
        codes = list(dict.fromkeys([t.code for t in trades] + [p.code for p in policies]))
        found = await asyncio.gather(*(self.product.get(code) for code in codes))
        products = {one.code: one for one in found if one is not None}
        for code in set(codes) - set(products):
            _log.warning("a held product is not on the shelf", extra={"facts": {"code": code}})
        series = await self.series([products[t.code] for t in trades if t.code in products])
        positions = [
            position_of(product, [t for t in trades if t.code == code], series[code], self.today)
            for code, product in products.items()
            if code in series
        ]
        return Book(
            positions=tuple(sorted((p for p in positions if p), key=lambda one: -one.value)),
            trades=tuple(trades),
            policies=tuple(policies),
            products=products,
        )

    async def series(self, products: Iterable[Product]) -> dict[str, pd.Series | None]:
        """Product code → total-return index; None for what has none."""
        wanted = {one.code: one for one in products}
        values = await asyncio.gather(*(self._one_series(one) for one in wanted.values()))
        return dict(zip(wanted, values, strict=True))

    async def indices(self) -> Mapping[str, pd.Series]:
        """Index code → levels, of every index that products are measured by.

        Raises:
            Unavailable: the store holds no market.
        """
        async with self.database.transaction() as session:
            dataset = await market.dataset(session)
            as_of = dataset.as_of if dataset else None
            if self._indices[0] != as_of or not self._indices[1]:
                table = await market.index_levels(session, asset_classes().indices)
                levels = {str(code): table[code].dropna() for code in table.columns}
                self._indices = (as_of, levels)
        missing = {one.index for one in asset_classes().classes.values()} - set(self._indices[1])
        if missing:
            raise Unavailable(f"the market's indices are missing: {', '.join(sorted(missing))}")
        return self._indices[1]

    def suits(self, profile: Profile, initiated_by: str = "bank") -> Any:
        """A check whether a product may be offered to a customer today."""
        known: dict[tuple[str, str, Any], bool] = {}

        def allowed(product: Product) -> bool:
            key = (product.kind, product.risk_level, product.terms.get("issuer_risk_level"))
            if key not in known:
                decision = decide(
                    profile, key[1], key[0], initiated_by, self.today, issuer_level=key[2]
                )
                known[key] = decision.decision == "allow"
            return known[key]

        return allowed

    async def _one_series(self, product: Product) -> pd.Series | None:
        if product.kind == "insurance" or product.is_deposit:
            return None
        kept = self._series.get(product.code)
        if kept is None or kept[0] != product.as_of:
            values = await self.product.total_return(product.code)
            kept = (product.as_of, values if len(values) > 1 else None)
            self._series[product.code] = kept
        return kept[1]


def sector_names() -> Mapping[str, str]:
    """Sector → what customers call it."""
    return load_selection_rules().words["sector"]
