"""Asset classes: what there is, and what of a product counts to which (``asset_classes.yml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from zhitou.rulebook import Node, read
from zhitou.wealth.product import TYPE_NAMES, Product

_INDEX = "index"
_UNNAMED = "stock"


@dataclass(frozen=True)
class AssetClass:
    """One class: its name, the index that stands for it, whether it may fall deeply."""

    code: str
    name: str
    index: str
    growth: bool


@dataclass(frozen=True)
class Index:
    """An index that products are measured by."""

    code: str
    name: str
    asset_class: str


@dataclass(frozen=True)
class AssetClasses:
    """The checked file."""

    version: str
    classes: Mapping[str, AssetClass]
    indices: Mapping[str, Index]
    parts: Mapping[str, Mapping[str, float]]
    told_types: Mapping[str, str]
    """What customers say, lower case → type."""
    told_sectors: Mapping[str, str]
    """What customers say, lower case → sector."""

    def of_product(self, product: Product) -> dict[str, float]:
        """Class → share of the product, summing to 1; empty for insurance."""
        index = str(product.terms.get("benchmark_index"))
        home = self.indices[index].asset_class if index in self.indices else _UNNAMED
        shares: dict[str, float] = {}
        for code, share in self.parts.get(product.type, {}).items():
            name = home if code == _INDEX else code
            shares[name] = shares.get(name, 0.0) + share
        return shares

    def main_class(self, product: Product) -> str | None:
        """The class that most of the product counts to; None for insurance."""
        shares = self.of_product(product)
        return max(shares, key=lambda code: shares[code]) if shares else None

    def index_of(self, product: Product) -> Index | None:
        """The index to measure a product by: its own, or that of its main class."""
        own = str(product.terms.get("benchmark_index"))
        if own in self.indices:
            return self.indices[own]
        main = self.main_class(product)
        return self.indices[self.classes[main].index] if main else None

    def told_type(self, text: str) -> str | None:
        """The type meant by what a customer calls a whole class of products."""
        return self.told_types.get(text.strip().lower())

    def told_sector(self, text: str) -> str | None:
        """The sector meant by what a customer calls it."""
        return self.told_sectors.get(text.strip().lower())


@lru_cache(maxsize=1)
def asset_classes() -> AssetClasses:
    """The packaged classes.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_asset_classes(read("zhitou.wealth.rules", "asset_classes.yml"))


def parse_asset_classes(node: Node) -> AssetClasses:
    """Check a file of asset classes.

    Raises:
        RulesError: something is missing, unknown, or does not sum to 1.
    """
    node.only("version", "classes", "indices", "look_through", "told_types", "told_sectors")
    classes = {}
    for code, entry in node["classes"].items():
        entry.only("name", "index", "growth")
        classes[code] = AssetClass(
            code, entry["name"].text(), entry["index"].text(), entry["growth"].flag()
        )
    indices = {
        code: Index(
            code, entry["name"].text(), entry.only("class", "name")["class"].one_of(*classes)
        )
        for code, entry in node["indices"].items()
    }
    for code, one in classes.items():
        if one.index not in indices:
            node["classes"][code]["index"].fail("does not stand among the indices")
    types = {name for kind in ("fund", "wealth") for name in TYPE_NAMES[kind]}
    parts = {}
    for type_name, shares in node["look_through"].only(*types).items():
        exact = {code: share.number(0) for code, share in shares.only(*classes, _INDEX).items()}
        if sum(exact.values()) != Decimal(1):
            shares.fail("must sum to 1")
        parts[type_name] = {code: float(share) for code, share in exact.items()}
    for missing in sorted(types - set(parts)):
        node["look_through"].fail(f"{missing!r} is missing")
    return AssetClasses(
        version=node["version"].text(),
        classes=classes,
        indices=indices,
        parts=parts,
        told_types=_spoken(node["told_types"].only(*types)),
        told_sectors=_spoken(node["told_sectors"].only(*indices)),
    )


def _spoken(node: Node) -> dict[str, str]:
    """Word, lower case → what it stands for."""
    return {word.lower(): meant for meant, words in node.items() for word in words.texts()}
