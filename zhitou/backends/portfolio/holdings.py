"""What a customer holds: items, total, trades, orders under way, policies."""

from __future__ import annotations

from zhitou.backends.portfolio.books import Books
from zhitou.backends.portfolio.naming import Answer, meant
from zhitou.backends.portfolio.views import holdings_data


async def holdings(books: Books, customer_id: str | None, product: str | None = None) -> Answer:
    """What a customer holds, of one product or in all.

    Returns:
        ``ok``, ``empty`` (nothing of it), ``needs_identity``, or ``ambiguous_product`` and
        ``unknown_product`` for a name.
    """
    profile = await books.profile(customer_id)
    if customer_id is None or profile.status == "needs_identity":
        return {"outcome": "needs_identity", "data": {}}
    book = await books.book(customer_id)
    positions, name = book.positions, None
    codes = set(book.products)
    contracts = book.contracts_meant(product) if product else set()
    if contracts:
        positions, codes = (), contracts
    elif product:
        found = await meant(books, book, product)
        if found.answer:
            return found.answer
        positions = found.positions
        codes = {one.product.code for one in positions}
        if found.product:
            codes = {found.product.code}
        name = found.product.name if found.product else positions[0].product.name
    policies = [row for row in book.policies if row.code in codes]
    if not positions and not policies:
        return {"outcome": "empty", "data": {"product": name, "policies": [], "pending": []}}
    data = holdings_data(book, positions, codes, name)
    data["as_of"] = data["as_of"] or books.today.isoformat()
    return {"outcome": "ok", "data": data}
