"""Rasa's entity extractors of this assistant: terms, quantities, products; none is learned.

    - name: zhitou.nlu.entity_extractors.TermExtractor
    - name: zhitou.nlu.entity_extractors.QuantityExtractor
    - name: zhitou.nlu.entity_extractors.ProductExtractor

In any order: each keeps what it found beside what the others found, and the longest of
overlapping candidates becomes the entity. The lexicon travels inside the trained model.
"""

from __future__ import annotations

import abc
from pathlib import Path
from typing import Any, Protocol

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from zhitou.nlu import lexicon
from zhitou.nlu.entities.found import Found, resolve
from zhitou.nlu.entities.products import ProductFinder
from zhitou.nlu.entities.quantities import QuantityFinder
from zhitou.nlu.entities.terms import TermFinder

_CANDIDATES = "zhitou_entity_candidates"
LONGEST = 2000
"""Characters of a message that are searched, twice what the channels let through."""


class Finder(Protocol):
    """Finds entities in a text, without Rasa."""

    def find(self, text: str) -> list[Found]:
        """Candidates with their places in the text; they may overlap."""


class LexiconExtractor(GraphComponent, EntityExtractorMixin, abc.ABC):
    """What the three extractors share: where the lexicon comes from, how candidates meet."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of ``config.yml`` and their values when not given."""
        return {"lexicon": "data/lexicon"}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Another lexicon makes another extractor."""
        return lexicon.fingerprint(config["lexicon"])

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        source: Path | str,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._finder = self.finder(lexicon.read(source))

    @staticmethod
    @abc.abstractmethod
    def finder(words: lexicon.Lexicon) -> Finder:
        """What does the work."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LexiconExtractor:
        """An extractor with the lexicon as it is now."""
        return cls(config, model_storage, resource, config["lexicon"])

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LexiconExtractor:
        """An extractor with the lexicon that the model was trained with."""
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, directory)

    def train(self, training_data: TrainingData) -> Resource:
        """Put the lexicon into the model."""
        source = lexicon.folder(self._config["lexicon"])
        with self._model_storage.write_to(self._resource) as directory:
            for name in lexicon.FILES:
                (directory / name).write_bytes((source / name).read_bytes())
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what this extractor finds and settle overlaps."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            candidates = dict(message.get(_CANDIDATES) or {})
            candidates.update(dict.fromkeys(self._finder.find(text[:LONGEST]), self.name))
            message.set(_CANDIDATES, candidates)
            entities = [
                {
                    "entity": found.entity,
                    "start": found.start,
                    "end": found.end,
                    "value": found.value,
                    "extractor": candidates[found],
                }
                for found in resolve(candidates)
            ]
            message.set(ENTITIES, entities, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class TermExtractor(LexiconExtractor):
    """Finds product types, sectors, risk preferences and channels."""

    @staticmethod
    def finder(words: lexicon.Lexicon) -> Finder:
        """By the terms of ``terms.yml``."""
        return TermFinder(words.terms)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class QuantityExtractor(LexiconExtractor):
    """Finds amounts, percentages, periods, horizons and ordinals, with normalised values."""

    @staticmethod
    def finder(words: lexicon.Lexicon) -> Finder:
        """By the rules under ``quantities`` in ``terms.yml``."""
        return QuantityFinder(words.vocabulary["quantities"])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ProductExtractor(LexiconExtractor):
    """Finds products and fund managers."""

    @staticmethod
    def finder(words: lexicon.Lexicon) -> Finder:
        """By the catalogue and the ``product_names`` of ``terms.yml``."""
        return ProductFinder(words)
