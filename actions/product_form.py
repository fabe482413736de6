"""Forms about one product: names are resolved, and where several products match it asks which."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.form import Moment, SkillForm, Values
from actions.heard import Heard
from actions.identity import customer_id
from actions.messages import button
from actions.products_in_focus import product_meant
from actions.skill import Domain, Events, SkillAction

MOST_CHOICES = 5

Items = list[dict[str, Any]]
"""Products, each with at least ``code`` and ``name``."""


class ProductForm(SkillForm):
    """A form that needs one product of the shelf; ``product`` holds its code.

    ``product_choices`` keeps what is asked back: ``{"query", "items": [{"code", "name"}]}``, with
    no items where nothing on the shelf matches.
    """

    asks: ClassVar[tuple[str, ...]] = ("product",)

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Forget what another form asked back, then read the message."""
        if self._moment(tracker) is Moment.OPENED:
            tracker.slots["product_choices"] = None
        return await super().run(dispatcher, tracker, domain)

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """Read the product meant; to our question also words that the model took for nothing."""
        if slot != "product":
            return super().read(slot, heard, tracker, requested)
        chosen = _chosen(tracker, heard) if requested else None
        meant = chosen or product_meant(tracker, heard, elliptic=not requested)
        words = heard.intent == "inform" and not heard.values("ordinal") and not heard.is_question
        words = words and not heard.is_only("amount", "horizon", "period", "percentage")
        return heard.text if meant is None and requested and words else meant

    def _answers(self, tracker: Tracker, heard: Heard, requested: str, read: Values) -> bool:
        """A product's name alone is an answer, and so is what picks one of those asked back."""
        if requested == "product" and _chosen(tracker, heard):
            return True
        whole = ("product", 0, len(heard.text))
        named = any((e["entity"], e.get("start"), e.get("end")) == whole for e in heard.entities)
        return (requested == "product" and named) or super()._answers(
            tracker, heard, requested, read
        )

    async def check(
        self, slot: str, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> Any:
        """Turn words into the code they stand for; remember what to ask back otherwise."""
        if slot != "product":
            return value
        reply = await backend.product.get("/resolve", text=str(value), limit=MOST_CHOICES)
        items = [{"code": item["code"], "name": item["name"]} for item in reply.data["items"]]
        found = reply.outcome == "found"
        tracker.slots["product_choices"] = None if found else {"query": str(value), "items": items}
        return items[0]["code"] if found else None

    def repeated(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, requested: str, hint: str | None
    ) -> Events:
        """The question again, about what the latest words may mean."""
        choices = SlotSet("product_choices", tracker.slots.get("product_choices"))
        return [choices, *super().repeated(dispatcher, tracker, requested, hint)]

    async def _ask(self, tracker: Tracker, known: Values, changes: Values) -> Events:
        choices = tracker.slots.get("product_choices")
        return await super()._ask(tracker, known, {**changes, "product_choices": choices})


def _chosen(tracker: Tracker, heard: Heard) -> str | None:
    """What an ordinal or a part of a name picks among the products just asked back."""
    items = (tracker.get_slot("product_choices") or {}).get("items") or []
    for value in heard.values("ordinal"):
        place = int(value) - 1 if int(value) > 0 else int(value)
        if -len(items) <= place < len(items):
            return str(items[place]["code"])
    words = heard.text.strip("的那只个款是这，。 ")
    named = [item for item in items if words and words in item["name"]]
    return str(named[0]["code"]) if len(named) == 1 else None


class AskProduct(SkillAction, ABC):
    """Ask which product is meant, with the names that come to mind as buttons.

    Attributes:
        own: whether the customer's own holdings come to mind first.

    """

    own: ClassVar[bool] = False

    @property
    @abstractmethod
    def form(self) -> str:
        """The form that asks."""

    def name(self) -> str:
        """Name in the domain."""
        return f"action_ask_{self.form}_product"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask back what was ambiguous or unknown, else ask openly."""
        choices = tracker.get_slot("product_choices")
        if choices:
            known = "ambiguous" if choices["items"] else "unknown"
            dispatcher.utter_message(
                response=f"utter_{known}_product",
                query=choices["query"],
                buttons=[button(item["name"]) for item in choices["items"]] or None,
            )
            return []
        try:
            items = await self._in_mind(tracker)
        except backend.BackendUnavailable:
            items = []
        dispatcher.utter_message(
            response=self.question(tracker, items),
            buttons=[button(item["name"]) for item in items] or None,
        )
        return [SlotSet("last_products", [item["code"] for item in items])] if items else []

    def question(self, tracker: Tracker, items: Items) -> str:
        """The response that asks, where ``items`` come to mind."""
        return f"utter_ask_{self.form}_product"

    async def _in_mind(self, tracker: Tracker) -> Items:
        """The products that come to mind."""
        return await (self._held(tracker) if self.own else self._shown(tracker))

    async def _held(self, tracker: Tracker) -> Items:
        """What the customer holds; of a visitor it is not known."""
        customer = customer_id(tracker)
        if not customer:
            return await self._shown(tracker)
        reply = await backend.portfolio.get(f"/{customer}/holdings")
        return list(reply.data.get("items") or [])[:MOST_CHOICES]

    async def _shown(self, tracker: Tracker) -> Items:
        """What was shown last."""
        items: Items = []
        for code in (tracker.get_slot("last_products") or [])[:MOST_CHOICES]:
            reply = await backend.product.get("/resolve", text=str(code), limit=1)
            items += (reply.data.get("items") or [])[:1]
        return items
