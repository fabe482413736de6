"""Own holdings: what the customer has, its value and its gain."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.identity import customer_id
from actions.messages import send
from actions.skill import Domain, Events, SkillAction


class QueryHoldings(SkillAction):
    """Tell the customer's holdings on record."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_query_holdings"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the portfolio backend and say what it holds."""
        reply = await backend.portfolio.get(f"/{customer_id(tracker) or 'visitor'}/holdings")
        if reply.outcome == "ok":
            send(dispatcher, "utter_query_holdings_ok", "holdings", reply.data)
        else:
            dispatcher.utter_message(response=f"utter_query_holdings_{reply.outcome}")
        return []
