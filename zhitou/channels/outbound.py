"""What every channel does to the assistant's messages: joined into one, and seen by the guard."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa.core.channels.channel import CollectingOutputChannel

from zhitou.guard.compliance import check

logger = logging.getLogger(__name__)

Message = dict[str, Any]


@lru_cache(maxsize=1)
def wording() -> dict[str, str]:
    """The channels' own sentences, from ``wording.yml``."""
    loaded: dict[str, str] = yaml.safe_load(
        (Path(__file__).parent / "wording.yml").read_text(encoding="utf-8")
    )
    return loaded


def guarded(text: str) -> str:
    """Return ``text``, or a harmless sentence where the guard blocks it."""
    verdict = check(text, speaker="bot")
    if verdict.decision != "block":
        return text
    logger.error("the guard blocked a bot message: rules %s", ", ".join(verdict.rules))
    return wording()["blocked"]


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
        text = message.get("text")
        await self._persist_message(
            self._message(
                recipient_id,
                text=guarded(text.strip()) if text else None,
                image=message.get("image"),
                buttons=message.get("buttons") or None,
                custom=message.get("custom") or None,
            )
        )
