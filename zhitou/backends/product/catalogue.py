"""Reads the shelf from ``data/lexicon``: products and managers, checked row by row.

The files are the single source of names for the tokenizer, the entities and this backend, which
is why they live there and not in the package.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

from zhitou.settings import PROJECT_ROOT
from zhitou.wealth.product import RISK_LEVELS, TYPE_NAMES, Kind, Manager, Product, Tenure

LEXICON = PROJECT_ROOT / "data" / "lexicon"


class CatalogueError(Exception):
    """A row cannot be used; the message names file, line and column."""


@dataclass(frozen=True)
class Catalogue:
    """What is on the shelf, in the order of the file."""

    products: tuple[Product, ...]
    managers: tuple[Manager, ...]
    version: str
    """Changes with any byte of the files."""


def load_catalogue(folder: Path = LEXICON) -> Catalogue:
    """Read ``products.csv`` and ``managers.csv``.

    ``managers`` of a product is ``name@since`` or ``name@since~until``, joined by ``|``.

    Raises:
        CatalogueError: a file is missing or a row is wrong.
    """
    products: list[Product] = []
    tenures: dict[str, list[Tenure]] = defaultdict(list)
    for row in _rows(folder / "products.csv"):
        product, runs = _product(row)
        products.append(product)
        for name, tenure in runs:
            tenures[name].append(tenure)
    managers = [_manager(row, tenures) for row in _rows(folder / "managers.csv")]
    _check_unique("products.csv", [product.code for product in products])
    _check_unique("products.csv", [product.name for product in products])
    _check_unique("managers.csv", [manager.name for manager in managers])
    unknown = set(tenures) - {manager.name for manager in managers}
    if unknown:
        raise CatalogueError(f"products.csv: managers not in managers.csv: {sorted(unknown)}")
    return Catalogue(tuple(products), tuple(managers), _version(folder))


@dataclass(frozen=True)
class _Row:
    """One line of a file, which says where it stands when a cell is wrong."""

    file: str
    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        value = (self.cells.get(column) or "").strip()
        if not value:
            raise self.error(column, "must not be empty")
        return value

    def optional(self, column: str) -> str | None:
        return (self.cells.get(column) or "").strip() or None

    def words(self, column: str) -> tuple[str, ...]:
        return tuple(part for part in (self.optional(column) or "").split("|") if part)

    def one_of(self, column: str, allowed: Any) -> str:
        value = self.text(column)
        if value not in allowed:
            raise self.error(column, f"{value!r} is not one of {', '.join(allowed)}")
        return value

    def day(self, column: str, value: str) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.error(column, f"{value!r} is not a day like 2020-01-31") from error

    def mapping(self, column: str) -> Mapping[str, Any]:
        try:
            value = json.loads(self.text(column))
        except json.JSONDecodeError as error:
            raise self.error(column, f"is not JSON: {error.msg}") from error
        if not isinstance(value, dict):
            raise self.error(column, "must be a JSON object")
        return value

    def money(self, column: str) -> Decimal | None:
        value = self.optional(column)
        try:
            return None if value is None else Decimal(value)
        except InvalidOperation as error:
            raise self.error(column, f"{value!r} is not an amount") from error

    def error(self, column: str, reason: str) -> CatalogueError:
        return CatalogueError(f"{self.file} line {self.line}, {column}: {reason}")


def _rows(path: Path) -> Iterator[_Row]:
    if not path.is_file():
        raise CatalogueError(f"{path} is missing")
    with path.open(encoding="utf-8", newline="") as file:
        for line, cells in enumerate(csv.DictReader(file), start=2):
            yield _Row(path.name, line, cells)


def _product(row: _Row) -> tuple[Product, list[tuple[str, Tenure]]]:
    kind = cast(Kind, row.one_of("kind", TYPE_NAMES))
    code = row.text("code")
    runs = [_tenure(row, code, words) for words in row.words("managers")]
    inception = row.optional("inception")
    terms = row.mapping("terms")
    _require(row, "terms", terms, ("min_amount", "principal_guaranteed", "issuer_risk_level"))
    product = Product(
        code=code,
        name=row.text("name"),
        short_name=row.text("short_name"),
        aliases=row.words("aliases"),
        kind=kind,
        type=row.one_of("type", TYPE_NAMES[kind]),
        sector=row.optional("sector"),
        company=row.text("company"),
        managers=tuple(name for name, tenure in runs if tenure.until is None),
        risk_level=row.one_of("risk_level", RISK_LEVELS),
        terms=terms,
        fees=row.mapping("fees"),
        size=row.money("size"),
        inception=None if inception is None else row.day("inception", inception),
    )
    return product, runs


def _tenure(row: _Row, code: str, words: str) -> tuple[str, Tenure]:
    name, _, span = words.partition("@")
    since, _, until = span.partition("~")
    start = row.day("managers", since)
    return name, Tenure(code, start, row.day("managers", until) if until else None)


def _manager(row: _Row, tenures: Mapping[str, list[Tenure]]) -> Manager:
    name = row.text("name")
    return Manager(
        id=row.text("id"),
        name=name,
        company=row.text("company"),
        career_start=row.day("career_start", row.text("career_start")),
        style=row.text("style"),
        profile=row.text("profile"),
        tenures=tuple(tenures.get(name, ())),
    )


def _require(row: _Row, column: str, found: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    missing = [key for key in keys if key not in found]
    if missing:
        raise row.error(column, f"lacks {', '.join(missing)}")


def _check_unique(file: str, values: list[str]) -> None:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise CatalogueError(f"{file}: used twice: {', '.join(twice)}")


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in ("products.csv", "managers.csv"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]
