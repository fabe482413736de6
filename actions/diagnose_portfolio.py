"""Own holdings examined: those on record, or those told in the chat, also by visitors."""

from __future__ import annotations

import re
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
from actions.meanings import meaning
from actions.messages import send
from actions.skill import Domain, Events, SkillAction, back_to_interrupted

Told = list[dict[str, Any]]
Found = Mapping[str, Any]

_PRODUCTS = ("product", "product_type", "sector")
_PAUSE = re.compile(r"[，。；、,;！!？?\s]")
_LEADING = re.compile(
    r"^(?:我|有|手里|手上|现在|目前|持有|买了|还有|另外|和|跟|及|是|的|在|里|元|块钱|块|钱)+"
)
_NAME = re.compile(r"(?!基金|理财|保险|产品|存款|的).{2,14}")
_KINDS_OF_ALL = frozenset({"fund", "wealth_product", "insurance"})
"""Product types that say nothing of what is held."""

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

    def _answers(self, tracker: Tracker, heard: Heard, requested: str, read: Values) -> bool:
        """Take every message that tells products with sums."""
        return bool(read) or super()._answers(tracker, heard, requested, read)


def told_holdings(heard: Heard) -> Told:
    """Pair the products of a message with their sums: ``{"product", "amount"}``, yuan as float.

    Where the first sum is followed by a name, each sum belongs to the name after it, else to the
    one before it. A product is a code, or the customer's words.
    """
    found = _not_overlapping(heard)
    after = heard.text[found[0]["end"] :].lstrip() if found else ""
    sums_first = bool(after) and found[0]["entity"] not in _PRODUCTS and not _PAUSE.match(after)
    pairs: Told = []
    for place, each in enumerate(found):
        if each["entity"] in _PRODUCTS:
            continue
        near = found[place + 1 : place + 2] if sums_first else found[:place][-1:]
        product = next((one for one in near if one["entity"] in _PRODUCTS), None)
        piece = _beside(heard.text, each, near, sums_first)
        name = _LEADING.sub("", piece)
        if meaning("sum_of", piece) or (product is None and not _NAME.fullmatch(name)):
            continue
        value, said = (product["value"], product["said"]) if product else (name, name)
        scale = _PERCENT_BASE if each["entity"] == "percentage" else 1
        pairs.append({"product": value, "amount": float(each["value"]) * scale, "said": said})
    return pairs


def _beside(text: str, sum_: Found, near: Sequence[Found], sums_first: bool) -> str:
    """The words between a sum and what it belongs to, up to the pause nearest to the sum."""
    if sums_first:
        words = text[sum_["end"] : near[0]["start"] if near else len(text)]
        return _PAUSE.split(words.strip())[0]
    words = text[near[0]["end"] if near else 0 : sum_["start"]]
    return _PAUSE.split(words.strip())[-1]


def _not_overlapping(heard: Heard) -> list[Found]:
    """Products and sums in their order; where two overlap the product's name counts."""
    kept: list[Found] = []
    for name in (*_PRODUCTS, "amount", "percentage"):
        for found in (item for item in heard.entities if item["entity"] == name):
            if name == "product_type" and found["value"] in _KINDS_OF_ALL:
                continue
            if all(found["end"] <= k["start"] or found["start"] >= k["end"] for k in kept):
                words = heard.text[found["start"] : found["end"]]
                value = words if name in _PRODUCTS[1:] else found["value"]
                kept.append({**found, "value": value, "said": words})
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
            "/diagnose", {"customer_id": customer, "told": _asked(told) or None}
        )
        if reply.outcome == "ok":
            response = "utter_diagnose_portfolio_told" if told else "utter_diagnose_portfolio_ok"
            send(dispatcher, response, "diagnosis", reply.data, reply.data.get("actions"))
        else:
            query = str(reply.data.get("query") or "")
            dispatcher.utter_message(
                response=f"utter_diagnose_portfolio_{reply.outcome}",
                query=query,
                buttons=_ways_on(told, query, reply.data.get("items") or []) or None,
            )
        return [SlotSet("told_holdings", None), *back_to_interrupted(tracker)]


def _asked(told: Told) -> Told:
    """What the backend is told: without the customer's words for it."""
    return [{key: one[key] for key in ("product", "amount")} for one in told]


def _ways_on(told: Told, query: str, items: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What was told, ready to be sent again: with each name meant, or without the unknown."""
    others = [one for one in told if one["product"] != query]
    if items:
        return [
            {
                "title": str(item["name"]),
                "payload": _sentence(
                    [{**one, "said": item["name"]} if one not in others else one for one in told]
                ),
            }
            for item in items
        ]
    return [{"title": "先看其余的", "payload": _sentence(others)}] if others else []


def _sentence(told: Told) -> str:
    return f"我有{'、'.join(money_text(one['amount']) + one['said'] for one in told)}，帮我看看"
