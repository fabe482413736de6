"""A fact or a term of one product: its value, fee, manager, guarantee, when money arrives."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.heard import Heard
from actions.identity import customer_id
from actions.messages import send
from actions.product_form import AskProduct, ProductForm
from actions.skill import Domain, Events, SkillAction, back_to_interrupted, say_outcome


class QueryProductForm(ProductForm):
    """Which product is asked about; the question itself is kept while we ask."""

    form = "query_product_form"
    intents = frozenset({"query_product"})
    takes = ("product_question",)

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """Keep the question's words; the name that answers us later is no question."""
        if slot == "product_question":
            return heard.text if heard.intent in self.intents else None
        return super().read(slot, heard, tracker, requested)


class AskQueriedProduct(AskProduct):
    """Ask which product the question is about."""

    form = "query_product_form"


class QueryProduct(SkillAction):
    """Answer the question from the product's facts and terms."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_query_product"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the product backend; it finds the topic in the words."""
        product = tracker.get_slot("product")
        if product is None:
            return []
        reply = await backend.product.post(
            "/ask",
            {
                "customer_id": customer_id(tracker),
                "product": product,
                "text": tracker.get_slot("product_question") or Heard.latest(tracker).text,
            },
        )
        if reply.outcome != "ok":
            say_outcome(dispatcher, "query_product", reply)
        else:
            send(dispatcher, "utter_query_product_ok", "answer", reply.data)
        return [SlotSet("product_question", None), *back_to_interrupted(tracker)]
