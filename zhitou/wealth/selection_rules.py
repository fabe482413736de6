"""``rules/selection.yml`` as a checked object: what a product manager may set, and its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from zhitou.rulebook import Node, read
from zhitou.wealth.observations import Observation, parse_observation, template
from zhitou.wealth.product import RISK_LEVELS, TYPE_NAMES
from zhitou.wealth.scoring_rules import Goal, Part, parse_goals, parse_part
from zhitou.wealth.suitability_rules import CUSTOMER_LEVELS

ASPECTS = ("manager", "company", "sector", "type")
RELAXED = (
    "sector",
    "fund_manager",
    "product_type",
    "daily_limit",
    "amount",
    "horizon",
    "risk_preference",
)
"""Wishes that may be given up, in the order they are told in."""
WISH_FIGURES: Mapping[str, str] = {"wish_horizon_days": "days"}
"""Figures that cautions may ask for besides those of ``figures.yml``, with their units."""

_MANAGER_WORDS = {
    "share",
    "as_of",
    "funds",
    "career",
    "tenure",
    "size",
    "style",
    "level",
    "customer_level",
}
_NOTHING_WORDS = {"level", "allowed", "wish", "text"}
_MISSES_WORDS = {"wish", "type", "level", "holding", "min_amount", "premium", "daily_limit"}


@dataclass(frozen=True)
class AgeGroup:
    """Whom an insurance is for, by age in years; ``typical`` chooses the example of a premium."""

    youngest: int
    oldest: int
    typical: int


@dataclass(frozen=True)
class Relaxation:
    """What giving up one wish costs, and how it is told."""

    cost: int
    misses: str


@dataclass(frozen=True)
class SelectionRules:
    """The rules file, checked; the comments in it say what each entry means."""

    version: str
    words: Mapping[str, Mapping[str, str]]
    horizon_words: Mapping[str, int]
    preference_levels: Mapping[str, str]
    type_in_kind: Mapping[tuple[str, str], str]
    insured_groups: Mapping[str, frozenset[str]]
    age_groups: Mapping[str, AgeGroup]
    least_history_days: int
    least_holding_days: Mapping[str, int]
    horizon_tolerance: float
    budget_tolerance: float
    relaxations: Mapping[str, Relaxation]
    most_relaxation: int
    default_targets: Mapping[str, str]
    horizon_targets: tuple[tuple[int, str], ...]
    match_step: float
    missing_score: float
    variety: Mapping[str, Mapping[str, int]]
    shapes: Mapping[str, frozenset[str]]
    parts: Mapping[str, Part]
    need: Mapping[str, Mapping[str, float]]
    goals: tuple[Goal, ...]
    reason_from: float
    most_reasons: int
    manager_least_tenure_days: int
    manager_texts: Mapping[str, str]
    cautions: tuple[Observation, ...]
    most_cautions: int
    reasons_nothing: Mapping[str, str]

    def group_of_age(self, age: int) -> str:
        """The insured group that a person of that age belongs to."""
        groups = self.age_groups
        return next((name for name in groups if age <= groups[name].oldest), list(groups)[-1])


@lru_cache(maxsize=1)
def load_selection_rules() -> SelectionRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_selection_rules(read("zhitou.wealth.rules", "selection.yml"))


def parse_selection_rules(node: Node) -> SelectionRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something is missing, unknown, of the wrong kind, or ranks by the short term.
    """
    node.only(*SelectionRules.__annotations__, "variety_insurance")
    shapes = {name: frozenset(types.texts()) for name, types in node["shapes"].items()}
    parts = {name: parse_part(name, entry) for name, entry in node["parts"].items()}
    groups = node["age_groups"]
    return SelectionRules(
        version=node["version"].text(),
        words={
            key: {name: word.text() for name, word in node["words"][key].items()}
            for key in ("sector", "insured", "kind", "holding", "style", "risk_preference")
        },
        horizon_words={name: days.integer(0) for name, days in node["horizon_words"].items()},
        preference_levels=_levels(node["preference_levels"]),
        type_in_kind={
            (one["kind"].text(), one["asked"].text()): one["means"].one_of(*_types())
            for one in node["type_in_kind"]
        },
        insured_groups={
            name: frozenset(item.one_of(*groups.value) for item in members)
            for name, members in node["insured_groups"].items()
        },
        age_groups=_age_groups(groups),
        least_history_days=node["least_history_days"].integer(183),
        least_holding_days={
            name: days.integer(0)
            for name, days in node["least_holding_days"].only(*_types()).items()
        },
        horizon_tolerance=float(node["horizon_tolerance"].number(0)),
        budget_tolerance=float(node["budget_tolerance"].number(0)),
        relaxations={
            name: Relaxation(
                cost=node["relaxations"].only(*RELAXED)[name]["cost"].integer(1),
                misses=template(node["relaxations"][name]["misses"], _MISSES_WORDS),
            )
            for name in RELAXED
        },
        most_relaxation=node["most_relaxation"].integer(1),
        default_targets=_levels(node["default_targets"].only(*CUSTOMER_LEVELS)),
        horizon_targets=tuple(
            (one["up_to_days"].integer(0), one["level"].one_of(*RISK_LEVELS))
            for one in node["horizon_targets"]
        ),
        match_step=float(node["match_step"].number(0)),
        missing_score=float(node["missing_score"].number(0)),
        variety={
            kind: {name: most.integer(1) for name, most in node[key].only(*ASPECTS).items()}
            for kind, key in (("other", "variety"), ("insurance", "variety_insurance"))
        },
        shapes=shapes,
        parts=parts,
        need={
            group: {name: float(one.number(0)) for name, one in table.only(*_types()).items()}
            for group, table in node["need"].only(*groups.value).items()
        },
        goals=parse_goals(node["goals"], shapes, parts),
        reason_from=float(node["reason_from"].number(0)),
        most_reasons=node["most_reasons"].integer(1),
        manager_least_tenure_days=node["manager_least_tenure_days"].integer(183),
        manager_texts={
            name: template(text, _MANAGER_WORDS) for name, text in node["manager_texts"].items()
        },
        cautions=tuple(parse_observation(one, WISH_FIGURES, ()) for one in node["cautions"]),
        most_cautions=node["most_cautions"].integer(0),
        reasons_nothing={
            name: template(words, _NOTHING_WORDS) for name, words in node["reasons_nothing"].items()
        },
    )


def _age_groups(node: Node) -> dict[str, AgeGroup]:
    groups: dict[str, AgeGroup] = {}
    youngest = 0
    for name, entry in node.items():
        entry.only("oldest", "typical")
        oldest, typical = entry["oldest"].integer(youngest), entry["typical"].integer(youngest)
        groups[name] = AgeGroup(youngest, oldest, typical)
        youngest = oldest + 1
    return groups


def _levels(node: Node) -> dict[str, str]:
    return {name: level.one_of(*RISK_LEVELS) for name, level in node.items()}


def _types() -> tuple[str, ...]:
    return tuple(name for types in TYPE_NAMES.values() for name in types)
