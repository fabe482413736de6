"""``rules/allocation.yml`` as a checked object: bounds by level, horizons, goals, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from zhitou.rulebook import Node, read
from zhitou.wealth.asset_classes import AssetClasses, asset_classes
from zhitou.wealth.product import TYPE_NAMES
from zhitou.wealth.suitability_rules import CUSTOMER_LEVELS

Range = tuple[float, float]
"""Least and greatest weight of a class."""

_ASSUMPTIONS = ("history", "robust", "level", "lower", "higher", "no_horizon", "missing", "costs")


@dataclass(frozen=True)
class LevelMix:
    """What a customer level may hold."""

    bounds: Mapping[str, Range]
    centre: Mapping[str, float]
    growth: Range
    """What all growth classes together are taken to be."""
    volatility: float
    tolerable_fall: float


@dataclass(frozen=True)
class Limit:
    """How a horizon or a goal narrows the mix: to some classes, or by less of what may fall."""

    text: str
    only: Mapping[str, Range] | None
    growth: float


@dataclass(frozen=True)
class Goal:
    """What money is for."""

    id: str
    name: str
    words: tuple[str, ...]
    limit: Limit


@dataclass(frozen=True)
class EmergencyRules:
    """How much stays at hand first."""

    months: int
    spending_of_income: Decimal
    most_of_sum: Decimal
    text: str
    enough: str
    unknown: str


@dataclass(frozen=True)
class RebalanceRules:
    """When a class is brought back to its weight."""

    every_months: int
    absolute: float
    relative: float
    least: float
    text: str


@dataclass(frozen=True)
class RangeRules:
    """How the range of outcomes is drawn."""

    paths: int
    months_in_block: int
    most_months: int
    seed: int
    share: float
    text: str


@dataclass(frozen=True)
class ExampleRules:
    """Which products may stand as examples of a class."""

    types: tuple[str, ...]
    broad: bool


@dataclass(frozen=True)
class AllocationRules:
    """The rules file, checked; the comments in it say what each entry means."""

    version: str
    minimum_amount: Decimal
    levels: Mapping[str, LevelMix]
    default_days: int
    horizons: tuple[tuple[int, Limit], ...]
    goals: tuple[Goal, ...]
    emergency: EmergencyRules
    aversion: Mapping[str, float]
    towards_centre: float
    history_days: int
    rebalance: RebalanceRules
    range: RangeRules
    examples: Mapping[str, ExampleRules]
    example_least_size: Decimal
    example_least_days: int
    why: Mapping[str, str]
    assumptions: Mapping[str, str]
    disclosure: str

    def limit_of_horizon(self, days: int) -> Limit:
        """How a horizon narrows the mix; the last entry for a longer one."""
        return next((one for up_to, one in self.horizons if days <= up_to), self.horizons[-1][1])

    def goal_of(self, text: str | None) -> Goal | None:
        """The goal a customer's words tell, if any."""
        said = (text or "").lower()
        return next(
            (goal for goal in self.goals if said and any(word in said for word in goal.words)),
            next((goal for goal in self.goals if goal.id == said), None),
        )


@lru_cache(maxsize=1)
def allocation_rules() -> AllocationRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_allocation_rules(read("zhitou.wealth.rules", "allocation.yml"), asset_classes())


def parse_allocation_rules(node: Node, classes: AssetClasses) -> AllocationRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something is missing, unknown, or leaves no mix that sums to 1.
    """
    node.only(
        *(name for name in AllocationRules.__annotations__ if name not in _FLATTENED),
        "horizon",
        "optimiser",
    )
    names = tuple(classes.classes)
    levels = node["levels"].only(*CUSTOMER_LEVELS)
    optimiser = node["optimiser"].only("aversion", "towards_centre", "history_days")
    horizon = node["horizon"].only("default_days", "steps")
    return AllocationRules(
        version=node["version"].text(),
        minimum_amount=node["minimum_amount"].number(1),
        levels={level: _level(levels[level], names) for level in CUSTOMER_LEVELS},
        default_days=horizon["default_days"].integer(1),
        horizons=tuple(
            (step["up_to_days"].integer(1), _limit(step, names)) for step in horizon["steps"]
        ),
        goals=tuple(
            Goal(
                goal["id"].text(),
                goal["name"].text(),
                tuple(word.lower() for word in goal["words"].texts()),
                _limit(goal, names),
            )
            for goal in node["goals"]
        ),
        emergency=_emergency(node["emergency"]),
        aversion={
            level: float(optimiser["aversion"][level].number(0)) for level in CUSTOMER_LEVELS
        },
        towards_centre=_share(optimiser["towards_centre"]),
        history_days=optimiser["history_days"].integer(252),
        rebalance=_rebalance(node["rebalance"]),
        range=_range(node["range"]),
        examples={
            name: ExampleRules(
                tuple(one.one_of(*_types()) for one in node["examples"][name]["types"]),
                node["examples"][name].only("types", "broad").get("broad", False).flag(),
            )
            for name in names
        },
        example_least_size=node["example_least_size"].number(0),
        example_least_days=node["example_least_days"].integer(0),
        why={name: node["why"][name].text() for name in names},
        assumptions={name: node["assumptions"][name].text() for name in _ASSUMPTIONS},
        disclosure=node["disclosure"].text(),
    )


_FLATTENED = ("default_days", "horizons", "aversion", "towards_centre", "history_days")
"""Attributes that stand under another key in the file."""


def _types() -> tuple[str, ...]:
    return tuple(name for types in TYPE_NAMES.values() for name in types)


def _level(node: Node, names: tuple[str, ...]) -> LevelMix:
    node.only("bounds", "centre", "growth", "volatility", "tolerable_fall")
    bounds = _bounds(node["bounds"].only(*names), names)
    centre = {name: node["centre"].only(*names)[name].number(0) for name in names}
    if sum(centre.values()) != Decimal(1):
        node["centre"].fail("must sum to 1")
    for name in names:
        if not bounds[name][0] <= float(centre[name]) <= bounds[name][1]:
            node["centre"][name].fail("lies outside its bounds")
    return LevelMix(
        bounds,
        {name: float(weight) for name, weight in centre.items()},
        _pair(node["growth"]),
        float(node["volatility"].number(0)),
        float(node["tolerable_fall"].number(0.001)),
    )


def _bounds(node: Node, names: tuple[str, ...]) -> dict[str, Range]:
    bounds = {}
    for name in names:
        bounds[name] = _pair(node.get(name, [0, 0]))
    if sum(low for low, _ in bounds.values()) > 1 or sum(high for _, high in bounds.values()) < 1:
        node.fail("leave no mix that sums to 1")
    return bounds


def _pair(node: Node) -> Range:
    pair = [one.number(0) for one in node]
    if len(pair) != 2 or not pair[0] <= pair[1] <= 1:
        node.fail("must be [least, greatest] within 0 and 1")
    return float(pair[0]), float(pair[1])


def _limit(node: Node, names: tuple[str, ...]) -> Limit:
    node.only("up_to_days", "id", "name", "words", "only", "growth", "text")
    if node.has("only") == node.has("growth"):
        node.fail("needs either only or growth")
    only = _bounds(node["only"].only(*names), names) if node.has("only") else None
    growth = 0.0 if only is not None else _share(node["growth"])
    return Limit(node["text"].text(), only, growth)


def _share(node: Node) -> float:
    value = node.number(0)
    if value > 1:
        node.fail("must be between 0 and 1")
    return float(value)


def _emergency(node: Node) -> EmergencyRules:
    node.only("months", "spending_of_income", "most_of_sum", "text", "enough", "unknown")
    return EmergencyRules(
        node["months"].integer(0),
        node["spending_of_income"].number(0),
        node["most_of_sum"].number(0),
        node["text"].text(),
        node["enough"].text(),
        node["unknown"].text(),
    )


def _rebalance(node: Node) -> RebalanceRules:
    node.only("every_months", "absolute", "relative", "least", "text")
    return RebalanceRules(
        node["every_months"].integer(1),
        _share(node["absolute"]),
        _share(node["relative"]),
        _share(node["least"]),
        node["text"].text(),
    )


def _range(node: Node) -> RangeRules:
    node.only("paths", "months_in_block", "most_months", "seed", "share", "text")
    return RangeRules(
        node["paths"].integer(100),
        node["months_in_block"].integer(1),
        node["most_months"].integer(1),
        node["seed"].integer(0),
        _share(node["share"]),
        node["text"].text(),
    )
