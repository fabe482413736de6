"""A person: the conversation goes into a queue, and the customer learns which and how long."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.identity import customer_id
from actions.messages import send
from actions.skill import Domain, Events, SkillAction

_CLOSED = {"utter_request_human_ok": "utter_request_human_closed"}
"""What is said instead while the queue is closed and a call-back is noted."""

REMEMBERED = 6
"""Messages of the conversation that the person sees first."""


async def hand_over(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    trigger: str,
    response: str,
    text: str | None = None,
    again: tuple[str, str] | None = None,
) -> Events:
    """Put the conversation into the queue of its trigger and tell the customer how it stands.

    Args:
        dispatcher: collects what is said.
        tracker: the conversation.
        trigger: ``request``, ``complaint``, ``fraud``, ``fallback``, ``anger`` or ``distress``.
        response: name of the sentence; it may use what the ``handoff`` card holds.
        text: what it is about; None takes the latest message.
        again: an action, and what is said instead where it has opened the hand-over before.

    Raises:
        BackendUnavailable: the hand-off backend did not answer.

    """
    reply = await backend.handoff.post(
        "/",
        {
            "conversation_id": tracker.sender_id,
            "customer_id": customer_id(tracker),
            "trigger": trigger,
            "text": (text or tracker.latest_message.get("text") or "")[:2000],
            "summary": _summary(tracker),
        },
    )
    english = tracker.get_slot("language") == "en"
    told = reply.data.get("text_en" if english else "text", "")
    if reply.data.get("callback_at"):
        response = _CLOSED.get(response, response)
    elif again and reply.data.get("repeated") and has_run(tracker, again[0]):
        response = again[1]
    send(dispatcher, response, "handoff", reply.data, told=told)
    return []


def has_run(tracker: Tracker, action: str) -> bool:
    """Whether ``action`` has run in this conversation."""
    ran = (event.get("name") for event in tracker.events if event.get("event") == "action")
    return action in ran


def _summary(tracker: Tracker) -> str:
    """The last words of both sides, one a line."""
    lines = [
        f"{'客户' if event['event'] == 'user' else '助手'}：{str(event['text'])[:120]}"
        for event in tracker.events
        if event.get("event") in {"user", "bot"} and event.get("text")
    ]
    return "\n".join(lines[-REMEMBERED:])


class RequestHuman(SkillAction):
    """Ask for a person; meanwhile the customer may go on asking."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_request_human"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Open a hand-over, or tell how the open one stands."""
        again = (self.name(), "utter_request_human_again")
        response = "utter_request_human_ok"
        return await hand_over(dispatcher, tracker, "request", response, again=again)
