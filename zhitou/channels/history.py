"""A conversation's record as a customer saw it, for a page that reconnects."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

MAX_MESSAGES = 200
"""How many of the newest messages are told."""


def messages_of(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """List what customer and assistant said, oldest first.

    Each item holds ``from`` (``customer`` or ``bot``), ``timestamp`` (seconds, UTC) and the
    message's ``text``, ``buttons`` and ``custom`` where it has them.
    """
    told: list[dict[str, Any]] = []
    for event in tracker.events:
        if isinstance(event, UserUttered) and event.text:
            told.append({"from": "customer", "timestamp": event.timestamp, "text": event.text})
        elif isinstance(event, BotUttered):
            data = event.data or {}
            item = {
                "from": "bot",
                "timestamp": event.timestamp,
                "text": event.text,
                "buttons": data.get("buttons"),
                "custom": data.get("custom"),
            }
            told.append({key: value for key, value in item.items() if value})
    return told[-MAX_MESSAGES:]
