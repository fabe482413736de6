"""One product judged: what speaks for caution, what it is like, and what one may do about it."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.identity import customer_id
from actions.messages import send
from actions.product_form import AskProduct, ProductForm
from actions.skill import Domain, Events, SkillAction, back_to_interrupted, say_outcome


class DiagnoseProductForm(ProductForm):
    """Which product is to be judged."""

    form = "diagnose_product_form"
    intents = frozenset({"diagnose_product"})


class AskDiagnosedProduct(AskProduct):
    """Ask which one; what the customer holds comes to mind first."""

    form = "diagnose_product_form"
    own = True


class DiagnoseProduct(SkillAction):
    """Examine the product and tell what was found."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_diagnose_product"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the product backend and say its findings."""
        product = tracker.get_slot("product")
        if product is None:
            return []
        reply = await backend.product.post(
            "/diagnose", {"customer_id": customer_id(tracker), "product": product}
        )
        if reply.outcome == "ok":
            actions = reply.data.get("actions")
            send(dispatcher, "utter_diagnose_product_ok", "diagnosis", reply.data, actions)
        else:
            say_outcome(dispatcher, "diagnose_product", reply)
        return back_to_interrupted(tracker)
