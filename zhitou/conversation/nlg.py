"""Rasa's responses in the customer's language.

A response may have a variation with the condition that slot ``language`` is ``en``; the slot is
filled here, for the moment of choosing, so that no turn pays for it. In ``endpoints.yml``::

    nlg:
      type: zhitou.conversation.nlg.BilingualResponses
"""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from zhitou.conversation.language import Language, language_of


class BilingualResponses(TemplatedNaturalLanguageGenerator):
    """Chooses among a response's variations by the language of the latest messages."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Fill the response's variation in the customer's language."""
        slots = {**tracker.current_slot_values(), "language": _language(tracker)}
        return self.generate_from_slots(utter_action, slots, output_channel, **kwargs)


def _language(tracker: DialogueStateTracker) -> Language:
    said = (event for event in reversed(tracker.events) if isinstance(event, UserUttered))
    return language_of((event.text or "", event.metadata or {}) for event in said)
