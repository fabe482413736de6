"""All SQL of the portfolio backend: trades, policies, alerts, stored advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhitou.backends.portfolio.models import AdviceRow, AlertRow, PolicyRow, TradeRow
from zhitou.wealth.positions import Trade

PLANS = ("allocation", "auto_invest")
"""Kinds of advice that are plans."""


async def trades(session: AsyncSession, customer_id: str) -> list[Trade]:
    """All trades of a customer, oldest first."""
    query = select(TradeRow).where(TradeRow.customer_id == customer_id)
    rows = (await session.execute(query.order_by(TradeRow.traded_on, TradeRow.id))).scalars()
    return [
        Trade(
            code=row.code,
            side=row.side,
            amount=row.amount,
            fee=row.fee,
            day=row.traded_on,
            status=row.status,
            arrives_on=row.arrives_on,
        )
        for row in rows
    ]


async def most_held(session: AsyncSession, most: int) -> list[str]:
    """Codes of the products that most customers traded, the most common first."""
    query = (
        select(TradeRow.code)
        .group_by(TradeRow.code)
        .order_by(func.count(TradeRow.customer_id.distinct()).desc(), TradeRow.code)
        .limit(most)
    )
    return list((await session.execute(query)).scalars())


async def policies(session: AsyncSession, customer_id: str) -> Sequence[PolicyRow]:
    """The insurance contracts of a customer, oldest first."""
    query = select(PolicyRow).where(PolicyRow.customer_id == customer_id)
    rows: Sequence[PolicyRow] = (
        (await session.execute(query.order_by(PolicyRow.started_on, PolicyRow.id))).scalars().all()
    )
    return rows


async def alerts(session: AsyncSession, customer_id: str) -> Sequence[AlertRow]:
    """What a customer wants to be told of, oldest first."""
    query = select(AlertRow).where(AlertRow.customer_id == customer_id)
    rows: Sequence[AlertRow] = (
        (await session.execute(query.order_by(AlertRow.created_at, AlertRow.id))).scalars().all()
    )
    return rows


async def put_alert(
    session: AsyncSession,
    customer_id: str,
    code: str | None,
    kind: str,
    threshold: Decimal,
    base_value: Decimal | None,
    now: datetime,
) -> AlertRow:
    """Store an alert in place of an older one of the same kind for the same product."""
    await session.execute(
        delete(AlertRow).where(
            AlertRow.customer_id == customer_id, AlertRow.kind == kind, AlertRow.code == code
        )
    )
    row = AlertRow(
        id=str(uuid4()),
        customer_id=customer_id,
        code=code,
        kind=kind,
        threshold=threshold,
        base_value=base_value,
        created_at=now,
    )
    session.add(row)
    return row


async def delete_alerts(
    session: AsyncSession,
    customer_id: str,
    id: str | None = None,
    codes: Sequence[str] | None = None,
) -> int:
    """Delete the alert of that id, those for some products, or all; returns how many."""
    query = delete(AlertRow).where(AlertRow.customer_id == customer_id)
    if id is not None:
        query = query.where(AlertRow.id == id)
    if codes is not None:
        query = query.where(AlertRow.code.in_(codes))
    result = await session.execute(query.execution_options(synchronize_session=False))
    return int(result.rowcount)


async def store_advice(
    session: AsyncSession,
    kind: str,
    customer_id: str | None,
    inputs: Mapping[str, Any],
    output: Mapping[str, Any],
    data_date: date | None,
    rules_version: str,
    now: datetime,
) -> str:
    """Keep the proof of a diagnosis or a plan; returns its id."""
    id = str(uuid4())
    session.add(
        AdviceRow(
            id=id,
            created_at=now,
            customer_id=customer_id,
            kind=kind,
            inputs=dict(inputs),
            data_date=data_date,
            rules_version=rules_version,
            output=dict(output),
        )
    )
    return id


async def advice(
    session: AsyncSession, customer_id: str | None, id: str | None = None
) -> AdviceRow | None:
    """The proof with this id if it is the customer's own; without an id its newest plan."""
    query = select(AdviceRow).where(AdviceRow.customer_id == customer_id)
    if id is not None:
        query = query.where(AdviceRow.id == id)
    else:
        query = query.where(AdviceRow.kind.in_(PLANS))
    query = query.order_by(AdviceRow.created_at.desc(), AdviceRow.id).limit(1)
    return (await session.execute(query)).scalars().first()


def aware(moment: datetime) -> datetime:
    """A stored moment in UTC; SQLite forgets the zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
