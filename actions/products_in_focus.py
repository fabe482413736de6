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
    placed = [product_at(ordinal, shown) for ordinal in heard.values("ordinal")]
    named += [code for code in placed if code is not None and code not in named]
    if named:
        return named
    pointed = pointed_at(heard, shown)
    if pointed:
        return pointed
    focus = tracker.get_slot("product")
    if focus and (elliptic or heard.has("this_one")):
        return [str(focus)]
    return shown if len(shown) == 1 and (elliptic or heard.has("this_one")) else []


def product_meant(tracker: Tracker, heard: Heard, elliptic: bool = True) -> str | None:
    """The first of :func:`products_meant`, or None."""
    return next(iter(products_meant(tracker, heard, elliptic)), None)


def product_at(ordinal: Any, shown: list[str]) -> str | None:
    """The product at a place of what was shown: 2 is the second, -1 the last."""
    try:
        number = int(ordinal)
    except (TypeError, ValueError):
        return None
    place = number - 1 if number > 0 else number
    return shown[place] if number and -len(shown) <= place < len(shown) else None


def pointed_at(heard: Heard, shown: list[str]) -> list[str]:
    """The products of what was shown that "these", "the first two" and the like mean."""
    text = heard.text.lower()
    for _, entry in phrases()["shown"].items():
        if len(shown) > 1 and any(word in text for word in entry["words"].texts()):
            return shown[: entry["count"].integer(0) or None]
    return []
