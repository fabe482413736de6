"""``rules/selection.yml`` as a checked object: what a product manager may set, and its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from zhitou.rulebook import Node, read
from zhitou.wealth.figures import SHORT_TERM, figure_book
from zhitou.wealth.observations import Observation, parse_observation, placeholders
from zhitou.wealth.product import RISK_LEVELS, TYPE_NAMES
from zhitou.wealth.suitability_rules import CUSTOMER_LEVELS

WAYS = ("peers", "curve", "match", "term", "need")
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

COST_BY_HORIZON = ((182, "cost_3m"), (730, "cost_1y"), (None, "cost_3y"))
"""Which cost the measure ``cost`` means: horizons up to so many days; with none, one year."""

_PART_WORDS = {
    "peers": {"figure", "value", "peers", "beaten", "as_of"},
    "curve": {"figure", "value", "as_of"},
    "match": {"level", "customer_level", "allowed"},
    "term": {"holding", "horizon"},
    "need": {"insured", "type"},
}
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
class Part:
    """One named part of a score."""

    id: str
    name: str
    way: str
    measures: tuple[tuple[str, float], ...]
    curve: tuple[tuple[float, float], ...]
    text: str


@dataclass(frozen=True)
class Goal:
    """What a customer aims at, and the weights that follow: shape → part → weight."""

    id: str
    name: str
    horizon_days_up_to: int | None
    preferences: frozenset[str]
    weights: Mapping[str, Mapping[str, float]]


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
    age_groups: Mapping[str, int]
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
        groups = list(self.age_groups)
        return next((group for group in groups if age <= self.age_groups[group]), groups[-1])


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
    parts = {name: _part(name, entry) for name, entry in node["parts"].items()}
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
        age_groups={name: age.integer(0) for name, age in groups.items()},
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
                misses=_template(node["relaxations"][name]["misses"], _MISSES_WORDS),
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
        goals=_goals(node["goals"], shapes, parts),
        reason_from=float(node["reason_from"].number(0)),
        most_reasons=node["most_reasons"].integer(1),
        manager_least_tenure_days=node["manager_least_tenure_days"].integer(183),
        manager_texts={
            name: _template(text, _MANAGER_WORDS) for name, text in node["manager_texts"].items()
        },
        cautions=tuple(parse_observation(one, WISH_FIGURES, ()) for one in node["cautions"]),
        most_cautions=node["most_cautions"].integer(0),
        reasons_nothing={
            name: _template(words, _NOTHING_WORDS)
            for name, words in node["reasons_nothing"].items()
        },
    )


def _part(name: str, node: Node) -> Part:
    node.only("name", "way", "measures", "curve", "text")
    way = node["way"].one_of(*WAYS)
    figures = figure_book().figures
    measures = []
    for measure, weight in node.get("measures", {}).items():
        if measure.endswith(SHORT_TERM):
            weight.fail("six months or less may not rank products")
        if measure not in figures and measure != "cost":
            weight.fail("is not in figures.yml")
        if way == "peers" and measure != "cost" and figures[measure].better == "none":
            weight.fail("has no better side in figures.yml")
        measures.append((measure, float(weight.number(0))))
    if way in {"peers", "curve"} and not measures:
        node.fail("needs measures")
    curve = tuple(_point(point) for point in node.get("curve", []))
    if way in {"curve", "term"} and [x for x, _ in curve] != sorted({x for x, _ in curve}):
        node.fail("curve must rise from left to right")
    if way in {"curve", "term"} and len(curve) < 2:
        node.fail("curve needs two points")
    return Part(
        id=name,
        name=node["name"].text(),
        way=way,
        measures=tuple(measures),
        curve=curve,
        text=_template(node["text"], _PART_WORDS[way]),
    )


def _point(node: Node) -> tuple[float, float]:
    pair = [float(number.number()) for number in node]
    if len(pair) != 2:
        node.fail("must be a point, such as [1, 0.5]")
    return pair[0], pair[1]


def _goals(
    node: Node, shapes: Mapping[str, frozenset[str]], parts: Mapping[str, Part]
) -> tuple[Goal, ...]:
    goals = []
    for one in node:
        one.only("id", "name", "when", "weights")
        when = one["when"].only("horizon_days_up_to", "preferences")
        tables = one["weights"].only(*shapes, "manager")
        weights = {}
        for shape in (*shapes, "manager"):
            weights[shape] = {
                part: float(weight.number(0)) for part, weight in tables[shape].items()
            }
            for part, weight in tables[shape].items():
                if part not in parts:
                    weight.fail("unknown part")
            if not sum(weights[shape].values()) > 0:
                tables[shape].fail("needs a weight above zero")
        goals.append(
            Goal(
                id=one["id"].text(),
                name=one["name"].text(),
                horizon_days_up_to=when["horizon_days_up_to"].integer(0)
                if when.has("horizon_days_up_to")
                else None,
                preferences=frozenset(when.get("preferences", []).texts()),
                weights=weights,
            )
        )
    if not goals or goals[-1].preferences or goals[-1].horizon_days_up_to is not None:
        node.fail("the last goal must hold always")
    return tuple(goals)


def _levels(node: Node) -> dict[str, str]:
    return {name: level.one_of(*RISK_LEVELS) for name, level in node.items()}


def _types() -> tuple[str, ...]:
    return tuple(name for types in TYPE_NAMES.values() for name in types)


def _template(node: Node, words: set[str]) -> str:
    text = node.text()
    for name in placeholders(text):
        if name not in words:
            node.fail(f"unknown placeholder {{{name}}}; known: {', '.join(sorted(words))}")
    return text
