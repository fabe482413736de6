"""Who has control of a conversation: the states and the one table of how they follow each other."""

from __future__ import annotations

from enum import Enum


class Status(str, Enum):
    """Who has control."""

    BOT = "bot"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    RESOLVED = "resolved"


class Step(str, Enum):
    """What can happen to the control of a conversation."""

    HAND_OVER = "hand_over"
    ASSIGN = "assign"
    REQUEUE = "requeue"
    CANCEL = "cancel"
    RESOLVE = "resolve"
    RETURN = "return"


TRANSITIONS: dict[tuple[Status, Step], tuple[Status, str]] = {
    (Status.BOT, Step.HAND_OVER): (Status.QUEUED, "conversation.bot_handoff"),
    (Status.RESOLVED, Step.HAND_OVER): (Status.QUEUED, "conversation.bot_handoff"),
    (Status.QUEUED, Step.ASSIGN): (Status.ASSIGNED, "assignee.changed"),
    (Status.ASSIGNED, Step.ASSIGN): (Status.ASSIGNED, "assignee.changed"),
    (Status.ASSIGNED, Step.REQUEUE): (Status.QUEUED, "conversation.status_changed"),
    (Status.QUEUED, Step.CANCEL): (Status.BOT, "conversation.status_changed"),
    (Status.ASSIGNED, Step.RESOLVE): (Status.RESOLVED, "conversation.status_changed"),
    (Status.RESOLVED, Step.RETURN): (Status.BOT, "conversation.status_changed"),
}
"""(state, step) → (next state, name of the event that tells of it). What is not here is refused."""


class StepRefused(Exception):
    """The step does not exist in the state; the message names both."""


def after(status: Status, step: Step) -> tuple[Status, str]:
    """The state that ``step`` leads to, and the event's name.

    Raises:
        StepRefused: the table has no such step.
    """
    try:
        return TRANSITIONS[status, step]
    except KeyError:
        raise StepRefused(
            f"a conversation that is {status.value} cannot {step.value.replace('_', ' ')}"
        ) from None
