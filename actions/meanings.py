"""Which of a closed set of meanings the customer's words have, by the lists of ``meanings.yml``."""

from __future__ import annotations

import re
from functools import lru_cache

from zhitou.rulebook import read

_LISTS = (
    "trade_side",
    "alert_kind",
    "alert_direction",
    "alert_wish",
    "distress",
    "holdings_part",
    "sum_of",
    "succession",
)
_HAN = re.compile(r"[\u3400-\u9fff]")


def meaning(choice: str, text: str) -> str | None:
    """The meaning of ``text`` within ``choice``, or None where no word of it occurs.

    Args:
        choice: a key of ``meanings.yml``, such as ``trade_side``.
        text: what the customer wrote.

    Raises:
        RulesError: the lists cannot be used; file and key are named.
    """
    return next((name for name, words in _patterns()[choice].items() if words.search(text)), None)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    lists = read("actions", "meanings.yml").only("version", *_LISTS)
    return {
        choice: {
            name: re.compile("|".join(map(_part, words.texts())), re.IGNORECASE)
            for name, words in lists[choice].items()
        }
        for choice in _LISTS
    }


def _part(word: str) -> str:
    """A word as a pattern; an English one must start where a word starts."""
    return re.escape(word) if _HAN.search(word) else rf"\b{re.escape(word)}"
