"""Which product a customer's words mean here: among what is held first, then on the shelf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from zhitou.backends.portfolio.books import Book, Books
from zhitou.backends.portfolio.views import brief
from zhitou.wealth.asset_classes import asset_classes
from zhitou.wealth.positions import Position, cents
from zhitou.wealth.product import TYPE_NAMES, Product
from zhitou.wealth.suitability import higher_grade

Answer = dict[str, Any]

_EQUAL_SHARE = Decimal(10000)


@dataclass(frozen=True)
class Meant:
    """What words stand for: held positions, a product not held, or an answer that says why not."""

    positions: tuple[Position, ...] = ()
    product: Product | None = None
    answer: Answer | None = None


async def meant(books: Books, book: Book, text: str) -> Meant:
    """The positions that words mean, else the one product on the shelf.

    An ambiguous name is settled by what is held; a sector or a type means all that is held of it.
    """
    classes = asset_classes()
    sector, type_name = classes.told_sector(text), classes.told_type(text)
    of_kind = tuple(
        one
        for one in book.positions
        if (sector and one.product.sector == sector) or (type_name == one.product.type)
    )
    if of_kind:
        return Meant(positions=of_kind)
    found = await books.product.find(text)
    held = book.held(found)
    if held:
        return Meant(positions=tuple(held))
    if found.outcome == "found":
        return Meant(product=found.products[0])
    return Meant(answer=not_one(found.outcome, found.products, text))


def not_one(outcome: str, products: Sequence[Product], text: str) -> Answer:
    """The answer where words name no product, or several."""
    if outcome == "ambiguous":
        items = [brief(product) for product in products]
        return {"outcome": "ambiguous_product", "data": {"items": items, "query": text}}
    return {"outcome": "unknown_product", "data": {"query": text}}


async def told_positions(
    books: Books, told: Sequence[Mapping[str, Any]]
) -> tuple[list[Position], Answer | None, bool]:
    """Positions that a customer told of; an answer where one is not clear; whether sums miss.

    A whole class ("货基") or sector ("白酒") stands for itself. Where no sum is told all count the
    same; where some are, the others count as much as those on average.
    """
    sums = [Decimal(str(one["amount"])) for one in told if one.get("amount") is not None]
    usual = cents(sum(sums, Decimal(0)) / len(sums)) if sums else _EQUAL_SHARE
    values: dict[str, Decimal] = {}
    products: dict[str, Product] = {}
    for one in told:
        product = await _kind_of_products(books, one["product"])
        if product is None:
            found = await books.product.find(one["product"])
            if found.outcome != "found":
                return [], not_one(found.outcome, found.products, one["product"]), False
            product = found.products[0]
        amount = one.get("amount")
        products[product.code] = product
        values[product.code] = values.get(product.code, Decimal(0)) + (
            usual if amount is None else cents(Decimal(str(amount)))
        )
    positions = [Position(products[code], value) for code, value in values.items()]
    return positions, None, len(sums) < len(told)


async def _kind_of_products(books: Books, text: str) -> Product | None:
    """A stand-in for a whole type or sector: the largest of its kind without what is its own."""
    classes = asset_classes()
    type_name, sector = classes.told_type(text), classes.told_sector(text)
    if type_name is None and sector is None:
        return None
    shelf = await books.product.products()
    kind = [
        one
        for one in shelf
        if (one.type == type_name if type_name else one.sector == sector and one.kind == "fund")
    ]
    if not kind:
        return None
    if type_name:
        index = Counter(str(one.terms.get("benchmark_index")) for one in kind).most_common(1)[0][0]
        kind = [one for one in kind if str(one.terms.get("benchmark_index")) == index]
        kind = [one for one in kind if not one.sector] or kind
    model = min(kind, key=lambda one: (-(one.size or 0), one.code))
    level = Counter(one.risk_level for one in kind).most_common(1)[0][0]
    own = ("tracks", "family", "lock_up_days", "horizon_days")
    return replace(
        model,
        code=f"kind:{type_name or sector}",
        name=text if sector and not type_name else TYPE_NAMES[model.kind][model.type],
        short_name=text,
        aliases=(),
        managers=(),
        sector=sector if not type_name else model.sector,
        risk_level=higher_grade(level) or model.risk_level,
        terms={key: value for key, value in model.terms.items() if key not in own},
        metrics={},
        size=None,
    )
