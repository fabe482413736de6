"""A sum split over asset classes, for a customer with a valid level."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

from zhitou.backends.portfolio.books import Books
from zhitou.backends.portfolio.naming import Answer
from zhitou.backends.portfolio.proofs import keep
from zhitou.backends.portfolio.terms import terms_of
from zhitou.backends.portfolio.views import brief
from zhitou.wealth.allocation import AllocationRequest, plan
from zhitou.wealth.allocation_examples import classes_on_offer, examples_of
from zhitou.wealth.allocation_rules import allocation_rules
from zhitou.wealth.apportionment import plain
from zhitou.wealth.asset_classes import asset_classes
from zhitou.wealth.portfolio_case import at_hand
from zhitou.wealth.portfolio_diagnosis_rules import diagnosis_rules
from zhitou.wealth.portfolio_history import align


async def allocation(
    books: Books,
    customer_id: str | None,
    amount: Decimal,
    horizon: str | None,
    goal: str | None,
    risk_preference: str | None,
) -> Answer:
    """How to split a sum.

    Returns:
        ``ok``, ``too_small``, ``needs_identity``, ``needs_assessment``, ``assessment_expired``.

    Raises:
        BadRequest: a horizon or preference that means nothing.
    """
    rules, classes = allocation_rules(), asset_classes()
    terms = await terms_of(books, customer_id, horizon, risk_preference)
    if isinstance(terms, dict):
        return terms
    if amount < rules.minimum_amount:
        least = plain(rules.minimum_amount)
        return {"outcome": "too_small", "data": {"minimum": least, "amount": plain(amount)}}
    book = await books.book(terms.profile.customer_id or "")
    shelf = await books.product.products()
    indices = await books.indices()
    liquid_days = diagnosis_rules().basis.liquid_within_days
    request = AllocationRequest(
        amount=amount,
        level=terms.level,
        lowest_class=terms.profile.lowest_class,
        horizon_days=terms.days,
        goal=goal,
        annual_income=terms.profile.annual_income,
        at_hand=at_hand(book.positions, classes, liquid_days, books.today),
        available=classes_on_offer(shelf, terms.suits, classes),
    )

    def work() -> dict[str, Any]:
        levels = {code: indices[one.index] for code, one in classes.classes.items()}
        data = plan(request, align(levels, levels, rules.history_days), rules, classes)
        for part in data["weights"]:
            examples = examples_of(
                part["asset_class"],
                Decimal(part["amount"]),
                data["horizon_days"],
                shelf,
                terms.suits,
                rules,
                classes,
                books.today,
            )
            part["examples"] = [brief(product) for product in examples]
        return data

    data = await asyncio.to_thread(work)
    data["assumptions"] = [*terms.notes, *data["assumptions"]]
    data = {"kind": "allocation", **data, **terms.data()}
    inputs = {
        "amount": plain(amount),
        "horizon": horizon,
        "goal": goal,
        "risk_preference": risk_preference,
        "at_hand": str(request.at_hand),
        "available": sorted(request.available),
    }
    await keep(books, "allocation", terms.profile, inputs, data)
    return {"outcome": "ok", "data": data}
