"""Entities with normalised values, found by the lexicon and by rules; nothing is guessed.

In ``config.yml``::

    pipeline:
      - name: zhitou.nlu.entity_extractor.LexiconEntityExtractor
        lexicon: data/lexicon

Finds every entity of the domain: ``product`` (the code where one product of the shelf is meant,
else the customer's words), ``fund_manager``, ``product_type``, ``sector``, ``risk_preference``,
``channel_hint``, ``amount``, ``percentage``, ``horizon``, ``period``, ``ordinal``. Offsets are of
the original text; two values never overlap. The lexicon travels in the model.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from zhitou.backends.product.catalogue import load_catalogue
from zhitou.nlu.entities.found import without_overlaps
from zhitou.nlu.entities.products import ProductMatcher
from zhitou.nlu.entities.quantities import find_quantities
from zhitou.nlu.entities.terms import TermMatcher
from zhitou.nlu.normalise import fold
from zhitou.settings import PROJECT_ROOT

logger = logging.getLogger(__name__)

LEXICON_FILES = ("products.csv", "managers.csv", "terms.yml")
LONGEST = 2000
"""Characters of a message that are searched; what comes after is not a customer's question."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LexiconEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Finds products, terms and quantities in a message.

    Args:
        config: ``lexicon``, the folder of the lexicon's files, from the project's root.
        model_storage: where the lexicon is kept with the model.
        resource: under which name.

    """

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._terms: TermMatcher | None = None
        self._products: ProductMatcher | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Where the lexicon is."""
        return {"lexicon": "data/lexicon"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LexiconEntityExtractor:
        """Build it for training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LexiconEntityExtractor:
        """Read the lexicon that the model was trained with."""
        extractor = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            extractor._read(Path(folder))
        return extractor

    def train(self, training_data: TrainingData) -> Resource:
        """Check the lexicon and put it into the model; there is nothing to learn."""
        source = PROJECT_ROOT / self._config["lexicon"]
        self._read(source)
        with self._model_storage.write_to(self._resource) as folder:
            for name in LEXICON_FILES:
                shutil.copyfile(source / name, Path(folder) / name)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities of each message."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                known = message.get(ENTITIES, [])
                found = self.add_extractor_name(self.extract(text))
                message.set(ENTITIES, known + found, add_to_output=True)
        return messages

    def extract(self, text: str) -> list[dict[str, Any]]:
        """Find the entities of one text: ``entity``, ``value``, ``start``, ``end``."""
        if self._terms is None or self._products is None:
            raise RuntimeError("the extractor has neither been trained nor loaded")
        folded = fold(text[:LONGEST])
        found = without_overlaps(
            [
                *self._products.find(folded),
                *self._terms.find(folded),
                *find_quantities(folded),
            ]
        )
        return [
            {
                "entity": each.entity,
                "value": text[each.start : each.end]
                if _is_words(each.value, folded)
                else each.value,
                "start": each.start,
                "end": each.end,
            }
            for each in found
        ]

    def _read(self, folder: Path) -> None:
        terms = yaml.safe_load((folder / "terms.yml").read_text(encoding="utf-8"))
        catalogue = load_catalogue(folder)
        self._terms = TermMatcher(terms)
        self._products = ProductMatcher(
            catalogue.products,
            [manager.name for manager in catalogue.managers],
            terms.get("issuers") or [],
        )


def _is_words(value: object, folded: str) -> bool:
    """Tell whether the value is the customer's own wording, which keeps its spelling."""
    return isinstance(value, str) and value in folded
