"""Custom messages: each result goes out with a ``custom`` card and a text that reads well alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.messages import selection, service

VERSION = 1
"""Version of the shapes of ``custom.data``."""

Data = Mapping[str, Any]

LINES: Mapping[str, Callable[[Data], dict[str, str]]] = {**selection.LINES, **service.LINES}
"""Message type → the variables its responses may use, made of the data."""


def send(
    dispatcher: CollectingDispatcher,
    response: str,
    kind: str,
    data: Data,
    buttons: list[dict[str, str]] | None = None,
    **variables: Any,
) -> None:
    """Say ``response`` with a card of type ``kind``.

    Args:
        dispatcher: collects what is said.
        response: name of the response in ``domain.yml``; it may use the variables that
            :data:`LINES` makes of the data, and ``variables``.
        kind: message type, such as ``product_list``.
        data: content of the card.
        buttons: ``{"title", "payload"}``, payload being what a customer could have typed.
        variables: more values for the response; none may be called ``text``, which the
            dispatcher takes for the message's own.

    """
    filled = {**LINES[kind](data), **variables}
    dispatcher.utter_message(
        response=response,
        json_message={"type": kind, "version": VERSION, "data": dict(data)},
        buttons=buttons,
        **filled,
    )


def button(words: str) -> dict[str, str]:
    """A button that says for the customer what it shows."""
    return {"title": words, "payload": words}
