"""Two to five products, managers or types set against each other; no verdict which is best."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.form import SkillForm
from actions.heard import Heard
from actions.identity import customer_id
from actions.messages import send
from actions.products_in_focus import pointed_at, product_at
from actions.skill import Domain, Events, SkillAction, say_outcome
from zhitou.wealth.product import KIND_NAMES

LEAST = 2

_IN_WORDS = frozenset({"fund_manager", "product_type", "sector"})
"""Entities that the backend compares by the customer's words."""


class CompareProductsForm(SkillForm):
    """What is to be compared: two or more go into ``products``, one alone waits in ``product``."""

    form = "compare_products_form"
    intents = frozenset({"compare_products"})
    asks = ("products",)
    takes = ("product",)

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """Read all that is named or pointed at; a single one joins the one that waits."""
        meant = _meant(tracker, heard)
        if not meant and requested and heard.intent == "inform" and heard.is_short:
            meant = [heard.text]
        waiting = tracker.get_slot("product") if heard.intent not in self.intents else None
        if len(meant) == 1 and waiting and waiting != meant[0]:
            meant = [str(waiting), *meant]
        if slot == "products":
            return meant if len(meant) >= LEAST else None
        return meant[0] if len(meant) == 1 else None


class AskComparedProducts(SkillAction):
    """Ask what to compare, or what else."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_compare_products_form_products"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask; what was shown last comes to mind."""
        one = tracker.get_slot("product")
        which = "other" if one else "all"
        response = f"utter_ask_compare_products_form_{which}"
        if not one:
            dispatcher.utter_message(response=response)
            return []
        reply = await backend.product.get("/resolve", text=one, limit=1)
        items = reply.data.get("items") or [{"name": one}]
        dispatcher.utter_message(response=response, name=items[0]["name"])
        return []


class CompareProducts(SkillAction):
    """Set the products against each other."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_compare_products"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the product backend and say its comparison."""
        products = tracker.get_slot("products")
        if not products:
            return []
        body = {"customer_id": customer_id(tracker), "products": products}
        reply = await backend.product.post("/compare", body)
        if reply.outcome != "ok":
            say_outcome(dispatcher, "compare_products", reply)
            return []
        on_shelf = all(item["kind"] in KIND_NAMES for item in reply.data["items"])
        name = "ok" if on_shelf else "in_general"
        send(dispatcher, f"utter_compare_products_{name}", "comparison", reply.data)
        codes = [str(item["code"]) for item in reply.data["items"] if item.get("code")]
        return [SlotSet("last_products", codes), SlotSet("product", None)]


def _meant(tracker: Tracker, heard: Heard) -> list[str]:
    """What is named or counted, in its order; else what is pointed at or was shown last."""
    shown = [str(code) for code in tracker.get_slot("last_products") or []]
    named: list[str] = []
    for item in heard.entities:
        said: str | None = None
        if item["entity"] == "product":
            said = str(item["value"])
        elif item["entity"] == "ordinal":
            said = product_at(item["value"], shown)
        elif item["entity"] in _IN_WORDS:
            said = heard.text[item["start"] : item["end"]]
        if said and said not in named:
            named.append(said)
    focus = tracker.get_slot("product")
    if len(named) == 1 and focus and focus != named[0] and heard.has("this_one"):
        return [str(focus), *named]
    if named or heard.intent != "compare_products":
        return named
    return pointed_at(heard, shown) or shown[:3] or ([str(focus)] if focus else [])
