"""A suspected scam or theft: what not to do is said first, then the risk desk takes over."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.request_human import hand_over
from actions.skill import Domain, Events, SkillAction


class ReportFraud(SkillAction):
    """Bring the report to the risk desk; the warning was said before, without any backend."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_report_fraud"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Hand over urgently."""
        return await hand_over(dispatcher, tracker, "fraud", "utter_report_fraud_ok")
