"""Which language a customer writes, Chinese or English, from the words of the last messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

Language = Literal["zh", "en"]

LOOKED_AT = 6
"""Messages that are looked at, newest first; "A" or "C3" alone tells nothing."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_ENGLISH_WORD = re.compile(r"(?<![A-Za-z])(?:[A-Z]?[a-z]{3,}|[Hh]i|I)(?![A-Za-z])")
_PINYIN = re.compile(r"n[ih]+ ?hao|xie ?xie|zai ?jian|ren ?gong|ji ?jin|li ?cai|ding ?tou")


def language_of(messages: Iterable[tuple[str, Mapping[str, Any]]]) -> Language:
    """The language to answer in.

    Args:
        messages: texts of the customer with their metadata, newest first. A page that was
            switched to English says so by ``language: en``, and keeps English whatever is written.

    """
    for place, (text, metadata) in enumerate(messages):
        if place >= LOOKED_AT:
            break
        if place == 0 and metadata.get("language") == "en":
            return "en"
        if _HAN.search(text):
            return "zh"
        if _ENGLISH_WORD.search(text) and not _PINYIN.match(text.lower()):
            return "en"
    return "zh"
