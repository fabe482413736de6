"""``rules/facts.yml`` as a checked object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zhitou.rulebook import Node, read
from zhitou.wealth.figures import Measures, figure_book
from zhitou.wealth.observations import Band, bands_of, inside, template
from zhitou.wealth.product import TYPE_NAMES, Product

WORDS = (
    "name",
    "code",
    "type",
    "company",
    "nature",
    "as_of",
    "level",
    "issuer_level",
    "level_sentence",
    "holding",
    "redemption_rule",
    "redemption_steps",
    "redemption_rate",
    "horizon",
    "confirm",
    "quick_limit",
    "management",
    "custody",
    "sales_service",
    "performance_fee",
    "subscription",
    "discount",
    "purchase_cost",
    "fee_note",
    "benchmark",
    "tracks",
    "investment",
    "underlying",
    "early_withdrawal",
    "transferable",
    "interest_100k",
    "managers_since",
    "manager_profile",
    "classes",
    "inception_day",
    "auto_invest_min",
    "last_dividend",
    "entry_ages",
    "coverage",
    "exclusions",
    "coverage_period",
    "payment_period",
    "cash_value",
    "guarantee_note",
    "premium_example",
)
"""What ``product_words`` may make of a product; the answers may use these and every figure."""

EXTRA_FIGURES: Mapping[str, str] = {
    "suspended": "count",
    "limited": "count",
    "auto_invest": "count",
    "health": "count",
    "levels_differ": "count",
}
"""Figures that answers may ask for besides those of ``figures.yml``: 1 for yes, 0 for no."""

_CONFIDENCE = ("keyword", "given", "fallback", "no_answer")
_DECISIONS = ("allow", "warn", "block")


@dataclass(frozen=True)
class Answer:
    """One sentence of a topic, and for which products it is."""

    kinds: frozenset[str]
    types: frozenset[str]
    bands: tuple[Band, ...]
    text: str

    def fits(self, product: Product) -> bool:
        """Whether the sentence is for products of this kind and type."""
        return (not self.kinds or product.kind in self.kinds) and (
            not self.types or product.type in self.types
        )

    def holds(self, values: Measures) -> bool:
        """Whether the figures lie where the sentence is true."""
        return all(inside(values.get(name), low, high) for name, low, high in self.bands)


@dataclass(frozen=True)
class Topic:
    """What can be asked about a product."""

    id: str
    name: str
    confidence: float
    keywords: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class FactsRules:
    """The rules file, checked; the comments in it say what each entry means."""

    version: str
    topics: tuple[Topic, ...]
    fallback_topic: str
    no_answer: str
    confidence: Mapping[str, float]
    source_title: str
    level_sentences: Mapping[str, str]
    words: Mapping[str, Any]


@lru_cache(maxsize=1)
def load_facts_rules() -> FactsRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_facts_rules(read("zhitou.wealth.rules", "facts.yml"))


def parse_facts_rules(node: Node) -> FactsRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something in it is missing, unknown or of the wrong kind.
    """
    node.only(
        "version",
        "topics",
        "fallback_topic",
        "no_answer",
        "confidence",
        "source_title",
        "level_sentences",
        "words",
    )
    topics = tuple(_topic(one) for one in node["topics"])
    confidence = node["confidence"].only(*_CONFIDENCE)
    sentences = node["level_sentences"].only(*_DECISIONS)
    return FactsRules(
        version=node["version"].text(),
        topics=topics,
        fallback_topic=node["fallback_topic"].one_of(*(topic.id for topic in topics)),
        no_answer=template(node["no_answer"], (*WORDS, "topic")),
        confidence={name: float(confidence[name].number(0)) for name in _CONFIDENCE},
        source_title=template(node["source_title"], WORDS),
        level_sentences={
            name: template(sentences[name], ("customer_level",)) for name in _DECISIONS
        },
        words={
            name: {key: one.text() for key, one in value.items()}
            if isinstance(value.value, dict)
            else value.text()
            for name, value in node["words"].items()
        },
    )


def _topic(node: Node) -> Topic:
    node.only("id", "name", "confidence", "keywords", "answers")
    keywords, patterns = [], []
    for word in node["keywords"]:
        text = word.text()
        if not text.startswith("~"):
            keywords.append(text.lower())
            continue
        try:
            patterns.append(re.compile(text[1:]))
        except re.error as error:
            word.fail(f"is no regular expression: {error}")
    return Topic(
        id=node["id"].text(),
        name=node["name"].text(),
        confidence=float(node.get("confidence", 1).number(0)),
        keywords=tuple(keywords),
        patterns=tuple(patterns),
        answers=tuple(parse_answer(one) for one in node["answers"]),
    )


def parse_answer(node: Node, extra: Mapping[str, str] | None = None) -> Answer:
    """Check one sentence.

    Args:
        node: its YAML.
        extra: more figures that its condition may ask for, with their units.

    Raises:
        RulesError: an unknown key, kind, type, figure or placeholder.
    """
    node.only("kinds", "types", "when", "text")
    units = {name: one.unit for name, one in figure_book().figures.items()}
    units.update(EXTRA_FIGURES, **(extra or {}))
    all_types = tuple(name for types in TYPE_NAMES.values() for name in types)
    return Answer(
        kinds=frozenset(item.one_of(*TYPE_NAMES) for item in node.get("kinds", [])),
        types=frozenset(item.one_of(*all_types) for item in node.get("types", [])),
        bands=bands_of(node.get("when", {}), units),
        text=template(node["text"], (*WORDS, *figure_book().figures)),
    )
