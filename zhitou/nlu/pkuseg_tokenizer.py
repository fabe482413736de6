"""Rasa's tokenizer for Chinese mixed with Latin letters and digits: pkuseg with our lexicon.

    - name: zhitou.nlu.pkuseg_tokenizer.PkusegTokenizer
      lexicon: data/lexicon

The dictionary made of the lexicon travels inside the trained model, so that a server without
``data/`` cuts exactly as the model was trained.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from zhitou.nlu import lexicon
from zhitou.nlu.segmentation.segmenter import Segmenter

_DICTIONARY = "dictionary.txt"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class PkusegTokenizer(Tokenizer):
    """Cuts text into words with exact offsets; whitespace belongs to no token."""

    @staticmethod
    def supported_languages() -> list[str] | None:
        """Chinese, with whatever Latin text stands in it."""
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["spacy_pkuseg"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of ``config.yml`` and their values when not given."""
        return {
            "lexicon": "data/lexicon",
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Another lexicon makes another tokenizer."""
        return lexicon.fingerprint(config["lexicon"])

    def __init__(
        self,
        config: dict[str, Any],
        words: Iterable[str],
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        super().__init__(config)
        self._words = sorted(set(words))
        self._segmenter = Segmenter(dictionary=self._words)
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PkusegTokenizer:
        """A tokenizer with the words of the lexicon as it is now."""
        return cls(config, lexicon.read(config["lexicon"]).words(), model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PkusegTokenizer:
        """A tokenizer with the words that the model was trained with."""
        with model_storage.read_from(resource) as directory:
            words = (directory / _DICTIONARY).read_text(encoding="utf-8").split("\n")
        return cls(config, words, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Put the dictionary into the model."""
        with self._model_storage.write_to(self._resource) as directory:
            (directory / _DICTIONARY).write_text("\n".join(self._words), encoding="utf-8")
        return self._resource

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The words of one attribute of the message."""
        text: str = message.get(attribute)
        tokens = [Token(text[start:end], start) for start, end in self._segmenter.spans(text)]
        return self._apply_token_pattern(tokens)
