"""What every channel does to a customer's text before the assistant reads it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

MAX_CHARACTERS = 1000
"""Longest message that is read; a longer one is answered with a request to shorten it."""

_COMMAND = re.compile(r"^[\s/]*/+")
_SPACES = re.compile(r"[ \t]{2,}")
_MARKUP = re.compile(r"<[^<>\n]{1,200}>")


class Rejection(str, Enum):
    """Why a text is not given to the assistant."""

    EMPTY = "empty"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Inbound:
    """A customer's text, made safe to read.

    Attributes:
        text: what the assistant reads; empty when rejected.
        rejection: why it is not read, or None.
        length: number of characters the customer sent.

    """

    text: str
    rejection: Rejection | None
    length: int


def read(text: str) -> Inbound:
    """Drop what no person means to say, and reject what cannot be read.

    Control and invisible format characters and markup tags disappear, and a leading ``/`` does,
    because Rasa would obey ``/intent{…}`` as a command (RasaHQ/rasa#5754).
    """
    kept = "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    kept = _MARKUP.sub(" ", kept)
    kept = _SPACES.sub(" ", _COMMAND.sub("", kept)).strip()
    if not kept:
        return Inbound("", Rejection.EMPTY, len(text))
    if len(kept) > MAX_CHARACTERS:
        return Inbound("", Rejection.TOO_LONG, len(text))
    return Inbound(kept, None, len(text))
