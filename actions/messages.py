"""Custom messages: each result goes out with a ``custom`` card and a text that reads well alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.formatting import date_text, money_text, percent_text

VERSION = 1
"""Version of the shapes of ``custom.data``."""

Data = Mapping[str, Any]


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
        variables: more values for the response.

    """
    filled = {**LINES[kind](data), **variables}
    dispatcher.utter_message(
        response=response,
        json_message={"type": kind, "version": VERSION, "data": dict(data)},
        buttons=buttons,
        **filled,
    )


def _holdings(data: Data) -> dict[str, str]:
    lines = []
    for item in data["items"]:
        gain_rate = percent_text(item["gain_rate"], signed=True)
        lines.append(f"{item['name']}：{money_text(item['value'])}，{gain_rate}")
    total = data["total"]
    return {
        "lines": "\n".join(lines),
        "value": money_text(total["value"]),
        "gain": money_text(total["gain"], signed=True),
        "gain_rate": percent_text(total["gain_rate"], signed=True),
        "as_of": date_text(data["as_of"]),
    }


LINES: dict[str, Callable[[Data], dict[str, str]]] = {
    "holdings": _holdings,
}
"""Message type → the variables its responses may use."""
