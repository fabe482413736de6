"""What is held, in the shape of a ``holdings`` message; a product in brief."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from zhitou.backends.portfolio.books import Book
from zhitou.backends.portfolio.models import PolicyRow
from zhitou.wealth.positions import Position, Trade, total_of, weights_of
from zhitou.wealth.product import Product

SIDES = {"buy": "买入", "redeem": "赎回"}
POLICY_STATES = {"in_force": "有效", "grace": "宽限期内，待缴费", "lapsed": "已失效"}

_MOST_TRADES = 20
_NOTE = "数据为模拟，按红利再投资计算；保单不计入合计，退保金额以合同现金价值为准。"


def brief(product: Product) -> dict[str, Any]:
    """A product in a list of products."""
    return {
        "code": product.code,
        "name": product.name,
        "kind": product.kind,
        "type": product.type,
        "type_name": product.type_name,
        "risk_level": product.risk_level,
    }


def holdings_data(
    book: Book, positions: Sequence[Position], codes: Collection[str], filtered: str | None
) -> dict[str, Any]:
    """What a customer holds, did and awaits, of some products.

    Args:
        book: everything held.
        positions: those to tell.
        codes: the products whose trades and policies are told.
        filtered: the name that was asked for; None where all was.
    """
    total, weights = total_of(positions), weights_of(positions)
    trades = [trade for trade in book.trades if trade.code in codes]
    moving = [trade for trade in trades if trade.status == "in_transit"]
    return {
        "items": [_item(one, weights[one.product.code]) for one in positions],
        "total": {
            "value": f"{total.value:.2f}",
            "cost": f"{total.cost:.2f}",
            "gain": f"{total.gain:.2f}",
            "gain_rate": total.gain_rate,
            "day_change": f"{total.day_change:.2f}",
            "in_transit": f"{sum(trade.amount for trade in moving):.2f}",
        },
        "trades": [_trade(book, trade) for trade in reversed(trades[-_MOST_TRADES:])],
        "pending": [_pending(book, trade) for trade in moving],
        "policies": [_policy(book, row) for row in book.policies if row.code in codes],
        "filter": filtered,
        "note": _NOTE,
        "as_of": book.as_of.isoformat() if book.as_of else None,
        "simulated": True,
    }


def _item(position: Position, weight: float) -> dict[str, Any]:
    return {
        **brief(position.product),
        "sector": position.product.sector,
        "value": f"{position.value:.2f}",
        "cost": f"{position.cost:.2f}",
        "gain": f"{position.gain:.2f}",
        "gain_rate": position.gain_rate,
        "day_change": f"{position.day_change:.2f}",
        "weight": round(weight, 4),
        "units": f"{position.units:.2f}" if position.units is not None else None,
        "bought_at": position.bought_at.isoformat() if position.bought_at else None,
        "as_of": position.as_of.isoformat() if position.as_of else None,
    }


def _trade(book: Book, trade: Trade) -> dict[str, Any]:
    return {
        "day": trade.day.isoformat(),
        "code": trade.code,
        "name": _name(book, trade.code),
        "side": trade.side,
        "side_name": SIDES[trade.side],
        "amount": f"{trade.amount:.2f}",
        "fee": f"{trade.fee:.2f}",
        "status": trade.status,
    }


def _pending(book: Book, trade: Trade) -> dict[str, Any]:
    arrives = trade.arrives_on.isoformat() if trade.arrives_on else None
    expected = f"，预计{arrives}到账" if arrives else ""
    return {
        "ordered_at": trade.day.isoformat(),
        "code": trade.code,
        "name": _name(book, trade.code),
        "side": trade.side,
        "side_name": SIDES[trade.side],
        "amount": f"{trade.amount:.2f}",
        "arrives_on": arrives,
        "text": f"{trade.day.isoformat()}{SIDES[trade.side]}{trade.amount:.2f}元{expected}",
    }


def _policy(book: Book, row: PolicyRow) -> dict[str, Any]:
    product = book.products.get(row.code)
    return {
        "policy_number": f"****{row.number[-4:]}",
        "code": row.code,
        "name": _name(book, row.code),
        "type": product.type if product else None,
        "type_name": product.type_name if product else None,
        "insured": row.insured,
        "started_on": row.started_on.isoformat(),
        "premium": f"{row.premium:.2f}",
        "paid": f"{row.premium * row.paid_years:.2f}",
        "paid_years": row.paid_years,
        "payment_years": row.payment_years,
        "years_left": max(row.payment_years - row.paid_years, 0),
        "next_due": row.next_due.isoformat() if row.next_due else None,
        "sum_insured": f"{row.sum_insured:.2f}",
        "cash_value": f"{row.cash_value:.2f}",
        "status": row.status,
        "status_name": POLICY_STATES[row.status],
    }


def _name(book: Book, code: str) -> str:
    product = book.products.get(code)
    return product.name if product else code
