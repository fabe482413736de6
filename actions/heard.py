"""What the customer just said: its words, intent and entities, as forms and skills read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rasa_sdk import Tracker

from zhitou.rulebook import Node, read

ANSWERS = frozenset({"inform", "affirm", "deny"})
"""Intents of a message that answers a question or corrects an answer."""

SHORT = 12
"""Characters (for Chinese; two a word for English) of a message that may be only a value."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_SIGNS = re.compile(r"[\s，。、！!,.~～…:：；;“”\"']+")


@lru_cache(maxsize=1)
def phrases() -> Node:
    """The words of ``phrases.yml``.

    Raises:
        RulesError: the file cannot be used; file and key are named.
    """
    return read("actions", "phrases.yml").only(
        "version",
        "question",
        "correction",
        "unsure",
        "stop",
        "fillers",
        "shown",
        "this_one",
        "wishes",
        "comparative",
        "without",
        "afresh",
        "stars",
        "insured",
        "needs",
        "self_words",
        "intents",
        "offers",
    )


@lru_cache(maxsize=64)
def _words(key: str, choice: str | None = None) -> re.Pattern[str]:
    """A pattern of one list of words; English ones match whole words only."""
    listed = phrases()[key] if choice is None else phrases()[key][choice]
    parts = (
        re.escape(word) if _HAN.search(word) or not word[0].isalpha() else rf"\b{re.escape(word)}\b"
        for word in sorted(listed.texts(), key=len, reverse=True)
    )
    return re.compile("|".join(parts), re.IGNORECASE)


@dataclass(frozen=True)
class Heard:
    """One message of the customer.

    Attributes:
        text: what was typed.
        intent: what the model takes it for.
        entities: ``{"entity", "value", "start", "end"}`` in the order of their places.
        confidence: how sure the model is of the intent, 0 to 1.

    """

    text: str
    intent: str
    entities: tuple[Mapping[str, Any], ...]
    confidence: float = 1.0

    @classmethod
    def latest(cls, tracker: Tracker) -> Heard:
        """The message that is being answered."""
        message = tracker.latest_message
        entities = sorted(message.get("entities") or [], key=lambda found: found.get("start") or 0)
        intent = message.get("intent") or {}
        return cls(
            str(message.get("text") or "").strip(),
            str(intent.get("name") or ""),
            tuple(entities),
            float(intent.get("confidence", 1.0)),
        )

    def values(self, entity: str) -> list[Any]:
        """The values of ``entity`` in order, each once."""
        found: list[Any] = []
        for item in self.entities:
            if item["entity"] == entity and item["value"] not in found:
                found.append(item["value"])
        return found

    def value(self, entity: str) -> Any:
        """The value of ``entity``: the first said, or the last of a correction; else None."""
        found = self.values(entity)
        if not found:
            return None
        return found[-1] if self.has("correction") else found[0]

    def has(self, key: str) -> bool:
        """Whether a word of the list ``key`` of ``phrases.yml`` occurs."""
        return bool(_words(key).search(self.text))

    def choice(self, key: str) -> str | None:
        """The list within ``key`` of ``phrases.yml`` whose longest word occurs; None for none."""
        found = [
            (max(len(word) for word in words), name)
            for name, _ in phrases()[key].items()
            if (words := _words(key, name).findall(self.text))
        ]
        return max(found, key=lambda each: each[0])[1] if found else None

    def leaves_out(self, entity: str) -> bool:
        """Whether a word right before the value of ``entity`` says that it is not wanted."""
        starts = [item["start"] for item in self.entities if item["entity"] == entity]
        return any(_words("without").search(self.text[max(0, at - 8) : at]) for at in starts)

    @property
    def is_question(self) -> bool:
        """Whether it asks something, going by its words."""
        return self.has("question")

    @property
    def is_short(self) -> bool:
        """Whether it is short enough to be only a value."""
        size = len(self.text) if _HAN.search(self.text) else 2 * len(self.text.split())
        return size <= SHORT

    def is_only(self, *entities: str) -> bool:
        """Whether nothing but values of ``entities`` is said, fillers aside."""
        rest = self.text
        for item in sorted(self.entities, key=lambda found: -(found.get("start") or 0)):
            if item["entity"] in entities and item.get("end"):
                rest = rest[: item["start"]] + " " + rest[item["end"] :]
        return self.is_short and not _SIGNS.sub("", _words("fillers").sub("", rest))

    def opens_with(self, *entities: str) -> bool:
        """Whether a value comes first and something else follows: an answer and a question."""
        for item in self.entities:
            if item["entity"] in entities and item.get("end"):
                before, after = self.text[: item["start"]], self.text[item["end"] :]
                ends = re.match(r"\s*(左右|吧|以内|以上)?[，。；,.;!！\s]", after)
                return bool(ends) and not _SIGNS.sub("", _words("fillers").sub("", before))
        return False
