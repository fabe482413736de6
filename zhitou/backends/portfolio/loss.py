"""Comfort and explanation for what fell: of the customer's own, or as far as it is known."""

from __future__ import annotations

import asyncio

from zhitou.backends.portfolio.books import Book, Books
from zhitou.backends.portfolio.diagnosis import examined
from zhitou.backends.portfolio.naming import Answer, meant
from zhitou.wealth.asset_classes import asset_classes
from zhitou.wealth.loss import Fallen, explain, losing
from zhitou.wealth.loss_rules import loss_rules
from zhitou.wealth.positions import Position, total_of
from zhitou.wealth.product import Product
from zhitou.wealth.writing import write_money

_MARKET = "stock"
"""The class whose index stands for the market where nothing else is known."""


async def explain_loss(
    books: Books, customer_id: str | None, product: str | None = None, text: str = ""
) -> Answer:
    """Comfort, and explain what fell: of the customer's own, or as far as it is known.

    Returns:
        ``ok``, ``no_loss``, ``empty``, ``needs_identity`` (all with something to say) or
        ``ambiguous_product``.
    """
    rules = loss_rules()
    profile = await books.profile(customer_id)
    known = customer_id is not None and profile.status != "needs_identity"
    book = await books.book(customer_id) if customer_id and known else None
    positions = list(book.positions) if book else []
    other = None
    if product:
        found = await meant(books, book or Book((), (), (), {}), product)
        if found.answer and found.answer["outcome"] == "ambiguous_product":
            return found.answer
        other = found.product
        positions = list(found.positions) or positions
    series = await books.series([one.product for one in positions] + ([other] if other else []))
    fallen = losing(positions, series, rules) if not other else []
    total = total_of(book.positions) if book else None
    if book and not other and positions and not fallen:
        return _no_loss(books, book)
    items = [await _fallen(books, one.product, one) for one in fallen]
    if not items:
        items = [await _fallen(books, other) if other else await _market(books)]
    data = await asyncio.to_thread(explain, items, total, text, rules)
    if book and book.positions:
        whole = await examined(books, list(book.positions), profile, own=True)
        data["score"] = whole["score"]
    data["note"] = None
    if other and book:
        data["note"] = rules.not_held.format(name=other.name)
    elif not known:
        data["note"] = rules.general
    elif not positions:
        data["note"] = rules.nothing_held
    if not known:
        return {"outcome": "needs_identity", "data": data}
    return {"outcome": "ok" if positions or other else "empty", "data": data}


def _no_loss(books: Books, book: Book) -> Answer:
    rules, total = loss_rules(), total_of(book.positions)
    as_of = (book.as_of or books.today).isoformat()
    text = rules.no_loss.format(
        as_of=as_of,
        state="浮盈" if total.gain >= 0 else "浮亏",
        gain=write_money(abs(float(total.gain))),
        gain_rate=f"{(total.gain_rate or 0) * 100:+.2f}%",
    )
    data = {
        "about": "loss",
        "score": None,
        "comfort": text,
        "findings": [],
        "suggestions": list(rules.suggestions[:1]),
        "metrics": {
            "value": f"{total.value:.2f}",
            "gain": f"{total.gain:.2f}",
            "gain_rate": total.gain_rate,
        },
        "disclosure": rules.disclosure,
        "as_of": as_of,
        "simulated": True,
        "actions": [dict(action) for action in rules.actions],
    }
    return {"outcome": "no_loss", "data": data}


async def _fallen(books: Books, product: Product, position: Position | None = None) -> Fallen:
    """A product beside the index it is measured by."""
    series = (await books.series([product]))[product.code]
    index = asset_classes().index_of(product)
    levels = await books.indices()
    if series is None or index is None or index.code not in levels:
        return await _market(books)
    return Fallen(
        name=product.name,
        code=product.code,
        series=series,
        index_name=index.name,
        index=levels[index.code],
        position=position,
        held_since=position.bought_at if position else None,
    )


async def _market(books: Books) -> Fallen:
    classes = asset_classes()
    index = classes.indices[classes.classes[_MARKET].index]
    levels = (await books.indices())[index.code]
    return Fallen(index.name, index.code, levels, index.name, levels)
