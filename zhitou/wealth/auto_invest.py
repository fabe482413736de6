"""Regular investing: what a monthly plan would have become, beside all the money at once; pure.

The plan and what it is compared with buy at total-return values, so that dividends count as
reinvested; the purchase fee is taken off each payment, selling costs are not counted.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from zhitou.wealth import analytics
from zhitou.wealth.auto_invest_rules import AutoInvestRules, MixPart
from zhitou.wealth.costs import ongoing_fee
from zhitou.wealth.portfolio_history import History
from zhitou.wealth.positions import cents
from zhitou.wealth.product import Product
from zhitou.wealth.writing import write_money
from zhitou.wealth.xirr import xirr


@dataclass(frozen=True)
class Backtest:
    """What a plan would have become; money in yuan, rates a year."""

    start: date
    end: date
    periods: int
    invested: float
    value: float
    rate: float
    max_drawdown: float
    """Of the mix itself between first payment and end."""
    deepest_loss: float
    """Lowest value against what had been paid in, zero or negative."""
    points: tuple[tuple[date, float, float], ...]
    """Each payment day with what had been paid in and what it was worth."""
    lump_value: float
    lump_rate: float
    lump_deepest_loss: float


def payment_days(last: date, day: int, months: int) -> list[date]:
    """The ``day`` of each of ``months`` months, the latest not after ``last``; oldest first."""
    year, month = last.year, last.month
    if day > last.day:
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    found = []
    for _ in range(months):
        found.append(date(year, month, min(day, calendar.monthrange(year, month)[1])))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found[::-1]


def next_payment(today: date, day: int) -> date:
    """The first ``day`` of a month after ``today``."""
    year, month = today.year, today.month
    if day <= today.day:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return date(year, month, day)


def backtest(
    history: History,
    parts: Mapping[str, Decimal],
    fees: Mapping[str, float],
    day: int,
    months: int,
) -> Backtest | None:
    """What paying ``parts`` each month would have become.

    Args:
        history: total-return values of the products.
        parts: product code → yuan a month.
        fees: product code → share of a payment that goes to the purchase fee.
        day: day of the month; on a day without trading the next one counts.
        months: how many payments at most; none before the history begins.

    Returns:
        None where fewer than two payments fit, or all on the last day.
    """
    dates = history.days
    first, last = dates[0].date(), dates[-1].date()
    wanted = [one for one in payment_days(last, day, months) if one > first]
    places = np.unique(dates.searchsorted(np.array(wanted, dtype="datetime64[ns]")))
    places = places[places < len(dates)]
    if len(places) < 2 or places[0] == len(dates) - 1:
        return None
    columns = [history.codes.index(code) for code in parts]
    values = history.values[:, columns]
    monthly = np.array([float(amount) for amount in parts.values()])
    kept = monthly * np.array([1 - fees.get(code, 0.0) for code in parts])

    bought = np.zeros_like(values)
    bought[places] = kept / values[places]
    paid = np.zeros(len(values))
    paid[places] = monthly.sum()
    worth = (np.cumsum(bought, axis=0) * values).sum(axis=1)
    invested = np.cumsum(paid)
    begin = int(places[0])
    total = float(invested[-1])
    flows = [(dates[place].date(), -float(monthly.sum())) for place in places]
    end_value = float(worth[-1])

    lump = (kept * values[begin:] / values[begin]).sum(axis=1) * len(places)
    return Backtest(
        start=dates[begin].date(),
        end=last,
        periods=len(places),
        invested=total,
        value=end_value,
        rate=xirr([*flows, (last, end_value)]),
        max_drawdown=float(analytics.max_drawdown(lump)),
        deepest_loss=float(min(0.0, (worth[begin:] / invested[begin:]).min() - 1)),
        points=tuple(
            (dates[place].date(), float(invested[place]), float(worth[place])) for place in places
        ),
        lump_value=float(lump[-1]),
        lump_rate=xirr([(dates[begin].date(), -total), (last, float(lump[-1]))]),
        lump_deepest_loss=float(min(0.0, lump.min() / total - 1)),
    )


def backtest_data(result: Backtest, amount: Decimal, rules: AutoInvestRules) -> dict[str, Any]:
    """A backtest as the plan's data, with its sentences."""
    words = {
        "from": result.start.isoformat(),
        "to": result.end.isoformat(),
        "amount": write_money(float(amount)),
        "periods": str(result.periods),
        "invested": write_money(result.invested),
    }
    texts = rules.texts
    said = texts["backtest"].format(
        **words,
        value=write_money(round(result.value)),
        xirr=f"{result.rate * 100:.2f}%",
        deepest=f"{-result.deepest_loss * 100:.2f}%",
    )
    lump = texts["lump_sum"].format(
        value=write_money(round(result.lump_value)),
        xirr=f"{result.lump_rate * 100:.2f}%",
        deepest=f"{-result.lump_deepest_loss * 100:.2f}%",
    )
    return {
        "invested": f"{cents(result.invested)}",
        "value": f"{cents(result.value)}",
        "gain": f"{cents(result.value - result.invested)}",
        "gain_rate": round(result.value / result.invested - 1, 4),
        "xirr": round(result.rate, 4),
        "max_drawdown": round(result.max_drawdown, 4),
        "deepest_loss": round(result.deepest_loss, 4),
        "periods": result.periods,
        "from": result.start.isoformat(),
        "to": result.end.isoformat(),
        "lump_sum": {
            "value": f"{cents(result.lump_value)}",
            "gain": f"{cents(result.lump_value - result.invested)}",
            "xirr": round(result.lump_rate, 4),
            "max_drawdown": round(result.max_drawdown, 4),
            "deepest_loss": round(result.lump_deepest_loss, 4),
        },
        "points": [
            [day.isoformat(), f"{cents(paid)}", f"{cents(worth)}"]
            for day, paid, worth in result.points
        ],
        "text": f"{said}。{lump}。",
        "simulated": True,
    }


def choose_mix(
    level: str,
    amount: Decimal,
    products: Iterable[Product],
    suits: Callable[[Product], bool],
    rules: AutoInvestRules,
    on: date,
) -> dict[Product, Decimal]:
    """Products for a level with yuan a month each, whole yuan that sum to ``amount``.

    Among those of the first type that has any, the one with the lowest yearly fees is taken, of
    equals the largest; past performance plays no part.

    Args:
        level: C1 to C5.
        amount: yuan a month.
        products: the shelf.
        suits: whether a product suits the customer.
        rules: the rules.
        on: today.
    """
    shelf = [one for one in products if _eligible(one, rules, on) and suits(one)]
    found: list[tuple[Product, Decimal]] = []
    left_over = Decimal(0)
    for part in rules.mixes[level]:
        wanted = Decimal(int(amount * part.share))
        product = _best(shelf, part, wanted)
        if product is None:
            left_over += wanted
        else:
            found.append((product, wanted))
    if not found:
        whole = [_best(shelf, part, amount) for part in rules.mixes[level]]
        return next(({product: amount} for product in whole if product), {})
    first, share = found[0]
    spent = sum((one for _, one in found), Decimal(0))
    return {first: share + amount - spent, **dict(found[1:])}


def can_auto_invest(product: Product) -> bool:
    """Whether a product takes regular payments."""
    return product.kind == "fund" and bool(product.terms.get("auto_invest"))


def least_payment(product: Product) -> Decimal:
    """The least payment a product takes, yuan."""
    terms = product.terms
    return Decimal(str(terms.get("auto_invest_min") or terms.get("min_amount") or 0))


def open_for(product: Product, amount: Decimal) -> bool:
    """Whether a product takes a payment of that size at present."""
    if product.terms.get("subscription") == "suspended":
        return False
    limit = product.terms.get("daily_limit")
    return limit is None or amount <= Decimal(str(limit))


def _eligible(product: Product, rules: AutoInvestRules, on: date) -> bool:
    old_enough = (
        product.inception is not None and (on - product.inception).days >= rules.least_history_days
    )
    large_enough = product.size is not None and product.size >= rules.least_size
    return can_auto_invest(product) and old_enough and large_enough


def _best(shelf: Sequence[Product], part: MixPart, amount: Decimal) -> Product | None:
    for type_name in part.types:
        fitting = [
            one
            for one in shelf
            if one.type == type_name
            and not (part.broad and one.sector)
            and least_payment(one) <= amount
            and open_for(one, amount)
        ]
        if fitting:
            return min(fitting, key=lambda one: (ongoing_fee(one), -(one.size or 0), one.code))
    return None
