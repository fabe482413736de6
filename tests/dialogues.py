"""A conversation at one moment, and backends that answer from a script, for tests of actions."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rasa_sdk import Tracker

from actions import backend
from actions.backend import BackendUnavailable, Reply
from actions.heard import Heard

Entity = tuple[str, str, Any]


def heard(text: str, intent: str, *entities: Entity) -> Heard:
    """A message; each entity is its name, its words in the text, and its value."""
    found = []
    position = 0
    for name, words, value in entities:
        start = text.index(words, position)
        position = start + len(words)
        found.append({"entity": name, "value": value, "start": start, "end": position})
    return Heard(text, intent, tuple(found))


def tracker(
    said: Heard,
    form: str | None = None,
    asked: str | None = None,
    before: list[dict[str, Any]] | None = None,
    customer: str | None = "demo-3",
    **slots: Any,
) -> Tracker:
    """A conversation in which ``said`` came last.

    With ``form`` the form is validated: as it opens, or, where ``asked`` names a slot, as its
    question is answered. ``before`` are events between the message and the form.
    """
    opened = {"event": "active_loop", "name": form}
    metadata = {"customer_id": customer} if customer else {}
    user = {"event": "user", "text": said.text, "metadata": metadata}
    ran = {"event": "action", "name": form}
    between = before or []
    if form and asked:
        events = [opened, user, *between, ran]
    else:
        events = [user, *between, opened, ran] if form else [user, *between]
    message = {"text": said.text, "intent": {"name": said.intent}, "entities": list(said.entities)}
    loop = {"name": form} if form else {}
    slots = {"requested_slot": asked, **slots}
    return Tracker("conversation", slots, message, events, False, None, loop, "action_listen")


def slots_of(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The slots that the events set."""
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


@contextmanager
def scripted_backends(script: Mapping[str, Reply]) -> Iterator[list[tuple[str, Any]]]:
    """Let the backends answer by path; what is not in the script is down. Yields what was asked."""
    asked: list[tuple[str, Any]] = []
    original = backend.Backend._call

    async def call(self: backend.Backend, method: str, path: str, **arguments: Any) -> Reply:
        asked.append((path, arguments.get("json") or arguments.get("params")))
        if path not in script:
            raise BackendUnavailable("0123456789ab")
        return script[path]

    backend.Backend._call = call  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        backend.Backend._call = original  # type: ignore[method-assign]
