"""A complaint: what happened in the customer's own words, then a ticket at the complaints desk."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.form import SkillForm, Values
from actions.heard import ANSWERS, Heard
from actions.request_human import hand_over, has_run
from actions.skill import Domain, Events, SkillAction

TOLD = 15
"""A complaint longer than this tells what happened already."""

SURE = 0.6
"""How sure the model must be of a complaint that goes on record without a question."""

CLEAR = 0.9
"""How sure the model must be that a short message wants something else than to complain."""

_TELLING = ANSWERS | {"complain", "explain_loss", "nlu_fallback", "out_of_scope", "chitchat"}
_QUESTIONS = frozenset(
    {"ask_knowledge", "ask_market", "query_product", "ask_capabilities", "bot_challenge"}
)


class ComplainForm(SkillForm):
    """Ask once what happened, unless it was told."""

    form = "complain_form"
    intents = frozenset({"complain"})
    asks = ("complaint_text",)
    free_text = frozenset({"complaint_text"})

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """Take what was said, however it was understood, and whatever is added later."""
        told = len(heard.text) > TOLD and not heard.is_short and heard.confidence >= SURE
        added = has_run(tracker, "action_complain")
        return heard.text if requested or told or added else None

    def _answers(self, tracker: Tracker, heard: Heard, requested: str, read: Values) -> bool:
        """Take anything told at length: to "what happened" every sentence is an answer.

        A short and clear wish for something else is none.
        """
        if heard.is_short and heard.confidence >= CLEAR and heard.intent not in _TELLING:
            return False
        told = not heard.is_short and heard.intent not in _QUESTIONS | {
            "cancel",
            "request_human",
            "report_fraud",
        }
        return told or super()._answers(tracker, heard, requested, read)


class Complain(SkillAction):
    """Put the complaint on record."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_complain"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Hand over with what was told."""
        told = tracker.get_slot("complaint_text")
        again = (self.name(), "utter_complain_again")
        await hand_over(dispatcher, tracker, "complaint", "utter_complain_ok", told, again)
        return [SlotSet("complaint_text", None)]
