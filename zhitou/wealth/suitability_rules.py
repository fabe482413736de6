"""The suitability rules as a checked object: what a rule may ask for and how its file must look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from zhitou.rulebook import Node, read

if TYPE_CHECKING:
    from zhitou.wealth.suitability import Case

CUSTOMER_LEVELS = ("C1", "C2", "C3", "C4", "C5")
PRODUCT_LEVELS = ("R1", "R2", "R3", "R4", "R5")
PRODUCT_KINDS = ("fund", "wealth", "insurance")
STATUSES = ("valid", "expired", "none", "needs_identity")
DECISIONS = ("allow", "warn", "block")
"""From the mildest to the strictest."""


@dataclass(frozen=True)
class Level:
    """A customer level: its name, what it means to a person, what it may be offered at most."""

    name: str
    meaning: str
    highest_product_level: str


@dataclass(frozen=True)
class AssessmentLimits:
    """How often a customer may be assessed and how long the result is good for."""

    valid_months: int
    most_per_day: int
    most_per_12_months: int
    resume_within_days: int


@dataclass(frozen=True)
class Rule:
    """A dated rule: what it asks for, what it decides, where it comes from."""

    id: str
    decision: str
    source: str
    text: str
    effective_from: date
    effective_to: date | None
    conditions: tuple[Callable[[Case], bool], ...]

    def in_force(self, on: date) -> bool:
        """Whether the rule counts on that day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True)
class SuitabilityRules:
    """The rules file, checked."""

    version: str
    levels: Mapping[str, Level]
    lowest_class_product_level: str
    assessment: AssessmentLimits
    rules: tuple[Rule, ...]

    def allows(self, level: str | None, lowest_class: bool = False) -> tuple[str, ...]:
        """The product levels a customer level covers; none for an unknown level."""
        if level is None or level not in self.levels:
            return ()
        highest = self.levels[level].highest_product_level
        if lowest_class:
            highest = min(highest, self.lowest_class_product_level)
        return PRODUCT_LEVELS[: PRODUCT_LEVELS.index(highest) + 1]


@lru_cache(maxsize=1)
def load_rules() -> SuitabilityRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_rules(read("zhitou.wealth.rules", "suitability.yml"))


def parse_rules(node: Node) -> SuitabilityRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something in it is missing, unknown or of the wrong kind.
    """
    node.only("version", "levels", "lowest_class_product_level", "assessment", "rules")
    levels = node["levels"].only(*CUSTOMER_LEVELS)
    limits = node["assessment"].only(
        "valid_months", "most_per_day", "most_per_12_months", "resume_within_days"
    )
    rules = tuple(_parse_rule(rule) for rule in node["rules"])
    if not rules:
        node["rules"].fail("must not be empty")
    ids = [rule.id for rule in rules]
    for rule_id in ids:
        if ids.count(rule_id) > 1:
            node["rules"].fail(f"{rule_id} stands there twice")
    return SuitabilityRules(
        version=node["version"].text(),
        levels={level: _parse_level(levels[level]) for level in CUSTOMER_LEVELS},
        lowest_class_product_level=node["lowest_class_product_level"].one_of(*PRODUCT_LEVELS),
        assessment=AssessmentLimits(
            valid_months=limits["valid_months"].integer(1),
            most_per_day=limits["most_per_day"].integer(1),
            most_per_12_months=limits["most_per_12_months"].integer(1),
            resume_within_days=limits["resume_within_days"].integer(1),
        ),
        rules=rules,
    )


def _parse_level(node: Node) -> Level:
    node.only("name", "meaning", "highest_product_level")
    return Level(
        name=node["name"].text(),
        meaning=node["meaning"].text(),
        highest_product_level=node["highest_product_level"].one_of(*PRODUCT_LEVELS),
    )


def _parse_rule(node: Node) -> Rule:
    node.only("id", "decision", "when", "effective_from", "effective_to", "source", "text")
    start = node["effective_from"].day()
    end = node["effective_to"].day() if node.has("effective_to") else None
    if end is not None and end < start:
        node["effective_to"].fail("lies before effective_from")
    text = node["text"].text()
    try:
        text.format(customer_level="", product_level="", age="", allowed="")
    except (KeyError, IndexError, ValueError):
        node["text"].fail("may use {customer_level} {product_level} {age} {allowed} only")
    when = node["when"].only(*_CONDITIONS)
    return Rule(
        id=node["id"].text(),
        decision=node["decision"].one_of(*DECISIONS),
        source=node["source"].text(),
        text=text,
        effective_from=start,
        effective_to=end,
        conditions=tuple(_CONDITIONS[key](value) for key, value in when.items()),
    )


def _among(node: Node, choices: tuple[str, ...], of: Callable[[Case], Any]) -> Any:
    wanted = frozenset(item.one_of(*choices) for item in node)
    return lambda case: of(case) in wanted


def _equals(wanted: Any, of: Callable[[Case], Any]) -> Any:
    return lambda case: of(case) == wanted


def _at_least(least: int, of: Callable[[Case], int | None]) -> Any:
    def holds(case: Case) -> bool:
        value = of(case)
        return value is not None and value >= least

    return holds


def _ratio(
    node: Node,
    of: Callable[[Case], Decimal | None],
    to: Callable[[Case], Decimal | None],
    reached: bool = False,
) -> Any:
    """Holds where ``of`` exceeds (``reached``: reaches) the given multiple of ``to``."""
    multiple = node.number(0)

    def holds(case: Case) -> bool:
        value, base = of(case), to(case)
        if value is None or base is None:
            return False
        return value > base * multiple or (reached and value == base * multiple)

    return holds


def _premium(case: Case) -> Decimal | None:
    return case.purchase.single_premium or case.purchase.annual_premium


def _age_at_end_of_payment(case: Case) -> int | None:
    age, years = case.profile.age, case.purchase.payment_years
    return None if age is None or years is None else age + years


_CONDITIONS: Mapping[str, Callable[[Node], Callable[[Case], bool]]] = {
    "kinds": lambda node: _among(node, PRODUCT_KINDS, lambda c: c.product_kind),
    "status": lambda node: _among(node, STATUSES, lambda c: c.profile.status),
    "product_levels": lambda node: _among(node, PRODUCT_LEVELS, lambda c: c.product_level),
    "initiated_by": lambda node: _equals(node.one_of("customer", "bank"), lambda c: c.initiated_by),
    "lowest_class": lambda node: _equals(node.flag(), lambda c: c.profile.lowest_class),
    "unrated": lambda node: _equals(node.flag(), lambda c: c.product_level is None),
    "above_level": lambda node: _equals(node.flag(), lambda c: c.product_level not in c.allowed),
    "above_lowest_class_level": lambda node: _equals(
        node.flag(), lambda c: c.product_level not in c.lowest_class_allowed
    ),
    "guaranteed": lambda node: _equals(node.flag(), lambda c: c.purchase.guaranteed),
    "age_at_least": lambda node: _at_least(node.integer(0), lambda c: c.profile.age),
    "payment_years_plus_age_at_least": lambda node: _at_least(
        node.integer(0), _age_at_end_of_payment
    ),
    "amount_over_assets": lambda node: _ratio(
        node, lambda c: c.purchase.amount, lambda c: c.profile.liquid_assets
    ),
    "single_premium_over_annual_income": lambda node: _ratio(
        node, lambda c: c.purchase.single_premium, lambda c: c.profile.annual_income
    ),
    "annual_premium_over_annual_income": lambda node: _ratio(
        node, lambda c: c.purchase.annual_premium, lambda c: c.profile.annual_income
    ),
    "premium_over_budget": lambda node: _ratio(
        node, _premium, lambda c: c.purchase.budget, reached=True
    ),
}
"""What a rule's ``when`` may ask for: key → a check built from the key's value."""
