"""Leave TensorFlow out: importing Rasa imports it, though no component of ours runs it.

It costs some 350 MB of memory and several seconds of each start. :func:`leave_out_tensorflow`
puts a stand-in where Rasa imports it, good enough to define Rasa's classes with and to fail with
one clear line when something would really compute. It does so only where the configuration names
no component that needs TensorFlow, so that a bank that adds DIET gets the real thing.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

LEFT_OUT = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "jax")
NEED_IT = frozenset(
    {
        "DIETClassifier",
        "ResponseSelector",
        "TEDPolicy",
        "UnexpecTEDIntentPolicy",
        "ConveRTFeaturizer",
        "LanguageModelFeaturizer",
        "LexicalSyntacticFeaturizer",
    }
)
"""Rasa's components that compute with TensorFlow."""


class LeftOutError(RuntimeError):
    """Something wanted to compute with the TensorFlow that was left out."""


class _Anything(type):
    """The class of stand-in classes: any attribute of one is another, under its full name."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{cls.__module__}.{cls.__qualname__}.{name}")

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        if cls.__dict__.get("_left_out"):
            # A decorator, with or without options, leaves what it decorates as it is.
            if len(arguments) == 1 and callable(arguments[0]) and not options:
                return arguments[0]
            return cls
        raise LeftOutError(f"{cls.__qualname__} needs TensorFlow, which was left out")

    def __getitem__(cls, key: Any) -> Any:
        return cls


def _stand_in(name: str) -> Any:
    return _Anything(name.rpartition(".")[2], (), {"_left_out": True, "__module__": name})


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _stand_in(f"{self.__name__}.{name}")
        setattr(self, name, made)
        return made


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every module of the packages left out, and makes it empty."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".")[0] in LEFT_OUT:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def leave_out_tensorflow(source: Path) -> bool:
    """Put the stand-in where TensorFlow would be imported, unless a component needs it.

    Args:
        source: ``config.yml`` before training, the trained archive before serving.

    Returns:
        Whether TensorFlow is left out. It is not when it has already been imported, or when the
        source cannot be read.
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return True
    if "tensorflow" in sys.modules:
        return False
    try:
        names = _components(source)
    except (OSError, ValueError, KeyError, TypeError, tarfile.TarError, yaml.YAMLError):
        return False
    if not names or names & NEED_IT:
        return False
    sys.meta_path.insert(0, _Finder())
    return True


def _components(source: Path) -> set[str]:
    """Class names of the components, without their modules."""
    if source.name.endswith(".tar.gz"):
        with tarfile.open(source) as archive:
            file = archive.extractfile(next(m for m in archive if m.name == "metadata.json"))
            schemas = json.load(file) if file else {}
        nodes = schemas["train_schema"]["nodes"].values()
        paths = [str(node["uses"]) for node in nodes]
    else:
        config = yaml.safe_load(source.read_text(encoding="utf-8"))
        paths = [str(each["name"]) for each in (*config["pipeline"], *config["policies"])]
    return {path.rpartition(".")[2] for path in paths}
