"""Own holdings: what the customer has, its value and gain, orders under way, policies."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.heard import Heard
from actions.identity import customer_id
from actions.meanings import meaning
from actions.messages import send
from actions.products_in_focus import product_meant
from actions.skill import Domain, Events, SkillAction, say_outcome

_PARTS = frozenset({"pending", "policies", "trades"})
"""Parts of the answer that may be empty, which is then said."""


class QueryHoldings(SkillAction):
    """Tell the customer's holdings on record."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_query_holdings"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the portfolio backend and say the part that was asked about."""
        heard = Heard.latest(tracker)
        reply = await backend.portfolio.get(
            f"/{customer_id(tracker) or 'visitor'}/holdings",
            product=product_meant(tracker, heard, elliptic=False),
        )
        if reply.outcome == "ok":
            part = meaning("holdings_part", heard.text) or "ok"
            part = part if reply.data["items"] else "policies"
            if part in _PARTS and not reply.data.get(part):
                part = f"no_{part}"
            send(dispatcher, f"utter_query_holdings_{part}", "holdings", reply.data)
            if part == "ok":
                return [SlotSet("last_products", [item["code"] for item in reply.data["items"]])]
        elif reply.data.get("product"):
            response = "utter_query_holdings_not_held"
            dispatcher.utter_message(response=response, product=reply.data["product"])
        else:
            say_outcome(dispatcher, "query_holdings", reply)
        return []
