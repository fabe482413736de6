"""The lexicon under ``data/lexicon``: the one source of names and terms, read and checked.

``products.csv`` and ``managers.csv`` hold the catalogue, ``terms.yml`` the vocabulary,
``segmentation.txt`` further words that must not be cut.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from zhitou.nlu.phrases import expand
from zhitou.settings import PROJECT_ROOT

FILES = ("products.csv", "managers.csv", "terms.yml", "segmentation.txt")
TERM_ENTITIES = ("product_type", "sector", "risk_preference", "channel_hint")


class LexiconError(ValueError):
    """A file of the lexicon cannot be used; the message names the file, the place and why."""


@dataclass(frozen=True)
class Term:
    """One way to name a value, and the words next to it that would make it mean something else."""

    entity: str
    value: str
    text: str
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProductName:
    """What one product is called; ``family`` is shared by the share classes of one fund."""

    code: str
    names: tuple[str, ...]
    family: str


@dataclass(frozen=True)
class Lexicon:
    """Everything under ``data/lexicon``, checked."""

    products: Sequence[ProductName]
    managers: Sequence[str]
    terms: Sequence[Term]
    vocabulary: Mapping[str, Any]
    segmentation: Sequence[str]

    def words(self) -> Iterator[str]:
        """Words that a tokenizer must not cut."""
        yield from self.segmentation
        for product in self.products:
            yield from product.names
        yield from self.managers
        yield from (term.text for term in self.terms)
        yield from self.vocabulary["product_names"]["companies"]
        yield from self.vocabulary["product_names"]["well_known"]


def folder(path: str | Path) -> Path:
    """The lexicon's folder; a relative path starts at the project."""
    return PROJECT_ROOT / path


def fingerprint(path: str | Path) -> str:
    """Changes when any file of the lexicon changes."""
    digest = hashlib.sha256()
    for name in FILES:
        file = folder(path) / name
        digest.update(name.encode())
        digest.update(file.read_bytes() if file.is_file() else b"-")
    return digest.hexdigest()


def read(path: str | Path) -> Lexicon:
    """Read and check the lexicon.

    Raises:
        LexiconError: a file is missing or wrong.
    """
    where = folder(path)
    vocabulary = _vocabulary(where / "terms.yml")
    return Lexicon(
        products=[
            _product(row, f"products.csv line {number}")
            for number, row in _rows(where / "products.csv", ("code", "name"))
        ],
        managers=[row["name"] for _, row in _rows(where / "managers.csv", ("name",))],
        terms=list(_terms(vocabulary)),
        vocabulary=vocabulary,
        segmentation=_lines(where / "segmentation.txt"),
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(f"{file.name}: cannot be read ({error})") from error


def _lines(file: Path) -> list[str]:
    words = (line.strip() for line in _text(file).splitlines())
    return [word for word in words if word and not word.startswith("#")]


def _rows(file: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(_text(file).splitlines())
    for key in needed:
        if key not in (reader.fieldnames or ()):
            raise LexiconError(f"{file.name}: column {key} is missing")
    for number, row in enumerate(reader, start=2):
        for key in needed:
            if not (row[key] or "").strip():
                raise LexiconError(f"{file.name} line {number}: {key} is empty")
        yield number, row


def _product(row: Mapping[str, str], where: str) -> ProductName:
    names = [row["name"], row.get("short_name") or "", *(row.get("aliases") or "").split("|")]
    try:
        family = json.loads(row.get("terms") or "{}").get("family")
    except ValueError as error:
        raise LexiconError(f"{where}: terms is no JSON ({error})") from error
    return ProductName(
        code=row["code"].strip(),
        names=tuple(dict.fromkeys(name.strip() for name in names if name.strip())),
        family=str(family or row["code"]).strip(),
    )


def _vocabulary(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(_text(file))
    except yaml.YAMLError as error:
        raise LexiconError(f"{file.name}: {error}") from error
    for key in (*TERM_ENTITIES, "product_names", "quantities"):
        if not isinstance((content or {}).get(key), dict):
            raise LexiconError(f"{file.name}: {key} is missing or no mapping")
    return dict(content)


def _terms(vocabulary: Mapping[str, Any]) -> Iterator[Term]:
    for entity in TERM_ENTITIES:
        for value, entries in vocabulary[entity].items():
            if not isinstance(entries, list):
                raise LexiconError(f"terms.yml: {entity}.{value} is no list")
            for entry in entries:
                details = entry if isinstance(entry, dict) else {"term": entry}
                if not isinstance(details.get("term"), str):
                    raise LexiconError(f"terms.yml: {entity}.{value} holds {entry!r}, no text")
                for text in expand(details["term"]):
                    yield Term(
                        entity,
                        str(value),
                        text,
                        tuple(details.get("not_before", ())),
                        tuple(details.get("not_after", ())),
                    )
