"""One question about one product, answered from its terms.

The topics, the words they are known by and the sentences are ``rules/facts.yml``. Nothing is made
up: a sentence is only said when every figure and term in it is known for the product.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhitou.wealth.facts_rules import FactsRules, Topic, load_facts_rules
from zhitou.wealth.observations import filled
from zhitou.wealth.product import Product
from zhitou.wealth.product_words import product_figures, product_words
from zhitou.wealth.shelf import Shelf
from zhitou.wealth.suitability import Decision
from zhitou.wealth.total_return import Distribution

_PATTERN_MOST = 3
"""What a regular expression counts at most, as short as a keyword, whatever it matched."""


@dataclass(frozen=True)
class Fact:
    """An answer: the message ``answer``, and which topic it is about."""

    topic: str
    topic_name: str
    answer: str
    confidence: float
    source_title: str


def topic_of(text: str, rules: FactsRules | None = None) -> str | None:
    """The topic a message asks for, by the longest keyword in it; ``None`` without any."""
    rules = rules or load_facts_rules()
    folded = unicodedata.normalize("NFKC", text).lower()
    best, found = 0, None
    for topic in rules.topics:
        length = _matched(topic, folded)
        if length > best:
            best, found = length, topic.id
    return found


def answer(
    shelf: Shelf,
    product: Product,
    text: str,
    *,
    topic: str | None = None,
    decision: Decision | None = None,
    distributions: Sequence[Distribution] = (),
    rules: FactsRules | None = None,
) -> Fact:
    """Answer a question about a product.

    Args:
        shelf: all products.
        product: one of them.
        text: the question.
        topic: what it is about, where that is known; else it is found in ``text``.
        decision: how the product suits the customer, where the level is known.
        distributions: dividends and splits, oldest first.
        rules: other rules than the packaged ones.
    """
    rules = rules or load_facts_rules()
    by_id = {one.id: one for one in rules.topics}
    given = topic if topic in by_id else None
    found = given or topic_of(text, rules)
    asked = by_id[found or rules.fallback_topic]
    certainty = "given" if given else "keyword" if found else "fallback"
    confidence = min(rules.confidence[certainty], asked.confidence)
    words = product_words(shelf, product, rules, decision, distributions)
    said = _said(asked, product, shelf, words)
    if said is None:
        said = rules.no_answer.format(topic=asked.name, **words)
        confidence = rules.confidence["no_answer"]
    return Fact(
        topic=asked.id,
        topic_name=asked.name,
        answer=said.replace("。。", "。"),
        confidence=confidence,
        source_title=rules.source_title.format_map(words),
    )


def _matched(topic: Topic, folded: str) -> int:
    longest = max((_weight(word) for word in topic.keywords if word in folded), default=0)
    for pattern in topic.patterns:
        found = pattern.search(folded)
        if found:
            longest = max(longest, min(len(found.group()), _PATTERN_MOST))
    return longest


def _weight(word: str) -> int:
    """How much a keyword tells: two Latin letters count as one Chinese character."""
    return (len(word) + 1) // 2 if word.isascii() else len(word)


def _said(topic: Topic, product: Product, shelf: Shelf, words: Mapping[str, str]) -> str | None:
    values: dict[str, Any] = product_figures(shelf, product)
    for one in topic.answers:
        said = filled(one.text, values, words) if one.fits(product) and one.holds(values) else None
        if said is not None:
            return said
    return None
