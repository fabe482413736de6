"""The customer's own risk level: what it means, what it allows, until when it holds."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.formatting import date_text
from actions.heard import Heard
from actions.identity import customer_id
from actions.messages import send
from actions.skill import Domain, Events, SkillAction, say_outcome

PRODUCT_LEVEL = re.compile(r"(?<![A-Za-z])[Rr]\s?([1-5])(?!\d)")
"""A product level that is asked about, such as ``R4``."""


class QueryRiskProfile(SkillAction):
    """Tell the level on record, and whether it allows the product level that was asked about."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_query_risk_profile"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the risk-profile backend and say what it holds."""
        reply = await backend.risk_profile.get(f"/{customer_id(tracker) or 'visitor'}")
        if reply.outcome == "expired":
            day = date_text(reply.data["valid_until"])
            level = reply.data["level"]
            dispatcher.utter_message(
                response="utter_query_risk_profile_expired", level=level, valid_until=day
            )
        elif reply.outcome != "valid":
            say_outcome(dispatcher, "query_risk_profile", reply)
        else:
            asked = PRODUCT_LEVEL.search(Heard.latest(tracker).text)
            name = "valid"
            if asked:
                name = "allowed" if f"R{asked[1]}" in reply.data["allows"] else "not_allowed"
            send(
                dispatcher,
                f"utter_query_risk_profile_{name}",
                "risk_result",
                reply.data,
                asked=f"R{asked[1]}" if asked else "",
            )
        return []
