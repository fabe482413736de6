"""What every skill's action shares: it fails soft when a backend is away."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.backend import BackendUnavailable

Events = list[dict[str, Any]]
Domain = dict[str, Any]


class SkillAction(Action):
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
        try:
            return await self.answer(dispatcher, tracker, domain)
        except BackendUnavailable as unavailable:
            dispatcher.utter_message(
                response="utter_backend_unavailable", error_id=unavailable.error_id
            )
            return []
