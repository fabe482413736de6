"""Which products a message means: those it names, "the second one", "these two", "this one"."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from actions.heard import Heard, phrases


def products_meant(tracker: Tracker, heard: Heard, elliptic: bool = True) -> list[str]:
    """List codes, or the customer's words where no product matches, in the order said.

    Args:
        tracker: holds what was shown last (``last_products``) and talked of last (``product``).
        heard: the message.
        elliptic: whether a message that names nothing means the product talked of last.

    """
    named = [str(value) for value in heard.values("product")]
    shown = [str(code) for code in tracker.get_slot("last_products") or []]
    named += [code for code in _by_ordinal(heard, shown) if code not in named]
    if named:
        return named
    pointed = _pointed_at(heard, shown)
    if pointed:
        return pointed
    focus = tracker.get_slot("product")
    if focus and (elliptic or heard.has("this_one")):
        return [str(focus)]
    return shown if len(shown) == 1 and (elliptic or heard.has("this_one")) else []


def product_meant(tracker: Tracker, heard: Heard, elliptic: bool = True) -> str | None:
    """The first of :func:`products_meant`, or None."""
    return next(iter(products_meant(tracker, heard, elliptic)), None)


def _by_ordinal(heard: Heard, shown: list[str]) -> list[str]:
    found: list[str] = []
    for value in heard.values("ordinal"):
        place = _place(value)
        if place is not None and -len(shown) <= place < len(shown):
            found.append(shown[place])
    return found


def _place(ordinal: Any) -> int | None:
    """Index of an ordinal in a list: 2 → 1, -1 → -1."""
    try:
        number = int(ordinal)
    except (TypeError, ValueError):
        return None
    return number - 1 if number > 0 else number or None


def _pointed_at(heard: Heard, shown: list[str]) -> list[str]:
    text = heard.text.lower()
    for _, entry in phrases()["shown"].items():
        if len(shown) > 1 and any(word in text for word in entry["words"].texts()):
            return shown[: entry["count"].integer(0) or None]
    return []
