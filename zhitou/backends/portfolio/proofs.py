"""Keeps what advice was based on, so that it can be explained and replayed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhitou.backends.portfolio import repository
from zhitou.backends.portfolio.books import Books
from zhitou.wealth.suitability import Profile


async def keep(
    books: Books, kind: str, profile: Profile, inputs: Mapping[str, Any], data: dict[str, Any]
) -> None:
    """Store the proof of ``data``, whose ``recommendation_id`` it becomes.

    Args:
        books: the store and the clock.
        kind: ``diagnosis``, ``allocation`` or ``auto_invest``.
        profile: the customer as it was.
        inputs: everything else that the result follows from.
        data: the result; ``as_of`` and ``rules_version`` are stored beside it.
    """
    customer = {
        "status": profile.status,
        "level": profile.level if profile.status == "valid" else None,
        "allows": list(profile.allows),
        "lowest_class": profile.lowest_class,
        "annual_income": None if profile.annual_income is None else str(profile.annual_income),
    }
    async with books.database.transaction() as session:
        data["recommendation_id"] = await repository.store_advice(
            session,
            kind,
            profile.customer_id if profile.status != "needs_identity" else None,
            {"customer": customer, "today": books.today.isoformat(), **inputs},
            data,
            date.fromisoformat(data["as_of"]),
            str(data["rules_version"]),
            books.clock(),
        )
