"""What every skill's action shares: it fails soft when a backend is away, and says outcomes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.backend import BackendUnavailable, Reply
from actions.identity import language

Events = list[dict[str, Any]]
Domain = dict[str, Any]

COMMON = frozenset(
    {
        "needs_identity",
        "needs_assessment",
        "assessment_expired",
        "needs_product",
        "unknown_product",
        "ambiguous_product",
    }
)
"""Outcomes that are said with the same words whatever the skill: ``utter_<outcome>``."""


def say_outcome(dispatcher: CollectingDispatcher, skill: str, reply: Reply) -> None:
    """Say an outcome that carries no card, with the words and numbers of its data.

    Its ``text`` is ``{told}`` to the response: the dispatcher takes a ``text`` for the message's.
    """
    words = {"told" if key == "text" else key: value for key, value in reply.data.items()}
    plain = {key: value for key, value in words.items() if isinstance(value, str | int | float)}
    name = reply.outcome if reply.outcome in COMMON else f"{skill}_{reply.outcome}"
    names = [str(item["name"]) for item in reply.data.get("items") or [] if "name" in item]
    choices = [{"title": name, "payload": name} for name in names]
    dispatcher.utter_message(
        response=f"utter_{name}",
        buttons=choices if reply.outcome == "ambiguous_product" else None,
        **plain,
    )


def back_to_interrupted(tracker: Tracker) -> Events:
    """Go back to the form whose question was open when the form that has just ended came up.

    A question that needs a form of its own is answered in between like any other question.
    """
    loops = [event.get("name") for event in tracker.events if event["event"] == "active_loop"]
    while loops and loops[-1] is None:
        loops.pop()
    outer = loops[-2] if len(loops) > 1 and loops[-2] != loops[-1] else None
    return [FollowupAction(outer)] if outer and outer.endswith("_form") else []


class SkillAction(Action, ABC):
    """An action that asks a backend and says what it answered.

    A backend that is down or slow ends in a true sentence with an error id and a way on; the
    conversation and its open form stay as they are.
    """

    @abstractmethod
    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the backend, say the result, return the events."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Answer, or say that it is not possible just now."""
        tracker.slots["language"] = language(tracker)
        try:
            return await self.answer(dispatcher, tracker, domain)
        except BackendUnavailable as unavailable:
            dispatcher.utter_message(
                response="utter_backend_unavailable", error_id=unavailable.error_id
            )
            return []
