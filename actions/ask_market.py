"""The market: what the simulated one did, never what it will do."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.heard import Heard
from actions.messages import send
from actions.skill import Domain, Events, SkillAction


class AskMarket(SkillAction):
    """Tell what the market, or the sector asked about, did."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_market"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the product backend for the market's past."""
        reply = await backend.product.get("/market", sector=Heard.latest(tracker).value("sector"))
        send(dispatcher, "utter_ask_market_ok", "answer", reply.data)
        return []
