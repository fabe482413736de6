"""A portfolio examined: what is on record, or what anyone told in the chat."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from zhitou.backends.portfolio.books import Books, sector_names
from zhitou.backends.portfolio.naming import Answer, told_positions
from zhitou.backends.portfolio.proofs import keep
from zhitou.wealth.allocation_rules import allocation_rules
from zhitou.wealth.asset_classes import asset_classes
from zhitou.wealth.portfolio_diagnosis import diagnose as findings_of
from zhitou.wealth.portfolio_diagnosis import examine
from zhitou.wealth.portfolio_diagnosis_rules import diagnosis_rules
from zhitou.wealth.positions import Position
from zhitou.wealth.suitability import Profile


async def diagnose(
    books: Books, customer_id: str | None, told: Sequence[Mapping[str, Any]] | None = None
) -> Answer:
    """Examine what a customer holds on record, or what was told in the chat by anyone.

    Args:
        customer_id: who asks; None for a visitor.
        told: ``{"product", "amount"}`` each; a product may be a whole class, a sum None.

    Returns:
        ``ok``, ``empty``, ``needs_identity``, ``unknown_product`` or ``ambiguous_product``.
    """
    profile = await books.profile(customer_id)
    note = None
    if told:
        positions, answer, incomplete = await told_positions(books, told)
        if answer:
            return answer
        if incomplete:
            note = diagnosis_rules().words["missing_amounts"]
    elif customer_id is None or profile.status == "needs_identity":
        return {"outcome": "needs_identity", "data": {}}
    else:
        positions = list((await books.book(customer_id)).positions)
    if not positions or sum(one.value for one in positions) <= 0:
        return {"outcome": "empty", "data": {}}
    data = await examined(books, positions, profile, own=not told)
    data.update(source="told" if told else "record", note=note)
    inputs = {
        "positions": [{"code": one.product.code, "value": f"{one.value:.2f}"} for one in positions],
        "told": bool(told),
    }
    await keep(books, "diagnosis", profile, inputs, data)
    return {"outcome": "ok", "data": data}


async def examined(
    books: Books, positions: Sequence[Position], profile: Profile, own: bool
) -> dict[str, Any]:
    """The data of a diagnosis of some positions, computed in a thread."""
    series = await books.series([one.product for one in positions])
    indices = await books.indices()

    def work() -> dict[str, Any]:
        case = examine(
            positions,
            profile,
            series,
            indices,
            asset_classes(),
            diagnosis_rules(),
            allocation_rules(),
            sector_names(),
            books.today,
            own=own,
        )
        return findings_of(case)

    return await asyncio.to_thread(work)
