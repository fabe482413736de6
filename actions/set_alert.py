"""Alerts: when the customer wants to be told, which ones there are, and no more of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.form import Values
from actions.heard import Heard
from actions.identity import customer_id
from actions.meanings import meaning
from actions.messages import send
from actions.product_form import AskProduct, ProductForm
from actions.products_in_focus import product_meant
from actions.skill import Domain, Events, SkillAction, say_outcome

_NUMBER = re.compile(r"(?<![\d.])\d{1,5}(?:\.\d{1,4})?(?![\d.])")
_COINS = re.compile(r"(\d{1,4})块(\d)(?!\d)")
_PERCENT = "alert_percentage"
_PRICE = "alert_price"
_NEEDED = {"fall": (_PERCENT,), "rise": (_PERCENT,), "price": ("product", _PRICE), "maturity": ()}
"""What each kind of alert must know; the product may be left open, meaning all that is held."""


class SetAlertForm(ProductForm):
    """What to watch and from where on; a wish to stop or to see the alerts needs no more."""

    form = "set_alert_form"
    intents = frozenset({"set_alert"})
    asks = ("alert_kind", "product", _PERCENT, _PRICE)
    takes = ("alert_wish",)

    async def wanted(self, tracker: Tracker, values: Values) -> Sequence[str]:
        """Only what the kind needs; nothing for visitors and for other wishes."""
        if values.get("alert_wish") or not customer_id(tracker):
            return ()
        unclear = ("product",) if tracker.slots.get("product_choices") else ()
        return ("alert_kind", *unclear, *_NEEDED.get(str(values.get("alert_kind")), ()))

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """Read the kind from the words, the mark from what was said beside it."""
        if slot == "alert_wish":
            return meaning("alert_wish", heard.text) if heard.intent in self.intents else None
        if slot == "alert_kind":
            return _kind(heard)
        if slot == _PERCENT:
            said = heard.value("percentage")
            number = _number(heard) if said is None and requested else None
            return number / 100 if number is not None else said
        if slot == _PRICE and (requested or _kind(heard) == "price"):
            said = _COINS.search(heard.text)
            if said:
                return float(f"{said[1]}.{said[2]}")
            return heard.value("amount") or _number(heard)
        if slot == _PRICE:
            return None
        if slot == "product" and (meaning("alert_wish", heard.text) or _kind(heard) == "maturity"):
            return product_meant(tracker, heard, elliptic=False)
        return super().read(slot, heard, tracker, requested)


def _number(heard: Heard) -> float | None:
    """The last bare number said: ``5``, ``1.25``."""
    found = _NUMBER.findall(heard.text)
    return float(found[-1]) if found else None


def _kind(heard: Heard) -> str | None:
    """What an alert is about, going by the words; a percentage is a rise or a fall."""
    direction = meaning("alert_direction", heard.text)
    if heard.value("percentage") is not None:
        return direction
    return meaning("alert_kind", heard.text) or direction


class AskWatchedProduct(AskProduct):
    """Ask which one to watch; what the customer holds comes to mind first."""

    form = "set_alert_form"
    own = True


class SetAlert(SkillAction):
    """Set, list or end the customer's alerts."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_set_alert"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Do what was wished; a visitor is told what it takes."""
        customer, wish = customer_id(tracker), tracker.get_slot("alert_wish")
        if not customer:
            dispatcher.utter_message(response="utter_set_alert_needs_identity")
            return []
        if wish == "stop":
            product = tracker.get_slot("product")
            of = f"?product={product}" if product else ""
            reply = await backend.portfolio.delete(f"/{customer}/alerts{of}")
        elif wish == "list":
            reply = await backend.portfolio.get(f"/{customer}/alerts")
        else:
            reply = await backend.portfolio.post("/alerts", _alert(tracker, customer))
        if reply.data.get("kind") == "alert":
            send(dispatcher, f"utter_set_alert_{wish or reply.outcome}", "notice", reply.data)
        else:
            say_outcome(dispatcher, "set_alert", reply)
        return [SlotSet(slot, None) for slot in ("alert_wish", "alert_kind", _PERCENT, _PRICE)]


def _alert(tracker: Tracker, customer: str) -> dict[str, Any]:
    threshold = tracker.get_slot(_PERCENT) or tracker.get_slot(_PRICE)
    return {
        "customer_id": customer,
        "product": tracker.get_slot("product"),
        "kind": tracker.get_slot("alert_kind"),
        "threshold": float(threshold) if threshold is not None else None,
    }
