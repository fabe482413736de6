"""Own holdings examined: those on record, or those told in the chat, also by visitors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.form import SkillForm, Values
from actions.formatting import money_text
from actions.heard import Heard
from actions.identity import customer_id
from actions.messages import send
from actions.skill import Domain, Events, SkillAction

Told = list[dict[str, Any]]

_PRODUCTS = ("product", "product_type", "sector")
_PERCENT_BASE = 100_000
"""Yuan that shares in per cent are told of, since only the proportions matter then."""


class DiagnosePortfolioForm(SkillForm):
    """What is held; only visitors who have not told it are asked."""

    form = "diagnose_portfolio_form"
    intents = frozenset({"diagnose_portfolio"})
    asks = ("told_holdings",)

    async def wanted(self, tracker: Tracker, values: Values) -> Sequence[str]:
        """The record serves whoever is known."""
        return () if customer_id(tracker) else self.asks

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """Read the products with their sums; to our question no longer message is too long."""
        return told_holdings(heard) or None

    def _answers(self, heard: Heard, requested: str, read: Values) -> bool:
        """Take every message that tells products with sums."""
        return bool(read) or super()._answers(heard, requested, read)


def told_holdings(heard: Heard) -> Told:
    """Pair the products of a message with their sums: ``{"product", "amount"}``, yuan as float.

    A sum before the first product belongs to the product after it, else to the one before it. A
    product is a code, or the customer's words where they name a kind of product.
    """
    parts = [_part(found) for found in _not_overlapping(heard)]
    sums_first = bool(parts) and isinstance(parts[0], float)
    pairs: Told = []
    amount: float | None = None
    for part in parts if sums_first else parts[::-1]:
        if isinstance(part, float):
            amount = part
        elif amount is not None:
            pairs.append({"product": part, "amount": amount})
            amount = None
    return pairs if sums_first else pairs[::-1]


def _part(found: Mapping[str, Any]) -> str | float:
    """A sum in yuan, or what is held."""
    if found["entity"] == "amount":
        return float(found["value"])
    if found["entity"] == "percentage":
        return float(found["value"]) * _PERCENT_BASE
    return str(found["said"])


def _not_overlapping(heard: Heard) -> list[dict[str, Any]]:
    """Products and sums in their order; where two overlap the product's name counts."""
    kept: list[dict[str, Any]] = []
    for name in (*_PRODUCTS, "amount", "percentage"):
        for found in (item for item in heard.entities if item["entity"] == name):
            if all(found["end"] <= k["start"] or found["start"] >= k["end"] for k in kept):
                words = heard.text[found["start"] : found["end"]]
                kept.append({**found, "said": found["value"] if name == "product" else words})
    return sorted(kept, key=lambda item: int(item["start"]))


class DiagnosePortfolio(SkillAction):
    """Examine what is held."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_diagnose_portfolio"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the portfolio backend and say its findings."""
        told: Told = tracker.get_slot("told_holdings") or []
        customer = customer_id(tracker)
        if not told and not customer:
            return []
        reply = await backend.portfolio.post(
            "/diagnose", {"customer_id": customer, "told": told or None}
        )
        if reply.outcome == "ok":
            response = "utter_diagnose_portfolio_told" if told else "utter_diagnose_portfolio_ok"
            send(dispatcher, response, "diagnosis", reply.data, reply.data.get("actions"))
        else:
            query = str(reply.data.get("query") or "")
            dispatcher.utter_message(
                response=f"utter_diagnose_portfolio_{reply.outcome}",
                query=query,
                buttons=_said_clearly(told, query, reply.data.get("items") or []) or None,
            )
        return [SlotSet("told_holdings", None)]


def _said_clearly(
    told: Told, query: str, items: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """What was told, once for each product that may be meant by ``query``, ready to be sent."""
    buttons = []
    for item in items:
        names = (item["name"] if one["product"] == query else one["product"] for one in told)
        sums = (money_text(one["amount"]) for one in told)
        holdings = "、".join(map("".join, zip(sums, names, strict=True)))
        buttons.append({"title": str(item["name"]), "payload": f"我有{holdings}，帮我看看"})
    return buttons
