"""The conversation itself: a yes, a no, leaving, a bare value, a rating, not understanding."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet, UserUtteranceReverted
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.heard import Heard, phrases
from actions.identity import customer_id
from actions.query_risk_profile import PRODUCT_LEVEL
from actions.refine_selection import WISHES
from actions.request_human import hand_over
from actions.skill import Domain, Events, SkillAction

AFFIRMED = 2
"""Intents offered when the understanding is not sure."""

_STARS = re.compile(r"[⭐🌟]")


class Cancel(SkillAction):
    """Close what is open; what was answered of the questionnaire is kept by its backend."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_cancel"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Leave the open form, or take a no to what was offered."""
        form = (tracker.active_loop or {}).get("name")
        if not form:
            guessed = _said_last(tracker, "utter_ask_affirmation")
            dispatcher.utter_message(
                response="utter_ask_rephrase" if guessed else "utter_nothing_to_cancel"
            )
            return []
        slots = domain.get("forms", {}).get(form, {}).get("required_slots", [])
        left = [*slots, "requested_slot", "after_assessment", "misunderstood"]
        events: Events = [ActiveLoop(None), *(SlotSet(slot, None) for slot in left)]
        if form == "assess_risk_form":
            dispatcher.utter_message(response="utter_assess_risk_cancelled")
            await _leave_assessment(tracker)
            return events
        dispatcher.utter_message(response="utter_cancelled")
        return events


class Affirm(SkillAction):
    """A plain yes starts what the last message asked about."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_affirm"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Take up the offer, or ask what to do."""
        said = (_bot_said(tracker).get("metadata") or {}).get("utter_action")
        for response, action in phrases()["offers"].items():
            if response == said:
                return [FollowupAction(action.text())]
        dispatcher.utter_message(response="utter_what_next")
        return []


class Inform(SkillAction):
    """A value nobody asked for: a stop, a correction of the last wish, or a pick from a list."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_inform"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Go on where the value belongs."""
        heard = Heard.latest(tracker)
        if heard.has("stop") and heard.is_short:
            return [FollowupAction("action_cancel")]
        if PRODUCT_LEVEL.search(heard.text):
            return [FollowupAction("action_query_risk_profile")]
        counted = heard.value("ordinal") is not None and tracker.get_slot("last_products")
        if (counted or heard.value("product") is not None) and not tracker.active_loop:
            return [FollowupAction("query_product_form")]
        wished = any(heard.value(entity) is not None for entity in WISHES)
        if wished and tracker.get_slot("last_selection"):
            return [FollowupAction("action_refine_selection")]
        dispatcher.utter_message(response="utter_what_next")
        return []


class RateService(SkillAction):
    """Keep a rating, or ask for it."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_rate_service"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Read one to five stars and bring them to the hand-off backend."""
        heard = Heard.latest(tracker)
        stars = len(_STARS.findall(heard.text)) or int(heard.choice("stars") or 0)
        if not stars:
            dispatcher.utter_message(response="utter_ask_rating")
            return []
        score = min(stars, 5)
        await backend.handoff.post(
            "/ratings",
            {"conversation_id": tracker.sender_id, "score": score, "comment": heard.text[:500]},
        )
        dispatcher.utter_message(response=f"utter_rated_{'well' if score > 3 else 'badly'}")
        return [SlotSet("rating", score)]


class AskAffirmation(SkillAction):
    """Offer what was probably meant; someone who turned that down before gets a person."""

    def name(self) -> str:
        """Name in the domain; it replaces Rasa's own."""
        return "action_default_ask_affirmation"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Show the likeliest intents as buttons."""
        if _said_last(tracker, "utter_ask_rephrase"):
            return await hand_over(dispatcher, tracker, "fallback", "utter_default_fallback")
        known = dict(phrases()["intents"].items())
        ranking = tracker.latest_message.get("intent_ranking") or []
        likely = [known[rank["name"]] for rank in ranking if rank["name"] in known][:AFFIRMED]
        if tracker.get_slot("language") == "en":
            words = [each["english"].text() for each in likely]
            buttons = [{"title": said.capitalize(), "payload": said} for said in words]
            none = {"title": "None of these", "payload": "no"}
        else:
            buttons = [
                {"title": each["title"].text(), "payload": each["says"].text()} for each in likely
            ]
            none = {"title": "都不是", "payload": "都不是"}
        dispatcher.utter_message(response="utter_ask_affirmation", buttons=[*buttons, none])
        return []


class DefaultFallback(SkillAction):
    """The last rung: a person."""

    def name(self) -> str:
        """Name in the domain; it replaces Rasa's own."""
        return "action_default_fallback"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Hand the conversation over."""
        return await hand_over(dispatcher, tracker, "fallback", "utter_default_fallback")

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Forget what was not understood, whatever came of it: else Rasa would predict us again."""
        return [*await super().run(dispatcher, tracker, domain), UserUtteranceReverted()]


def _bot_said(tracker: Tracker) -> dict[str, Any]:
    """The last thing said to the customer."""
    said = (event for event in reversed(tracker.events) if event.get("event") == "bot")
    return next(said, {})


def _said_last(tracker: Tracker, response: str) -> bool:
    """Whether the last thing said was ``response``."""
    return bool((_bot_said(tracker).get("metadata") or {}).get("utter_action") == response)


async def _leave_assessment(tracker: Tracker) -> None:
    """Tell the backend; where it is away the open questionnaire is simply resumed later."""
    try:
        await backend.risk_profile.delete(f"/{customer_id(tracker) or 'visitor'}/assessment")
    except backend.BackendUnavailable:
        return
