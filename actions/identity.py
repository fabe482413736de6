"""Who the customer is, as the channel authenticated it, and which language it writes."""

from __future__ import annotations

from rasa_sdk import Tracker

from zhitou.conversation.language import Language, language_of


def customer_id(tracker: Tracker) -> str | None:
    """Return the customer behind the latest message, or None for a visitor.

    The channel puts ``customer_id`` into a message's metadata only after it has checked it.
    """
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            found = (event.get("metadata") or {}).get("customer_id")
            return str(found) if found else None
    return None


def language(tracker: Tracker) -> Language:
    """Return the language to answer in."""
    said = (event for event in reversed(tracker.events) if event.get("event") == "user")
    return language_of((event.get("text") or "", event.get("metadata") or {}) for event in said)
