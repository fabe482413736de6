"""A loss: a warm word first, then what fell, how usual that is, and what the past looked like."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.heard import Heard
from actions.identity import customer_id
from actions.meanings import meaning
from actions.messages import send
from actions.products_in_focus import product_meant
from actions.request_human import hand_over
from actions.skill import Domain, Events, SkillAction, say_outcome


class ExplainLoss(SkillAction):
    """Comfort, and explain from the customer's own holdings."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_explain_loss"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the portfolio backend; someone who may be in danger goes to a person at once."""
        heard = Heard.latest(tracker)
        if meaning("distress", heard.text):
            return await hand_over(dispatcher, tracker, "distress", "utter_request_human_ok")
        reply = await backend.portfolio.post(
            "/explain-loss",
            {
                "customer_id": customer_id(tracker),
                "product": product_meant(tracker, heard, elliptic=False),
                "text": heard.text,
            },
        )
        if "comfort" not in reply.data:
            say_outcome(dispatcher, "explain_loss", reply)
            return []
        buttons = reply.data.get("actions")
        if reply.data.get("findings"):
            send(dispatcher, "utter_explain_loss_ok", "diagnosis", reply.data, buttons)
        else:
            suggestions = "\n".join(f"· {text}" for text in reply.data.get("suggestions") or [])
            dispatcher.utter_message(
                response=f"utter_explain_loss_{reply.outcome}",
                comfort=reply.data["comfort"],
                suggestions=suggestions,
                buttons=buttons,
            )
        return []
