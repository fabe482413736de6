"""How a handed-over conversation stands: as data of a ``handoff`` message and as words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhitou.backends.handoff.models import Conversation, Ticket
from zhitou.backends.handoff.repository import HandoffRepository
from zhitou.backends.handoff.routing import (
    abandoned_before,
    is_open,
    opening_words,
    wait_minutes,
)
from zhitou.backends.handoff.rules import HandoffRules, Words
from zhitou.clock import SHANGHAI

_TICKET_KEYS = (
    "ticket",
    "kind",
    "queue",
    "queue_name",
    "queue_name_en",
    "priority",
    "reason",
    "position",
    "wait_minutes",
    "open",
    "callback_at",
    "due_at",
)


async def stand(
    repository: HandoffRepository,
    rules: HandoffRules,
    now: datetime,
    conversation: Conversation,
    ticket: Ticket | None,
) -> dict[str, Any]:
    """Who has control, and where the ticket stands in its queue; without one its keys are null.

    ``position`` counts from 1 and is 0 for a ticket that is being worked on or done.
    """
    data: dict[str, Any] = {
        "conversation_id": conversation.id,
        "status": conversation.status,
        "assignee": await _assignee(repository, conversation),
        **dict.fromkeys(_TICKET_KEYS),
    }
    if ticket is None:
        return data
    queue = rules.queues[ticket.queue]
    position = wait = 0
    if ticket.assigned_at is None and ticket.closed_at is None:
        position = 1 + await repository.waiting_before(ticket, abandoned_before(rules, now))
        agents = await repository.agents(queue.id)
        capacity = sum(agent.capacity for agent in agents)
        free = capacity - await repository.held([agent.id for agent in agents])
        wait = wait_minutes(queue, position, free, capacity)
    return {
        **data,
        "ticket": ticket.number,
        "kind": ticket.kind,
        "queue": queue.id,
        "queue_name": queue.name.zh,
        "queue_name_en": queue.name.en,
        "priority": ticket.priority,
        "reason": ticket.reason,
        "position": position,
        "wait_minutes": wait,
        "open": is_open(queue, now),
        "callback_at": _iso(ticket.callback_at),
        "due_at": _iso(ticket.due_at),
    }


def told(
    rules: HandoffRules, words: Words, now: datetime, ticket: Ticket, data: Mapping[str, Any]
) -> dict[str, str]:
    """``words`` with the ticket's number, queue and place: ``text`` and ``text_en``."""
    queue = rules.queues[ticket.queue]
    opens = opening_words(queue, now)
    same = {"ticket": ticket.number, "position": data["position"], "wait": data["wait_minutes"]}
    filled = words.format(
        {
            "queue": (queue.name.zh, queue.name.en),
            "opens": (opens.zh, opens.en),
            **{name: (value, value) for name, value in same.items()},
        }
    )
    return {"text": filled.zh, "text_en": filled.en}


def told_of_handover(rules: HandoffRules, ticket: Ticket) -> Words:
    """What the ticket's rule says, in the hours of its queue or outside them."""
    rule = rules.rule(ticket.rule)
    return rule.told_closed if ticket.callback_at and rule.told_closed else rule.told


async def _assignee(
    repository: HandoffRepository, conversation: Conversation
) -> dict[str, str] | None:
    agent = await repository.agent(conversation.assignee) if conversation.assignee else None
    return {"id": agent.id, "name": agent.name} if agent else None


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(SHANGHAI).isoformat(timespec="minutes") if moment else None
