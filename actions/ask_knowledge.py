"""Concepts, rules and procedures, answered from sourced entries and nothing else."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.heard import Heard
from actions.messages import button, send
from actions.skill import Domain, Events, SkillAction

MOST_SUGGESTIONS = 3


class AskKnowledge(SkillAction):
    """Answer from the knowledge base, or say that there is no sure answer."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_knowledge"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the knowledge backend; near matches become buttons."""
        reply = await backend.knowledge.post("/ask", {"text": Heard.latest(tracker).text})
        near = [button(str(title)) for title in reply.data.get("suggestions") or []]
        if reply.outcome == "ok":
            send(dispatcher, "utter_ask_knowledge_ok", "answer", reply.data)
        elif reply.outcome == "unsure":
            buttons = near[:MOST_SUGGESTIONS] or None
            send(dispatcher, "utter_ask_knowledge_unsure", "answer", reply.data, buttons)
        else:
            dispatcher.utter_message(response="utter_ask_knowledge_unknown")
        return []
