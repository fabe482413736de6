"""Why something was recommended: read from the stored proof, never made up afterwards."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.heard import Heard
from actions.identity import customer_id
from actions.messages import send
from actions.skill import Domain, Events, SkillAction, say_outcome

PLANS = frozenset({"plan_allocation", "plan_auto_invest"})
"""Skills whose proof the portfolio backend keeps; the others' is the product backend's."""


class ExplainRecommendation(SkillAction):
    """Explain the last suggestion or plan, or one product of it."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_explain_recommendation"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the backend that keeps the proof."""
        heard = Heard.latest(tracker)
        body = {
            "customer_id": customer_id(tracker),
            "recommendation_id": tracker.get_slot("recommendation_id"),
        }
        planned = (tracker.get_slot("last_selection") or {}).get("skill") in PLANS
        if planned:
            reply = await backend.portfolio.post("/explain", body)
        else:
            body |= {"product": heard.value("product"), "ordinal": heard.value("ordinal")}
            reply = await backend.product.post("/explain", body)
        if reply.outcome == "ok":
            what = "plan" if planned else "ok"
            send(dispatcher, f"utter_explain_recommendation_{what}", "answer", reply.data)
        else:
            say_outcome(dispatcher, "explain_recommendation", reply)
        return []
