"""The made-up holdings of the demo customers: trades and policies, relative to today.

Products are picked from the shelf by attributes, so that another shelf still gives every customer
what the demo tells of it. Only rows marked as demo are replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from zhitou.backends.database import Database
from zhitou.backends.portfolio.models import PolicyRow, TradeRow
from zhitou.backends.product import repository
from zhitou.clock import Clock, today_in_shanghai
from zhitou.rulebook import Node, read
from zhitou.wealth.assessment import months_later
from zhitou.wealth.costs import purchase_fee, redemption_fee
from zhitou.wealth.positions import cents
from zhitou.wealth.product import Product

_SATURDAY = 5


@dataclass(frozen=True)
class Dealing:
    """What a customer did with one product."""

    pick: Mapping[str, Any]
    buys: tuple[tuple[int, Decimal], ...]
    redeems: tuple[tuple[int, Decimal], ...] = ()
    at_peak: tuple[int, int] | None = None


@dataclass(frozen=True)
class Contract:
    """An insurance contract of a customer."""

    pick: Mapping[str, Any]
    insured: str
    years_ago: Decimal
    cash_value: Decimal


@dataclass
class Shelf:
    """Products to pick from: each customer takes another one each time."""

    products: Sequence[Product]
    taken: set[str] = field(default_factory=set)

    def take(self, pick: Mapping[str, Any]) -> Product | None:
        """The largest product that fits and was not taken yet; None where there is none."""
        fitting = [one for one in self.products if one.code not in self.taken and _fits(one, pick)]
        if not fitting:
            return None
        found = min(fitting, key=lambda one: (-(one.size or 0), one.code))
        self.taken.add(found.code)
        return found


async def seed(database: Database, clock: Clock) -> None:
    """Give the demo customers their holdings as of today; the shelf must be seeded before.

    Raises:
        RulesError: ``portfolio.yml`` cannot be used.
    """
    today = today_in_shanghai(clock)
    customers = load_holdings()
    async with database.transaction() as session:
        products = await repository.products(session)
        await session.execute(delete(TradeRow).where(TradeRow.demo.is_(True)))
        await session.execute(delete(PolicyRow).where(PolicyRow.demo.is_(True)))
        for customer_id, (dealings, contracts) in customers.items():
            shelf = Shelf(products)
            session.add_all(await _trades(session, customer_id, dealings, shelf, today))
            session.add_all(_policies(customer_id, contracts, shelf, today))


def load_holdings() -> dict[str, tuple[tuple[Dealing, ...], tuple[Contract, ...]]]:
    """Customer → dealings and contracts of the packaged file, checked.

    Raises:
        RulesError: the file cannot be used; the message names the key.
    """
    node = read("zhitou.backends.demo", "portfolio.yml").only("customers")
    return {
        customer_id: (
            tuple(_dealing(item) for item in entry.only("trades", "policies")["trades"]),
            tuple(_contract(item) for item in entry["policies"]),
        )
        for customer_id, entry in node["customers"].items()
    }


async def _trades(
    session: AsyncSession,
    customer_id: str,
    dealings: Sequence[Dealing],
    shelf: Shelf,
    today: date,
) -> list[TradeRow]:
    rows: list[TradeRow] = []
    for dealing in dealings:
        product = shelf.take(dealing.pick)
        if product is None:
            continue
        bought = today
        for ago, amount in dealing.buys:
            day = _weekday(today - timedelta(days=ago))
            if dealing.at_peak:
                day = await _peak(session, product.code, dealing.at_peak, today) or day
            bought = min(bought, day)
            fee = cents(amount * Decimal(repr(purchase_fee(product))))
            rows.append(_row(customer_id, product, "buy", amount, fee, day))
        for ago, amount in dealing.redeems:
            day = _weekday(today - timedelta(days=ago))
            rate = redemption_fee(product, (day - bought).days)
            fee = cents(amount * Decimal(repr(rate)))
            row = _row(customer_id, product, "redeem", amount - fee, fee, day)
            row.arrives_on = _workdays_later(day, max(2, int(product.terms.get("arrival_days", 2))))
            row.status = "in_transit" if row.arrives_on >= today else "done"
            rows.append(row)
    for number, row in enumerate(rows, start=1):
        row.id = f"{customer_id}-{number:03d}"
    return rows


def _policies(
    customer_id: str, contracts: Sequence[Contract], shelf: Shelf, today: date
) -> Iterator[PolicyRow]:
    for number, contract in enumerate(contracts, start=1):
        product = shelf.take(contract.pick)
        if product is None:
            continue
        example = _example(product)
        started = months_later(today, -int(contract.years_ago * 12))
        years = max(1, int(example["years"]))
        passed = (today - started).days // 365
        paid = min(years, passed + 1) if years > 1 else passed + 1
        premium = Decimal(str(example["premium"]))
        more = paid < years or years == 1
        yield PolicyRow(
            id=f"{customer_id}-policy-{number}",
            customer_id=customer_id,
            number=f"ZTB{started:%Y%m}{number:02d}{int(product.code[-3:]):05d}",
            code=product.code,
            insured=contract.insured,
            started_on=started,
            premium=premium,
            paid_years=paid,
            payment_years=years,
            next_due=months_later(started, 12 * (passed + 1)) if more else None,
            sum_insured=Decimal(str(product.terms.get("sum_insured_example", 0))),
            cash_value=cents(premium * paid * contract.cash_value),
            status="in_force",
            demo=True,
        )


async def _peak(
    session: AsyncSession, code: str, window: tuple[int, int], today: date
) -> date | None:
    """The day of the highest total return within a window of days ago."""
    nearest, furthest = window
    frame = await repository.navs(
        session, code, today - timedelta(days=furthest), today - timedelta(days=nearest)
    )
    values: pd.Series = frame["total_return"]
    return None if values.empty else values.index[int(np.argmax(values.to_numpy()))].date()


def _row(
    customer_id: str, product: Product, side: str, amount: Decimal, fee: Decimal, day: date
) -> TradeRow:
    return TradeRow(
        customer_id=customer_id,
        code=product.code,
        side=side,
        amount=amount,
        fee=fee,
        traded_on=day,
        status="done",
        demo=True,
    )


def _fits(product: Product, pick: Mapping[str, Any]) -> bool:
    for key, wanted in pick.items():
        if key == "sector":
            fits = product.sector == (None if wanted == "none" else wanted)
        elif key == "insured":
            fits = (product.terms.get("insured") or [None])[0] == wanted
        elif key == "payment_years":
            fits = _example(product).get("years") == wanted
        else:
            fits = getattr(product, key, product.terms.get(key)) == wanted
        if not fits:
            return False
    return True


def _example(product: Product) -> Mapping[str, Any]:
    examples = product.terms.get("premium_examples") or [{}]
    first: Mapping[str, Any] = examples[0]
    return first


def _weekday(day: date) -> date:
    """The day itself, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))


def _workdays_later(day: date, count: int) -> date:
    return np.busday_offset(day, count, roll="forward").astype(date)


def _dealing(node: Node) -> Dealing:
    node.only("pick", "buys", "redeems", "at_peak")
    window = [one.integer(0) for one in node.get("at_peak", [])]
    if window and not (len(window) == 2 and window[0] < window[1]):
        node["at_peak"].fail("must be [from, to]")
    return Dealing(
        pick=dict(node["pick"].value),
        buys=_amounts(node["buys"]),
        redeems=_amounts(node.get("redeems", [])),
        at_peak=(window[0], window[1]) if window else None,
    )


def _amounts(node: Node) -> tuple[tuple[int, Decimal], ...]:
    found = []
    for pair in node:
        ago, amount = pair
        found.append((ago.integer(0), amount.number(0)))
    return tuple(found)


def _contract(node: Node) -> Contract:
    node.only("pick", "insured", "years_ago", "cash_value")
    return Contract(
        pick=dict(node["pick"].value),
        insured=node["insured"].text(),
        years_ago=node["years_ago"].number(0),
        cash_value=node.get("cash_value", 0).number(0),
    )
