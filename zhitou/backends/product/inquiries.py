"""Questions about given products, answered as the contract's data: facts, trades, markets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from zhitou.backends.database import Database
from zhitou.backends.product import repository, views
from zhitou.backends.product.shelves import Shelves
from zhitou.backends.product.views import outcome
from zhitou.backends.risk_profile.remote import RiskProfiles
from zhitou.wealth.analytics import drawdowns
from zhitou.wealth.compared import (
    Compared,
    compared_manager,
    compared_product,
    compared_sector,
    compared_type,
)
from zhitou.wealth.comparison import compare
from zhitou.wealth.comparison_rules import load_comparison_rules
from zhitou.wealth.facts import answer, topic_of
from zhitou.wealth.facts_rules import load_facts_rules
from zhitou.wealth.figures import figure_book
from zhitou.wealth.manager_selection import managed_values
from zhitou.wealth.market_review import load_market_rules, review
from zhitou.wealth.offers import Offers, purchase_of
from zhitou.wealth.product import Manager, Product, Resolution
from zhitou.wealth.product_diagnosis import diagnose_product
from zhitou.wealth.selection_rules import load_selection_rules
from zhitou.wealth.shelf import Shelf
from zhitou.wealth.suitability import Decision, Profile
from zhitou.wealth.total_return import Distribution
from zhitou.wealth.trading import Side, deep_link, leaving_text, load_trade_rules, trade_notes


def find(shelves: Shelves, text: str, kind: str | None, limit: int) -> Resolution:
    """Which product a code, a name or a phrase around one means; a manager means the funds run."""
    place = shelves.shelf.index.get(text.strip())
    if place is not None and kind in (None, shelves.shelf.products[place].kind):
        return Resolution("found", (shelves.shelf.products[place],), (1.0,))
    manager = _manager(shelves.shelf, text)
    if manager is not None and kind in (None, "fund"):
        run = managed_values(shelves.shelf, manager, 0)[1][:limit]
        return Resolution("ambiguous" if len(run) > 1 else "found" if run else "unknown", run)
    return shelves.names.find(text, kind, limit)


def settled(found: Resolution, text: str) -> Product | dict[str, Any]:
    """The one product found, or the outcome that says why there is none."""
    if found.outcome == "found":
        return found.products[0]
    items = [views.named(product) for product in found.products]
    return outcome(f"{found.outcome}_product", {"items": items, "query": text})


def meant(
    shelves: Shelves, texts: Sequence[str], profile: Profile, on: date
) -> list[Compared] | dict[str, Any]:
    """The things that words mean in a comparison: types and sectors, managers, products."""
    shelf, rules = shelves.shelf, load_comparison_rules()
    offers = Offers(profile, on, initiated_by="customer") if profile.status == "valid" else None
    found: dict[str, Compared] = {}
    for text in texts:
        group = rules.categories.get(text.lower())
        if group is not None and group[0] == "type":
            item = compared_type(shelf, group[1])
        elif group is not None:
            item = compared_sector(shelf, group[1], rules.sector_names[group[1]])
        elif (manager := _manager(shelf, text)) is not None:
            least = load_selection_rules().manager_least_tenure_days
            item = compared_manager(manager, managed_values(shelf, manager, least)[0])
        else:
            product = settled(find(shelves, text, None, 5), text)
            if not isinstance(product, Product):
                return product
            decision = offers.decision(product) if offers else None
            item = compared_product(shelf, product, decision)
        found.setdefault(item.code, item)
    return list(found.values())


async def comparison(database: Database, shelf: Shelf, items: Sequence[Compared]) -> dict[str, Any]:
    """Things side by side, with how alike their values moved in the last year."""
    codes = [item.code for item in items if item.product is not None]
    since = shelf.as_of - timedelta(days=load_comparison_rules().correlation_days)
    returns = None
    if len(codes) > 1:
        async with database.transaction() as session:
            returns = await repository.total_returns(session, codes, since)
    data = await asyncio.to_thread(compare, items, returns)
    return {
        **data,
        "as_of": shelf.as_of.isoformat(),
        "simulated": True,
        "disclosure": figure_book().disclosure,
    }


def diagnosis(
    shelf: Shelf, product: Product, series: pd.Series, profile: Profile, on: date
) -> dict[str, Any]:
    """One product examined."""
    found = diagnose_product(shelf, product, series if len(series) else None, profile)
    lost = sum(one["points"] for one in found["findings"])
    decision = _decision(product, profile, on)
    return {
        "product": views.named(product),
        **found,
        "score_text": f"100分起，按发现的问题扣{min(lost, 100)}分",
        "figures": views.figures(shelf, product),
        "suitability": views.decided(decision) if decision else None,
        "as_of": (product.as_of or shelf.on).isoformat(),
        "simulated": True,
        "disclosure": figure_book().disclosure,
    }


def topic(text: str, given: str | None) -> str | None:
    """What a question is about: the topic given, if it is one, or that of its words."""
    known = {one.id for one in load_facts_rules().topics}
    return given if given in known else topic_of(text)


def asks_for_level(topic_id: str | None) -> bool:
    """Whether an answer about the topic speaks of the customer's level."""
    rules = load_facts_rules()
    asked = next((one for one in rules.topics if one.id == topic_id), None)
    return asked is not None and any("{level_sentence}" in one.text for one in asked.answers)


async def distributions(
    database: Database, product: Product, topic_id: str | None
) -> Sequence[Distribution]:
    """Dividends and splits of a product, where the topic needs them."""
    if topic_id != "dividend" or product.kind != "fund":
        return ()
    async with database.transaction() as session:
        return await repository.distributions(session, product.code)


def fact(
    shelf: Shelf,
    product: Product,
    text: str,
    topic_id: str | None,
    profile: Profile | None,
    paid: Sequence[Distribution],
    on: date,
) -> dict[str, Any]:
    """The answer to one question about one product."""
    decision = _decision(product, profile, on) if profile is not None else None
    said = answer(shelf, product, text, topic=topic_id, decision=decision, distributions=paid)
    as_of = (product.as_of or shelf.on).isoformat()
    return {
        "answer": said.answer,
        "sources": [{"id": product.code, "title": said.source_title, "updated_at": as_of}],
        "confidence": said.confidence,
        "topic": said.topic,
        "topic_name": said.topic_name,
        "product": views.named(product),
        "as_of": as_of,
        "simulated": True,
    }


async def trade(
    risk_profile: RiskProfiles,
    shelf: Shelf,
    customer_id: str | None,
    product: Product,
    side: Side,
    amount: Decimal | None,
    base: str,
) -> dict[str, Any]:
    """Whether a trade suits the customer, and where the customer itself can make it."""
    rules = load_trade_rules()
    if side == "buy":
        decided = await risk_profile.suitability(
            customer_id,
            product.risk_level,
            product.kind,
            "customer",
            issuer_level=product.terms.get("issuer_risk_level"),
            purchase=purchase_of(product, amount),
        )
        word, data = str(decided["outcome"]), dict(decided["data"])
    else:
        profile = await risk_profile.profile(customer_id)
        word = "needs_identity" if profile.status == "needs_identity" else "ok"
        data = {
            "decision": "allow" if word == "ok" else "block",
            "rule": rules.leaving_rule,
            "source": rules.leaving_source,
            "customer_level": profile.level,
            "product_level": product.risk_level,
            "text": leaving_text(shelf, product, side),
        }
    open_link = word in {"ok", "warned"}
    return outcome(
        word,
        {
            **data,
            "side": side,
            "side_text": rules.names[side],
            "amount": None if amount is None else views.money(amount),
            "product": views.named(product),
            "notes": list(trade_notes(shelf, product, side, amount)) if open_link else [],
            "deep_link": deep_link(base, product, side, amount) if open_link else None,
            "as_of": shelf.on.isoformat(),
            "simulated": True,
        },
    )


async def nav(database: Database, product: Product, days: int, today: date) -> dict[str, Any]:
    """Daily values with the drawdown, and the benchmark's simulated index on the same days."""
    since = today - timedelta(days=days)
    index = product.terms.get("benchmark_index")
    async with database.transaction() as session:
        values = await repository.navs(session, product.code, since)
        levels = await repository.index_levels(session, [index], since) if index else None
        names = {one.code: one.name for one in await repository.indices(session)} if index else {}
    points = [
        [day.date().isoformat(), f"{unit:.4f}", round(total, 6)]
        for day, unit, total in zip(
            values.index, values["unit_nav"], values["total_return"], strict=True
        )
    ]
    falls = drawdowns(values["total_return"].to_numpy()) if points else np.array([])
    benchmark = None
    if points and index and levels is not None and index in levels:
        on_days = levels[index].reindex(values.index).ffill().bfill()
        benchmark = {
            "name": names[index],
            "points": [round(float(one), 6) for one in on_days / on_days.iloc[0]],
        }
    return {
        "code": product.code,
        "name": product.name,
        "as_of": points[-1][0] if points else None,
        "simulated": True,
        "points": points,
        "drawdown": [round(float(fall), 6) for fall in falls],
        "benchmark": benchmark,
    }


def market(shelves: Shelves, sector: str | None) -> dict[str, Any]:
    """What the simulated market, or one part of it, did."""
    rules = load_market_rules()
    as_of = (shelves.market_as_of or shelves.shelf.on).isoformat()
    return {
        "answer": review(shelves.market, as_of, sector, rules),
        "sources": [{"id": "market", "title": rules.source_title, "updated_at": as_of}],
        "confidence": 1.0 if shelves.market else 0.0,
        "indices": [
            dict(one)
            for one in shelves.market
            if sector is None or one["code"] in {sector, rules.overview[0]}
        ],
        "as_of": as_of,
        "simulated": True,
        "disclosure": rules.disclosure,
    }


def _manager(shelf: Shelf, text: str) -> Manager | None:
    """The manager whose name or id the words are, and nothing besides."""
    words = text.strip()
    found = shelf.managers_by_name.get(words)
    return found or next((one for one in shelf.managers if one.id == words), None)


def _decision(product: Product, profile: Profile, on: date) -> Decision | None:
    """How a product suits the customer who asks for it; nothing without a valid level."""
    if profile.status != "valid":
        return None
    return Offers(profile, on, initiated_by="customer").decision(product)
