"""What customers want to be told of: set, listed, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from zhitou.backends.portfolio import repository
from zhitou.backends.portfolio.books import Book, Books
from zhitou.backends.portfolio.models import AlertRow
from zhitou.backends.portfolio.naming import Answer, meant, not_one
from zhitou.clock import SHANGHAI
from zhitou.wealth.alerts import Alert, alert_rules, describe
from zhitou.wealth.apportionment import plain
from zhitou.wealth.positions import Position
from zhitou.wealth.product import Product

_CLOSED = frozenset({"closed", "min_holding", "periodic"})
"""Ways of operation of wealth products whose money is free on a certain day."""


async def set_alert(
    books: Books,
    customer_id: str | None,
    kind: str,
    product: str | None,
    threshold: Decimal | None,
) -> Answer:
    """Store an alert, in place of an older one of that kind for the product.

    Args:
        books: the store.
        customer_id: whom to tell.
        kind: ``fall``, ``rise``, ``price`` or ``maturity``.
        product: a name or code; None means whatever is held.
        threshold: fraction, yuan a unit or days; None for the kind's usual one.

    Returns:
        ``ok``, ``needs_identity``, ``needs_product``, ``needs_threshold``, ``bad_threshold``,
        ``no_maturity``, ``too_many``, ``unknown_product`` or ``ambiguous_product``.
    """
    rules = alert_rules()
    rule = rules.kinds[kind]
    if not await _known(books, customer_id):
        return _answer("needs_identity")
    threshold = rule.default if threshold is None else threshold
    if threshold is None:
        return _answer("needs_threshold", alert_kind=kind)
    if not rule.least <= threshold <= rule.greatest:
        return _answer(
            "bad_threshold",
            alert_kind=kind,
            least=plain(rule.least),
            most=plain(rule.greatest),
            text=rule.limits,
        )
    book = await books.book(customer_id or "")
    chosen: Product | None = None
    if product:
        found = await meant(books, book, product)
        if found.answer:
            return found.answer
        if len(found.positions) > 1:
            held = [one.product for one in found.positions]
            return not_one("ambiguous", held, product)
        chosen = found.product or found.positions[0].product
    elif kind == "price":
        return _answer("needs_product", alert_kind=kind)
    if kind == "maturity" and not _maturities(book, chosen):
        return _answer("no_maturity", product=chosen.name if chosen else None)
    base = chosen.metrics.get("unit_nav") if chosen else None
    if kind == "price" and base is None:
        return _answer("needs_product", alert_kind=kind)
    async with books.database.transaction() as session:
        stored = await repository.alerts(session, customer_id or "")
        same = [row for row in stored if (row.kind, row.code) == (kind, _code(chosen))]
        if len(stored) - len(same) >= rules.most:
            return _answer("too_many", most=rules.most)
        row = await repository.put_alert(
            session,
            customer_id or "",
            _code(chosen),
            kind,
            threshold,
            None if base is None else Decimal(repr(base)),
            books.clock(),
        )
    data = _alert_data(row, {row.code: chosen} if chosen else {}, book)
    as_of = book.as_of or books.today
    text = rules.texts["stored"].format(text=data["text"])
    return _answer("ok", kind="alert", text=text, alert=data, as_of=as_of.isoformat())


async def list_alerts(books: Books, customer_id: str | None) -> Answer:
    """What a customer is told of: ``ok``, ``empty`` or ``needs_identity``."""
    rules = alert_rules()
    if not await _known(books, customer_id):
        return _answer("needs_identity")
    book = await books.book(customer_id or "")
    async with books.database.transaction() as session:
        rows = await repository.alerts(session, customer_id or "")
    if not rows:
        return _answer("empty", kind="alert", text=rules.texts["none"], alerts=[])
    products = {row.code: await books.product.get(row.code) for row in rows if row.code}
    alerts = [_alert_data(row, products, book) for row in rows]
    text = rules.texts["listed"].format(
        count=len(alerts), texts="；".join(one["text"] for one in alerts)
    )
    return _answer("ok", kind="alert", text=text, alerts=alerts)


async def delete_alerts(
    books: Books, customer_id: str | None, id: str | None, product: str | None
) -> Answer:
    """End the alert of that id, those for a product, or all.

    Returns:
        ``ok`` with how many, ``needs_identity``, ``unknown_product`` or ``ambiguous_product``.
    """
    rules = alert_rules()
    if not await _known(books, customer_id):
        return _answer("needs_identity")
    codes: list[str] | None = None
    if product:
        found = await meant(books, await books.book(customer_id or ""), product)
        if found.answer:
            return found.answer
        codes = [found.product.code] if found.product else []
        codes += [one.product.code for one in found.positions]
    async with books.database.transaction() as session:
        deleted = await repository.delete_alerts(session, customer_id or "", id, codes)
    text = rules.texts["deleted" if deleted else "nothing_deleted"].format(count=deleted)
    return _answer("ok", kind="alert", text=text, deleted=deleted, alerts=[])


async def _known(books: Books, customer_id: str | None) -> bool:
    return bool(customer_id) and (await books.profile(customer_id)).status != "needs_identity"


def _answer(outcome: str, **data: Any) -> Answer:
    return {"outcome": outcome, "data": data}


def _code(product: Product | None) -> str | None:
    return product.code if product else None


def _maturities(book: Book, product: Product | None) -> list[date]:
    """The days on which what is held (of a product) ends or becomes free."""
    held = [one for one in book.positions if product is None or one.product.code == product.code]
    return sorted(day for day in map(_maturity, held) if day)


def _maturity(position: Position) -> date | None:
    product = position.product
    ends = product.is_deposit or product.terms.get("operation") in _CLOSED
    days = int(product.terms.get("horizon_days") or 0)
    if not ends or not days or position.bought_at is None:
        return None
    return position.bought_at + timedelta(days=days)


def _alert_data(
    row: AlertRow, products: Mapping[str, Product | None], book: Book
) -> dict[str, Any]:
    rules = alert_rules()
    product = products.get(row.code) if row.code else None
    threshold = Decimal(str(row.threshold))
    day = None
    if row.kind == "maturity":
        day = next(
            (one - timedelta(days=int(threshold)) for one in _maturities(book, product)), None
        )
    name = product.name if product else row.code
    base = None if row.base_value is None else Decimal(str(row.base_value))
    alert = Alert(row.kind, threshold, name, base, day)
    return {
        "id": row.id,
        "code": row.code,
        "name": name,
        "kind": row.kind,
        "kind_name": rules.kinds[row.kind].name,
        "threshold": float(threshold),
        "base_value": None if base is None else plain(base),
        "day": day.isoformat() if day else None,
        "created_at": repository.aware(row.created_at).astimezone(SHANGHAI).date().isoformat(),
        "text": describe(alert, rules),
    }
