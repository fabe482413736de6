"""Rasa's intent classifier without TensorFlow: kernel ridge on sentence vectors and n-grams.

    - name: zhitou.nlu.intent_classifier.KernelIntentClassifier
      regularisation: 0.9

Needs a tokenizer and a dense featurizer with a sentence feature before it. Confidences are
calibrated: of the messages with confidence 0.6, about 60 % are right. What is too uncertain is
for Rasa's FallbackClassifier behind it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from threadpoolctl import threadpool_limits

from zhitou.nlu.kernel_ridge import Floats, KernelRidge, Settings
from zhitou.nlu.ngrams import NgramFeatures, views

_MODEL = "kernel_ridge.npz"
_TERMS = "terms.txt"
_IDF = "idf.npy"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KernelIntentClassifier(IntentClassifier, GraphComponent):
    """Gives each message its intent, a calibrated confidence, and the ranking of intents."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that stand before this one."""
        return [Tokenizer, DenseFeaturizer]

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["scipy", "pypinyin"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of ``config.yml`` and their values when not given.

        ``gamma`` and ``vector_weight`` shape the likeness of sentence vectors, ``regularisation``
        is ridge's, ``ranking_length`` says how many intents the ranking names.
        """
        return {"gamma": 1.0, "vector_weight": 3.0, "regularisation": 0.9, "ranking_length": 10}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: KernelRidge | None = None,
        ngrams: NgramFeatures | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model
        self._ngrams = ngrams

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KernelIntentClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KernelIntentClassifier:
        """The classifier as it was trained."""
        # One message at a time is too small for several threads: they would only wait.
        threadpool_limits(limits=1, user_api="blas")
        with model_storage.read_from(resource) as directory:
            terms = (directory / _TERMS).read_text(encoding="utf-8").split("\n")
            ngrams = NgramFeatures(terms, np.load(directory / _IDF, allow_pickle=False))
            model = KernelRidge.load(directory / _MODEL)
        return cls(config, model_storage, resource, model, ngrams)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples that have an intent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        seen = [views(example.get(TEXT), _words(example)) for example in examples]
        self._ngrams = NgramFeatures.fit(seen)
        settings = Settings(
            gamma=float(self._config["gamma"]),
            vector_weight=float(self._config["vector_weight"]),
            regularisation=float(self._config["regularisation"]),
        )
        with threadpool_limits(limits=os.cpu_count(), user_api="blas"):
            self._model = KernelRidge.fit(
                settings,
                _vectors(examples),
                self._ngrams.transform(seen),
                [example.get(INTENT) for example in examples],
            )
        with self._model_storage.write_to(self._resource) as directory:
            (directory / _TERMS).write_text("\n".join(self._ngrams.terms), encoding="utf-8")
            np.save(directory / _IDF, self._ngrams.idf, allow_pickle=False)
            self._model.save(directory / _MODEL)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking; a message without any word gets no intent."""
        readable = [message for message in messages if (message.get(TEXT) or "").strip()]
        for message in messages:
            message.set(INTENT, {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [], add_to_output=True)
        if readable and self._model is not None and self._ngrams is not None:
            rows = self._ngrams.transform(
                views(message.get(TEXT), _words(message)) for message in readable
            )
            table = self._model.probabilities(_vectors(readable), rows)
            for message, probabilities in zip(readable, table, strict=True):
                best = np.argsort(-probabilities)[: int(self._config["ranking_length"])]
                ranking = [
                    {"name": self._model.labels[i], "confidence": float(probabilities[i])}
                    for i in best
                ]
                message.set(INTENT, dict(ranking[0]), add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _words(message: Message) -> list[str]:
    return [token.text.lower() for token in message.get(TOKENS_NAMES[TEXT]) or ()]


def _vectors(messages: Sequence[Message]) -> Floats:
    """The sentence vectors, one row a message."""
    vectors = [message.get_dense_features(TEXT)[1].features[0] for message in messages]
    return np.asarray(vectors, dtype=np.float32)
