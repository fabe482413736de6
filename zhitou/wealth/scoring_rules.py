"""The parts of a score and the goals that weigh them, as ``rules/selection.yml`` has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zhitou.rulebook import Node
from zhitou.wealth.figures import SHORT_TERM, figure_book
from zhitou.wealth.observations import template

WAYS = ("peers", "curve", "match", "term", "need")

COST_BY_HORIZON = ((182, "cost_3m"), (730, "cost_1y"), (None, "cost_3y"))
"""Which cost the measure ``cost`` means: horizons up to so many days; with none, one year."""

_PART_WORDS = {
    "peers": {"figure", "value", "peers", "beaten", "as_of"},
    "curve": {"figure", "value", "as_of"},
    "match": {"level", "customer_level", "allowed"},
    "term": {"holding", "horizon"},
    "need": {"insured", "type"},
}


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


def parse_part(name: str, node: Node) -> Part:
    """Check one part of a score.

    Raises:
        RulesError: something is missing, unknown, or ranks by the short term.
    """
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
        text=template(node["text"], _PART_WORDS[way]),
    )


def _point(node: Node) -> tuple[float, float]:
    pair = [float(number.number()) for number in node]
    if len(pair) != 2:
        node.fail("must be a point, such as [1, 0.5]")
    return pair[0], pair[1]


def parse_goals(
    node: Node, shapes: Mapping[str, frozenset[str]], parts: Mapping[str, Part]
) -> tuple[Goal, ...]:
    """Check the goals; the last must hold always.

    Raises:
        RulesError: something is missing, unknown or of the wrong kind.
    """
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
