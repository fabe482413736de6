"""Which queue takes a conversation, whether it is open, how long the wait will be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from zhitou.backends.handoff.rules import HandoffRules, Queue, Rule, Words
from zhitou.clock import SHANGHAI

_WEEKDAYS_ZH = "一二三四五六日"


def route(rules: HandoffRules, trigger: str, text: str, value_tier: str | None) -> Rule:
    """The first rule whose conditions are all met.

    Args:
        rules: the hand-off rules.
        trigger: why control passes, one of ``rules.TRIGGERS``.
        text: what the customer said.
        value_tier: the customer's tier; None for a visitor.
    """
    said, tier = text.lower(), (value_tier or "").lower()
    return next(
        rule
        for rule in rules.rules
        if _met(rule.triggers, [trigger])
        and _met(rule.value_tiers, [tier])
        and (not rule.words or any(word in said for word in rule.words))
    )


def _met(wanted: Sequence[str], given: Sequence[str]) -> bool:
    return not wanted or any(value in wanted for value in given)


def is_open(queue: Queue, moment: datetime) -> bool:
    """Whether somebody of ``queue`` is there at ``moment`` (aware)."""
    local = moment.astimezone(SHANGHAI)
    return (
        local.isoweekday() in queue.days
        and local.time() >= queue.opens
        and (queue.closes is None or local.time() < queue.closes)
    )


def next_opening(queue: Queue, moment: datetime) -> datetime:
    """The first time from ``moment`` on at which ``queue`` is open, in Asia/Shanghai."""
    local = moment.astimezone(SHANGHAI)
    if is_open(queue, local):
        return local
    for ahead in range(8):
        day = local.date() + timedelta(days=ahead)
        opening = datetime.combine(day, queue.opens, SHANGHAI)
        if opening >= local and day.isoweekday() in queue.days:
            return opening
    raise ValueError(f"queue {queue.id} never opens")


def opening_words(queue: Queue, moment: datetime) -> Words:
    """When ``queue`` opens, as said to a customer at ``moment``: ``明天 08:30``."""
    local, opening = moment.astimezone(SHANGHAI), next_opening(queue, moment)
    if opening == local:
        return Words("现在", "now")
    at = f"{opening:%H:%M}"
    days = (opening.date() - local.date()).days
    if days == 0:
        return Words(f"今天 {at}", f"today {at}")
    if days == 1:
        return Words(f"明天 {at}", f"tomorrow {at}")
    return Words(
        f"{opening.month}月{opening.day}日（周{_WEEKDAYS_ZH[opening.weekday()]}）{at}",
        f"{opening:%A} {at}",
    )


def wait_minutes(queue: Queue, position: int, free: int, capacity: int) -> int:
    """The estimated wait of who is number ``position`` in an open queue, at least one minute.

    Args:
        queue: gives the usual time a conversation takes.
        position: 1 is the next to be served.
        free: conversations that the queue's agents could take right now.
        capacity: conversations that they can hold together; 0 when nobody is there.
    """
    if position <= free:
        return 1
    if capacity <= 0:
        return max(queue.sla_minutes, position * queue.handling_minutes)
    return max(1, ceil((position - free) * queue.handling_minutes / capacity))


def due_at(queue: Queue, moment: datetime) -> datetime:
    """When somebody must have answered: the agreed minutes, counted from the opening."""
    return next_opening(queue, moment) + timedelta(minutes=queue.sla_minutes)


def abandoned_before(rules: HandoffRules, now: datetime) -> datetime:
    """Who has waited since before this moment has left."""
    return now - timedelta(minutes=rules.abandoned_after_minutes)
