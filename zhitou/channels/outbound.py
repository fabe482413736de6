"""What every channel does to the assistant's messages: joined into one, and seen by the guard."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa.core.channels.channel import CollectingOutputChannel

from zhitou.guard.compliance import check
from zhitou.rulebook import RulesError

logger = logging.getLogger(__name__)

Message = dict[str, Any]

SHORTEST_SENTENCE = 6
"""Characters; what is shorter in a card is a code, a level or a number."""


@lru_cache(maxsize=1)
def wording() -> dict[str, str]:
    """The channels' own sentences, from ``wording.yml``."""
    loaded: dict[str, str] = yaml.safe_load(
        (Path(__file__).parent / "wording.yml").read_text(encoding="utf-8")
    )
    return loaded


def guarded(text: str, custom: Mapping[str, Any] | None) -> tuple[str, Mapping[str, Any] | None]:
    """Return what may be said: the text and card, or one harmless sentence where a rule blocks.

    What the card says is checked like the text. Where the rules cannot be used nothing is sent.
    """
    said = [text, *_sentences(custom)]
    try:
        verdict = check("\n".join(said), speaker="bot")
    except RulesError:
        logger.exception("the guard's rules cannot be used: the message is held back")
        return wording()["blocked"], None
    if verdict.decision != "block":
        return text, custom
    rules = ", ".join(f"{rule.id} ({rule.evidence})" for rule in verdict.rules)
    logger.error("the guard blocked a bot message: %s", rules)
    return wording()["blocked"], None


def _sentences(value: Any) -> Iterator[str]:
    """Every text in a card that is long enough to promise something."""
    if isinstance(value, str):
        if len(value) >= SHORTEST_SENTENCE:
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _sentences(item)
    elif isinstance(value, list):
        for item in value:
            yield from _sentences(item)


class JoinedOutput(CollectingOutputChannel):
    """Collects messages, each with its text, buttons and ``custom`` together.

    Rasa's own collector makes two messages of a text with a ``custom`` and splits paragraphs.
    """

    channel = "app"

    @classmethod
    def name(cls) -> str:
        """Name of the channel that responses may be written for."""
        return cls.channel

    async def send_response(self, recipient_id: str, message: Message) -> None:
        """Keep one message of the assistant."""
        text, custom = guarded((message.get("text") or "").strip(), message.get("custom"))
        await self._persist_message(
            self._message(
                recipient_id,
                text=text or None,
                image=message.get("image"),
                buttons=message.get("buttons") or None,
                custom=dict(custom) if custom else None,
            )
        )
