"""Family trust and succession: a question is answered, then a consultation can be put on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.form import Moment, SkillForm, Values
from actions.heard import Heard
from actions.identity import customer_id
from actions.meanings import meaning
from actions.messages import send
from actions.skill import Domain, Events, SkillAction

_QUESTIONS = frozenset({"ask_family_trust", "query_product", "diagnose_product", "nlu_fallback"})
UNKNOWN = 0
"""Size in yuan of assets whose size the customer cannot say; the note tells so."""

_SLOTS = ("trust_purpose", "trust_assets", "trust_amount", "trust_family", "trust_contact")


class AskFamilyTrustForm(SkillForm):
    """What an adviser wants to know before calling: aim, assets and size, family, time."""

    form = "ask_family_trust_form"
    intents = frozenset({"ask_family_trust"})
    asks = _SLOTS
    free_text = frozenset({"trust_purpose", "trust_assets", "trust_family", "trust_contact"})
    unsure = {"trust_amount": UNKNOWN}  # noqa: RUF012

    async def wanted(self, tracker: Tracker, values: Values) -> Sequence[str]:
        """Everything; the size only where it was not told along with the assets."""
        return _SLOTS

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """Take the words as they are; a question is answered first and is no answer."""
        if slot == "trust_amount":
            told = requested or tracker.get_slot("requested_slot") == "trust_assets"
            return heard.value("amount") if told else None
        return heard.text if requested else None

    async def validate_moment(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, moment: Moment
    ) -> Events:
        """Answer a question about trusts between our questions; the first one does so itself."""
        heard, requested = Heard.latest(tracker), tracker.get_slot("requested_slot")
        if moment is not Moment.ANSWERED or not _asks_back(heard):
            return await super().validate_moment(dispatcher, tracker, moment)
        if requested != "trust_purpose":
            await _tell_what_is_known(dispatcher, heard.text)
        known = {slot: tracker.get_slot(slot) for slot in self.asks}
        return await self._ask(tracker, known, {"misunderstood": 0})

    def _answers(self, tracker: Tracker, heard: Heard, requested: str, read: Values) -> bool:
        """Take plans for the money as an answer; a no leaves."""
        leaves = heard.intent == "deny" and not heard.has("unsure")
        if leaves or (heard.is_short and heard.has("stop")):
            return False
        if heard.intent == "plan_allocation" and requested in read and not heard.is_question:
            return True
        return super()._answers(tracker, heard, requested, read)


def _asks_back(heard: Heard) -> bool:
    """Whether it is a question that may be about trusts: it names no product."""
    about_product = heard.value("product") is not None or heard.has("this_one")
    return heard.is_question and heard.intent in _QUESTIONS and not about_product


class AskPurpose(SkillAction):
    """Answer what was asked about trusts, where it was a question; then ask for the aim."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_ask_family_trust_form_trust_purpose"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Say what the knowledge base is sure of, and the form's first question."""
        heard = Heard.latest(tracker)
        known = False
        if _asks_back(heard):
            known = await _tell_what_is_known(dispatcher, heard.text)
        asked = "after_answer" if known else "trust_purpose"
        dispatcher.utter_message(response=f"utter_ask_ask_family_trust_form_{asked}")
        return []


async def _tell_what_is_known(dispatcher: CollectingDispatcher, text: str) -> bool:
    """Answer from the knowledge base, or leave it to the adviser; False where nothing is known."""
    try:
        reply = await backend.knowledge.post("/ask", {"text": text})
    except backend.BackendUnavailable:
        return False
    words = f"{reply.data.get('title')}{reply.data.get('answer')}"
    if reply.outcome != "ok" or not meaning("succession", words):
        dispatcher.utter_message(response="utter_ask_family_trust_unknown")
        return False
    send(dispatcher, "utter_ask_family_trust_answer", "answer", reply.data)
    return True


class AskFamilyTrust(SkillAction):
    """Put the consultation on record."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_family_trust"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """File the structured request and tell its number."""
        amount = tracker.get_slot("trust_amount")
        fields = {
            "purpose": tracker.get_slot("trust_purpose"),
            "asset_types": tracker.get_slot("trust_assets"),
            "amount": str(amount),
            "beneficiaries": tracker.get_slot("trust_family"),
            "contact_time": tracker.get_slot("trust_contact"),
            **({"note": "客户暂时说不准规模"} if amount == UNKNOWN else {}),
        }
        reply = await backend.handoff.post(
            "/requests",
            {
                "conversation_id": tracker.sender_id,
                "customer_id": customer_id(tracker),
                "kind": "family_trust",
                "fields": fields,
            },
        )
        english = tracker.get_slot("language") == "en"
        told = reply.data.get("text_en" if english else "text", "")
        send(dispatcher, "utter_ask_family_trust_ok", "handoff", reply.data, told=told)
        return [SlotSet(slot, None) for slot in _SLOTS]
