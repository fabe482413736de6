"""Why something was suggested, told from the stored suggestion alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zhitou.rulebook import Node, read
from zhitou.wealth.observations import template

_TEXTS: Mapping[str, set[str]] = {
    "funnel": {"shelf", "suitable", "matching", "counter", "level", "wish", "goal"},
    "one": {"name", "rank", "score"},
    "closest": {"wish", "name", "level", "misses"},
    "parts": set(),
    "part": {"part", "weight", "text"},
    "many": {"scores", "counter"},
    "score": {"name", "score"},
    "fairness": set(),
    "versions": {"data_date", "weights_version", "rules_version"},
    "no_wish": set(),
}
_COUNTED = ("fund", "wealth", "insurance", "manager")


@dataclass(frozen=True)
class ExplanationRules:
    """The rules file, checked."""

    version: str
    counters: Mapping[str, str]
    most_parts: int
    texts: Mapping[str, str]


@lru_cache(maxsize=1)
def load_explanation_rules() -> ExplanationRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_explanation_rules(read("zhitou.wealth.rules", "explanation.yml"))


def parse_explanation_rules(node: Node) -> ExplanationRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something in it is missing, unknown or of the wrong kind.
    """
    node.only("version", "counters", "most_parts", "texts")
    texts, counters = node["texts"].only(*_TEXTS), node["counters"].only(*_COUNTED)
    return ExplanationRules(
        version=node["version"].text(),
        counters={kind: counters[kind].text() for kind in _COUNTED},
        most_parts=node["most_parts"].integer(1),
        texts={name: template(texts[name], words) for name, words in _TEXTS.items()},
    )


def explain(
    output: Mapping[str, Any],
    item: Mapping[str, Any] | None,
    versions: Mapping[str, str],
    rules: ExplanationRules | None = None,
) -> str:
    """Explain a suggestion.

    Args:
        output: what was stored: ``kind``, ``level``, ``goal_name``, ``criteria_text``, ``funnel``,
            ``items[] {short_name, rank, score, parts[], misses_text}``.
        item: the one of its items that is asked about; ``None`` for all of them.
        versions: ``data_date``, ``weights_version`` and ``rules_version``.
        rules: other rules than the packaged ones.
    """
    rules = rules or load_explanation_rules()
    texts, counter = rules.texts, rules.counters[output["kind"]]
    wish = output["criteria_text"] or texts["no_wish"]
    items: Sequence[Mapping[str, Any]] = [item] if item is not None else output["items"]
    said = []
    if item is not None and item["misses_text"]:
        said.append(
            texts["closest"].format(
                wish=wish,
                name=item["short_name"],
                level=output["level"],
                misses=item["misses_text"],
            )
        )
    else:
        said.append(
            texts["funnel"].format(
                counter=counter,
                level=output["level"],
                wish=wish,
                goal=output["goal_name"],
                **output["funnel"],
            )
        )
    if item is not None:
        said.append(
            texts["one"].format(
                name=item["short_name"], rank=item["rank"], score=f"{item['score']:g}"
            )
        )
        parts = [part for part in item["parts"] if part["text"]][: rules.most_parts]
        told = "；".join(
            texts["part"].format(
                part=part["name"], weight=f"{part['weight']:.0%}", text=part["text"]
            )
            for part in parts
        )
        said.append(f"{texts['parts']}{told}。" if told else "")
    else:
        scores = "、".join(
            texts["score"].format(name=one["short_name"], score=f"{one['score']:g}")
            for one in items
        )
        said.append(texts["many"].format(scores=scores, counter=counter))
    return "".join((*said, texts["fairness"], texts["versions"].format_map(versions)))
