"""What a customer holds: value, cost and gain of each product, from trades and total returns; pure.

Dividends count as reinvested, so that a holding grows with the total-return index of its product.
Cost is by the average-cost method: what is taken out carries its share of the cost with it.
Deposits have no index; they earn simple interest by actual/365 at their lowest promised rate until
they end. Money is a ``Decimal`` in yuan with two places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from zhitou.wealth.product import Product

CENT = Decimal("0.01")
_NOTHING_LEFT = 0.005
"""A holding worth less than half a fen has been sold."""


@dataclass(frozen=True)
class Trade:
    """Money put into a product or got out of it."""

    code: str
    side: str
    """``buy`` or ``redeem``."""
    amount: Decimal
    """Yuan paid, the fee included, or got back, the fee taken off."""
    fee: Decimal
    day: date
    status: str = "done"
    """``in_transit`` while redeemed money has not arrived."""
    arrives_on: date | None = None


@dataclass(frozen=True)
class Position:
    """One product held. Cost, gain and days are empty where only a value was told."""

    product: Product
    value: Decimal
    cost: Decimal | None = None
    day_change: Decimal | None = None
    bought_at: date | None = None
    as_of: date | None = None

    @property
    def gain(self) -> Decimal | None:
        """Value less cost; empty without a cost."""
        return None if self.cost is None else self.value - self.cost

    @property
    def gain_rate(self) -> float | None:
        """Gain as a fraction of the cost."""
        if self.cost is None or self.gain is None or self.cost <= 0:
            return None
        return round(float(self.gain / self.cost), 6)

    @property
    def units(self) -> Decimal | None:
        """Units held at the latest unit value; empty for what has none."""
        unit_nav = self.product.metrics.get("unit_nav")
        return cents(float(self.value) / unit_nav) if unit_nav else None


@dataclass(frozen=True)
class Total:
    """All positions together; cost and gain count those whose cost is known."""

    value: Decimal
    cost: Decimal
    gain: Decimal
    gain_rate: float | None
    day_change: Decimal


def cents(amount: float | Decimal) -> Decimal:
    """An amount of yuan with two places, rounded half up."""
    return Decimal(str(amount)).quantize(CENT, ROUND_HALF_UP)


def position_of(
    product: Product, trades: Sequence[Trade], index: pd.Series | None, today: date
) -> Position | None:
    """What is left of a product after some trades.

    Args:
        product: the product; a deposit needs no index.
        trades: all trades of it, in any order.
        index: its total-return index with a ``DatetimeIndex``; without one the holding is worth
            what it cost.
        today: interest of a deposit is counted up to this day.

    Returns:
        The position, or None where nothing is left.
    """
    if product.is_deposit or (index is not None and not len(index)):
        index = None
    grown = _deposit_growth(product) if product.is_deposit else _index_growth(index)
    as_of = today if index is None else index.index[-1].date()
    cost, lots = Decimal(0), dict[date, float]()
    for trade in sorted(trades, key=lambda one: (one.day, one.side)):
        if trade.side == "buy":
            cost += trade.amount
            lots[trade.day] = lots.get(trade.day, 0.0) + float(trade.amount - trade.fee)
        elif lots:
            worth = sum(paid * grown(day, trade.day) for day, paid in lots.items())
            share = min(1.0, float(trade.amount + trade.fee) / worth)
            cost -= cents(cost * Decimal(repr(share)))
            lots = {day: paid * (1 - share) for day, paid in lots.items() if share < 1}
    worth = sum(paid * grown(day, as_of) for day, paid in lots.items())
    if worth < _NOTHING_LEFT:
        return None
    before = as_of - timedelta(days=1) if index is None else _day_before(index)
    earlier = sum(paid * grown(day, max(day, before)) for day, paid in lots.items())
    change = cents(worth) - cents(earlier)
    return Position(product, cents(worth), cost, change, min(lots), as_of)


def total_of(positions: Sequence[Position]) -> Total:
    """The sum of some positions."""
    value = sum((one.value for one in positions), Decimal(0))
    cost = sum((one.cost or Decimal(0) for one in positions), Decimal(0))
    gain = sum((one.gain or Decimal(0) for one in positions), Decimal(0))
    change = sum((one.day_change or Decimal(0) for one in positions), Decimal(0))
    rate = round(float(gain / cost), 6) if cost > 0 else None
    return Total(value, cost, gain, rate, change)


def weights_of(positions: Sequence[Position]) -> dict[str, float]:
    """Product code → share of the value; empty where the value is nil."""
    total = sum((one.value for one in positions), Decimal(0))
    if total <= 0:
        return {}
    shares: dict[str, float] = {}
    for one in positions:
        shares[one.product.code] = shares.get(one.product.code, 0.0) + float(one.value / total)
    return shares


def _index_growth(index: pd.Series | None) -> Callable[[date, date], float]:
    """What one yuan invested on a day has become on another.

    A day without a value counts as the next one that has one, or as the last.
    """
    if index is None:
        return lambda start, end: 1.0
    values = index.to_numpy(dtype=float)

    def value(day: date) -> float:
        place = int(index.index.searchsorted(pd.Timestamp(day)))
        return float(values[min(place, len(values) - 1)])

    return lambda start, end: value(end) / value(start)


def _deposit_growth(product: Product) -> Callable[[date, date], float]:
    """One yuan with simple interest, actual/365, until the deposit ends."""
    rate = float(product.terms.get("rate") or product.terms.get("rate_low") or 0.0)
    most = int(product.terms.get("horizon_days") or 0)
    return lambda start, end: 1 + rate * min(max((end - start).days, 0), most) / 365


def _day_before(index: pd.Series) -> date:
    """The trading day before the last one."""
    day: date = index.index[max(len(index) - 2, 0)].date()
    return day
