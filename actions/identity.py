"""Who the customer is, as the channel authenticated it; never what a message claims."""

from __future__ import annotations

from rasa_sdk import Tracker


def customer_id(tracker: Tracker) -> str | None:
    """Return the customer behind the latest message, or None for a visitor.

    The channel puts ``customer_id`` into a message's metadata only after it has checked it.
    """
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            found = (event.get("metadata") or {}).get("customer_id")
            return str(found) if found else None
    return None
