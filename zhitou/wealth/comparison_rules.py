"""``rules/comparison.yml`` as a checked object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from zhitou.rulebook import Node, read
from zhitou.wealth.figures import figure_book
from zhitou.wealth.observations import template
from zhitou.wealth.product import TYPE_NAMES

KINDS = ("fund", "wealth", "insurance", "category", "manager")
TEXTS = (
    "nature",
    "guarantee",
    "insured",
    "holding",
    "managers",
    "coverage",
    "payment",
    "cash_value",
    "benchmark",
    "investment",
)
_VERDICT_WORDS: Mapping[str, set[str]] = {
    "levels_differ": {"lower", "lower_level", "higher", "higher_level"},
    "levels_same": {"level"},
    "counts": {"total", "counts"},
    "count": {"name", "wins"},
    "no_better": set(),
    "kinds_differ": set(),
    "types_differ": set(),
    "classes": {"days", "later", "sooner"},
    "classes_always": {"later", "sooner"},
    "not_allowed": {"name", "product_level", "customer_level"},
    "closing": set(),
}


@dataclass(frozen=True)
class Dimension:
    """One line of the table: a figure, or a term in words."""

    figure: str
    text: str
    name: str
    kinds: frozenset[str]
    tie: float | None
    """The difference that counts; ``None`` where nobody is better."""


@dataclass(frozen=True)
class Angle:
    """What a customer may care about, and the figures that speak to it, first known first."""

    figures: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class ComparisonRules:
    """The rules file, checked; the comments in it say what each entry means."""

    version: str
    least: int
    most: int
    dimensions: tuple[Dimension, ...]
    angles: tuple[Angle, ...]
    most_points: int
    verdict: Mapping[str, str]
    correlation_days: int
    least_returns: int
    bands: tuple[tuple[float, str], ...]
    categories: Mapping[str, tuple[str, str]]
    """Word → ``type`` or ``sector``, and which."""
    sector_names: Mapping[str, str]


@lru_cache(maxsize=1)
def load_comparison_rules() -> ComparisonRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_comparison_rules(read("zhitou.wealth.rules", "comparison.yml"))


def parse_comparison_rules(node: Node) -> ComparisonRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something in it is missing, unknown or of the wrong kind.
    """
    node.only(
        "version",
        "least",
        "most",
        "dimensions",
        "angles",
        "most_points",
        "verdict",
        "correlation",
        "sectors",
        "categories",
    )
    correlation = node["correlation"].only("days", "least_returns", "bands")
    verdict = node["verdict"].only(*_VERDICT_WORDS)
    figures = figure_book().figures
    categories: dict[str, tuple[str, str]] = {}
    types = tuple(name for names in TYPE_NAMES.values() for name in names)
    tables = (("type", node["categories"].only(*types)), ("sector", node["sectors"]))
    for attribute, table in tables:
        for code, words in table.items():
            for word in words.texts():
                if categories.setdefault(word.lower(), (attribute, code)) != (attribute, code):
                    words.fail(f"{word} means two things")
    return ComparisonRules(
        version=node["version"].text(),
        least=node["least"].integer(2),
        most=node["most"].integer(2),
        dimensions=tuple(_dimension(one) for one in node["dimensions"]),
        angles=tuple(
            Angle(
                tuple(name.one_of(*figures) for name in one["figures"]),
                template(one["text"], {"name", "figure", "value", "others"}),
            )
            for one in node["angles"]
        ),
        most_points=node["most_points"].integer(1),
        verdict={name: template(verdict[name], words) for name, words in _VERDICT_WORDS.items()},
        correlation_days=correlation["days"].integer(183),
        least_returns=correlation["least_returns"].integer(20),
        bands=tuple(
            (float(one["from"].number()), template(one["text"], {"a", "b", "value"}))
            for one in correlation["bands"]
        ),
        categories=categories,
        sector_names={code: words.texts()[0] for code, words in node["sectors"].items()},
    )


def _dimension(node: Node) -> Dimension:
    node.only("figure", "text", "name", "kinds", "tie")
    if node.has("figure") == node.has("text"):
        node.fail("needs either figure or text")
    return Dimension(
        figure=node["figure"].one_of(*figure_book().figures) if node.has("figure") else "",
        text=node["text"].one_of(*TEXTS) if node.has("text") else "",
        name=node["name"].text() if node.has("text") else "",
        kinds=frozenset(kind.one_of(*KINDS) for kind in node["kinds"]),
        tie=float(node["tie"].number(0)) if node.has("tie") else None,
    )
