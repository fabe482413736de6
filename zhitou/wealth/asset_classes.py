"""Asset classes: what there is, and what of a product counts to which (``asset_classes.yml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from zhitou.rulebook import Node, read
from zhitou.wealth.product import TYPE_NAMES, Product

_INDEX = "index"


@dataclass(frozen=True)
class AssetClass:
    """One class: its name, the index that stands for it, whether it may fall deeply."""

    code: str
    name: str
    index: str
    growth: bool


@dataclass(frozen=True)
class AssetClasses:
    """The checked file."""

    version: str
    classes: Mapping[str, AssetClass]
    class_of_index: Mapping[str, str]
    parts: Mapping[str, Mapping[str, float]]
    told_types: Mapping[str, str]
    """What customers say, lower case → type."""

    def of_product(self, product: Product) -> dict[str, float]:
        """Class → share of the product, summing to 1; empty for insurance."""
        index = product.terms.get("benchmark_index")
        home = self.class_of_index.get(str(index), "stock")
        shares: dict[str, float] = {}
        for code, share in self.parts.get(product.type, {}).items():
            name = home if code == _INDEX else code
            shares[name] = shares.get(name, 0.0) + share
        return shares

    def main_class(self, product: Product) -> str | None:
        """The class that most of the product counts to; None for insurance."""
        shares = self.of_product(product)
        return max(shares, key=lambda code: shares[code]) if shares else None

    def index_of(self, product: Product) -> str | None:
        """The index to measure a product by: its own, or that of its main class."""
        own = product.terms.get("benchmark_index")
        main = self.main_class(product)
        return str(own) if own else (self.classes[main].index if main else None)

    def told_type(self, text: str) -> str | None:
        """The type meant by what a customer calls a whole class of products."""
        return self.told_types.get(text.strip().lower())


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
    node.only("version", "classes", "class_of_index", "look_through", "told_types")
    classes = {}
    for code, entry in node["classes"].items():
        entry.only("name", "index", "growth")
        classes[code] = AssetClass(
            code, entry["name"].text(), entry["index"].text(), entry["growth"].flag()
        )
    types = {name for kind in ("fund", "wealth") for name in TYPE_NAMES[kind]}
    parts = {}
    for type_name, shares in node["look_through"].only(*types).items():
        exact = {code: share.number(0) for code, share in shares.only(*classes, _INDEX).items()}
        if sum(exact.values()) != Decimal(1):
            shares.fail("must sum to 1")
        parts[type_name] = {code: float(share) for code, share in exact.items()}
    for missing in sorted(types - set(parts)):
        node["look_through"].fail(f"{missing!r} is missing")
    told = {
        word.lower(): type_name
        for type_name, words in node["told_types"].only(*types).items()
        for word in words.texts()
    }
    return AssetClasses(
        version=node["version"].text(),
        classes=classes,
        class_of_index={
            index: code.one_of(*classes) for index, code in node["class_of_index"].items()
        },
        parts=parts,
        told_types=told,
    )
