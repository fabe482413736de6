"""A trade: its suitability is told and the bank's app is opened; nothing is ever traded here."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.heard import Heard
from actions.identity import customer_id
from actions.meanings import meaning
from actions.messages import send
from actions.product_form import MOST_CHOICES, AskProduct, Items, ProductForm
from actions.skill import Domain, Events, SkillAction, say_outcome
from actions.suggestion import NEEDS_LEVEL

_JUDGED = frozenset({"ok", "warned", "blocked"})


class RequestTradeForm(ProductForm):
    """Which product is to be traded; side and sum are taken where they are said."""

    form = "request_trade_form"
    intents = frozenset({"request_trade"})
    takes = ("trade_side", "amount")

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """Read the side from the words of the wish."""
        if slot == "trade_side":
            return meaning(slot, heard.text) if heard.intent in self.intents else None
        return super().read(slot, heard, tracker, requested)


class AskTradedProduct(AskProduct):
    """Ask which one; to get out of something, what the customer holds comes to mind."""

    form = "request_trade_form"

    def question(self, tracker: Tracker, items: Items) -> str:
        """Someone who wants to buy, and has nothing in mind, is offered suggestions too."""
        buys = tracker.get_slot("trade_side") in {"buy", None} and not items
        return f"utter_ask_{self.form}_{'anything' if buys else 'product'}"

    async def _in_mind(self, tracker: Tracker) -> Items:
        side, customer = tracker.get_slot("trade_side"), customer_id(tracker)
        if side not in {"redeem", "convert", "cancel"} or not customer:
            return await self._shown(tracker)
        reply = await backend.portfolio.get(f"/{customer}/holdings")
        orders = reply.data.get("pending") if side == "cancel" else None
        return list(orders or reply.data.get("items") or [])[:MOST_CHOICES]


class RequestTrade(SkillAction):
    """Tell whether the product suits the customer, and where the trade can be made."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_request_trade"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the product backend, which judges by the suitability rules."""
        product = tracker.get_slot("product")
        if product is None:
            return []
        amount = tracker.get_slot("amount")
        reply = await backend.product.post(
            "/trade",
            {
                "customer_id": customer_id(tracker),
                "product": product,
                "side": tracker.get_slot("trade_side") or "buy",
                "amount": float(amount) if amount is not None else None,
            },
        )
        if reply.outcome in _JUDGED:
            send(dispatcher, f"utter_request_trade_{reply.outcome}", "suitability", reply.data)
            return []
        say_outcome(dispatcher, "request_trade", reply)
        again = self.name() if reply.outcome in NEEDS_LEVEL else None
        return [SlotSet("after_assessment", again)]
