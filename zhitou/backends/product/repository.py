"""All SQL of the product backend: products, managers, daily values, indices, stored proofs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zhitou.backends.product.models import (
    DatasetRow,
    DistributionRow,
    ManagerRow,
    MarketIndexRow,
    MarketLevelRow,
    NavRow,
    ProductManagerRow,
    ProductRow,
    RecommendationRow,
)
from zhitou.wealth.product import Manager, Product, Tenure
from zhitou.wealth.total_return import Distribution


@dataclass(frozen=True)
class MarketIndex:
    """A simulated index; ``group`` is ``asset_class`` or ``sector``."""

    code: str
    name: str
    group: str


@dataclass(frozen=True)
class Dataset:
    """Which generated data the store holds."""

    version: str
    as_of: date


@dataclass(frozen=True)
class Recommendation:
    """The proof of one recommendation: everything needed to compute it again."""

    id: str
    created_at: datetime
    customer_id: str | None
    kind: str
    inputs: Mapping[str, Any]
    data_date: date | None
    rule_version: str
    weights_version: str
    output: Mapping[str, Any]


async def products(session: AsyncSession, kind: str | None = None) -> list[Product]:
    """The shelf in catalogue order, of one kind or all, with the names of who runs each."""
    query = select(ProductRow).order_by(ProductRow.position)
    if kind is not None:
        query = query.where(ProductRow.kind == kind)
    rows = (await session.execute(query)).scalars().all()
    names = await _manager_names(session)
    return [_product(row, names.get(row.code, ())) for row in rows]


async def product(session: AsyncSession, code: str) -> Product | None:
    """One product by its code, or ``None``."""
    row = await session.get(ProductRow, code)
    return None if row is None else _product(row, (await _manager_names(session, code))[code])


async def managers(session: AsyncSession) -> list[Manager]:
    """All managers with what they run and ran, oldest tenure first."""
    tenures: dict[str, list[Tenure]] = defaultdict(list)
    query = select(ProductManagerRow).order_by(
        ProductManagerRow.since, ProductManagerRow.product_code
    )
    for row in (await session.execute(query)).scalars():
        tenures[row.manager_id].append(Tenure(row.product_code, row.since, row.until))
    rows = (await session.execute(select(ManagerRow).order_by(ManagerRow.id))).scalars()
    return [
        Manager(
            id=row.id,
            name=row.name,
            company=row.company,
            career_start=row.career_start,
            style=row.style,
            profile=row.profile,
            tenures=tuple(tenures[row.id]),
        )
        for row in rows
    ]


async def navs(
    session: AsyncSession, code: str, start: date | None = None, end: date | None = None
) -> pd.DataFrame:
    """Daily ``unit_nav``, ``cumulative_nav``, ``total_return`` of a product, by day.

    Both ends are included; empty for a product that has no daily values.
    """
    columns = ("date", "unit_nav", "cumulative_nav", "total_return")
    query = select(*(getattr(NavRow, name) for name in columns)).where(NavRow.code == code)
    rows = (await session.execute(_between(query, NavRow.date, start, end))).all()
    frame = pd.DataFrame(rows, columns=columns)
    return frame.set_index(pd.DatetimeIndex(frame.pop("date"), name="date"))


async def total_returns(
    session: AsyncSession, codes: Iterable[str], start: date | None = None, end: date | None = None
) -> pd.DataFrame:
    """Total-return index of several products: days by code, ``NaN`` where one has no value."""
    query = select(NavRow.date, NavRow.code, NavRow.total_return).where(
        NavRow.code.in_(sorted(set(codes)))
    )
    return _pivot((await session.execute(_between(query, NavRow.date, start, end))).all())


async def distributions(session: AsyncSession, code: str) -> list[Distribution]:
    """Dividends and splits of a product, oldest first."""
    query = select(DistributionRow).where(DistributionRow.code == code)
    rows = (await session.execute(query.order_by(DistributionRow.date))).scalars()
    return [Distribution(row.date, row.kind, row.value) for row in rows]


async def indices(session: AsyncSession) -> list[MarketIndex]:
    """The simulated asset classes, then the sectors."""
    query = select(MarketIndexRow).order_by(MarketIndexRow.index_group, MarketIndexRow.code)
    rows = (await session.execute(query)).scalars()
    return [MarketIndex(row.code, row.name, row.index_group) for row in rows]


async def index_levels(
    session: AsyncSession,
    codes: Iterable[str] | None = None,
    start: date | None = None,
    end: date | None = None,
) -> pd.DataFrame:
    """Levels of simulated indices: days by code, all of them without ``codes``."""
    query = select(MarketLevelRow.date, MarketLevelRow.code, MarketLevelRow.level)
    if codes is not None:
        query = query.where(MarketLevelRow.code.in_(sorted(set(codes))))
    return _pivot((await session.execute(_between(query, MarketLevelRow.date, start, end))).all())


async def dataset(session: AsyncSession, name: str = "market") -> Dataset | None:
    """Version and data date of the stored values; ``None`` before the first seeding."""
    row = await session.get(DatasetRow, name)
    return None if row is None else Dataset(row.version, row.as_of)


async def store_recommendation(session: AsyncSession, proof: Recommendation) -> None:
    """Keep the proof; an id that exists already is an error, a proof never changes."""
    session.add(
        RecommendationRow(
            id=proof.id,
            created_at=proof.created_at,
            customer_id=proof.customer_id,
            kind=proof.kind,
            inputs=dict(proof.inputs),
            data_date=proof.data_date,
            rule_version=proof.rule_version,
            weights_version=proof.weights_version,
            output=dict(proof.output),
        )
    )


async def recommendation(session: AsyncSession, id: str) -> Recommendation | None:
    """The proof with this id, or ``None``."""
    row = await session.get(RecommendationRow, id)
    return None if row is None else _recommendation(row)


async def latest_recommendation(session: AsyncSession, customer_id: str) -> Recommendation | None:
    """The newest proof of a customer, or ``None``."""
    query = (
        select(RecommendationRow)
        .where(RecommendationRow.customer_id == customer_id)
        .order_by(RecommendationRow.created_at.desc())
        .limit(1)
    )
    row = (await session.execute(query)).scalars().first()
    return None if row is None else _recommendation(row)


async def _manager_names(
    session: AsyncSession, code: str | None = None
) -> Mapping[str, Sequence[str]]:
    """Code → names of who runs the product now, longest serving first."""
    query = (
        select(ProductManagerRow.product_code, ManagerRow.name)
        .join(ManagerRow, ManagerRow.id == ProductManagerRow.manager_id)
        .where(ProductManagerRow.until.is_(None))
        .order_by(ProductManagerRow.since, ManagerRow.id)
    )
    if code is not None:
        query = query.where(ProductManagerRow.product_code == code)
    found: dict[str, list[str]] = defaultdict(list)
    for product_code, name in (await session.execute(query)).all():
        found[product_code].append(name)
    return found


def _product(row: Any, names: Sequence[str]) -> Product:
    return Product(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        aliases=tuple(row.aliases),
        kind=row.kind,
        type=row.type,
        sector=row.sector,
        company=row.company,
        managers=tuple(names),
        risk_level=row.risk_level,
        terms=row.terms,
        fees=row.fees,
        metrics=row.metrics,
        size=None if row.size is None else Decimal(row.size),
        inception=row.inception,
        as_of=row.as_of,
    )


def _recommendation(row: Any) -> Recommendation:
    created = row.created_at
    return Recommendation(
        id=row.id,
        created_at=created if created.tzinfo else created.replace(tzinfo=timezone.utc),
        customer_id=row.customer_id,
        kind=row.kind,
        inputs=row.inputs,
        data_date=row.data_date,
        rule_version=row.rule_version,
        weights_version=row.weights_version,
        output=row.output,
    )


def _between(query: Any, column: Any, start: date | None, end: date | None) -> Any:
    if start is not None:
        query = query.where(column >= start)
    if end is not None:
        query = query.where(column <= end)
    return query.order_by(column)


def _pivot(rows: Sequence[Any]) -> pd.DataFrame:
    """Rows of (day, code, value) as a table of days by code."""
    frame = pd.DataFrame(rows, columns=("date", "code", "value"))
    table = frame.pivot(index="date", columns="code", values="value")
    table.index = pd.DatetimeIndex(table.index, name="date")
    table.columns.name = None
    return table
