"""Whether a product may be shown or sold to a customer: decided by dated rules, never by code.

The rules are ``zhitou/wealth/rules/suitability.yml``. Of all rules that meet a case on a day the
strictest decides (block, warn, allow); between equals the one that stands first. Where the rules
cannot be read, or none meets the case, the answer is ``block``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhitou.rulebook import RulesError
from zhitou.wealth.suitability_rules import (
    DECISIONS,
    PRODUCT_LEVELS,
    SuitabilityRules,
    load_rules,
)


@dataclass(frozen=True)
class Profile:
    """What is known of a customer's tolerance of risk.

    ``level`` is the level that counts, or that counted last where ``status`` is ``expired``.
    ``allows`` is empty unless ``status`` is ``valid``. Incomes and assets are in yuan.
    """

    customer_id: str | None
    status: str
    level: str | None = None
    valid_until: date | None = None
    lowest_class: bool = False
    age: int | None = None
    value_tier: str | None = None
    allows: tuple[str, ...] = ()
    annual_income: Decimal | None = None
    liquid_assets: Decimal | None = None


@dataclass(frozen=True)
class Purchase:
    """What a purchase would cost the customer, in yuan; what is unknown stays None."""

    amount: Decimal | None = None
    single_premium: Decimal | None = None
    annual_premium: Decimal | None = None
    payment_years: int | None = None
    budget: Decimal | None = None
    guaranteed: bool = False


@dataclass(frozen=True)
class Decision:
    """The answer for one customer and one product, with the rule that gave it."""

    decision: str
    rule: str
    source: str
    text: str
    customer_level: str | None
    product_level: str | None
    rules_version: str = ""


@dataclass(frozen=True)
class Case:
    """One question put to the rules."""

    profile: Profile
    product_level: str | None
    product_kind: str
    initiated_by: str
    purchase: Purchase
    allowed: tuple[str, ...]
    lowest_class_allowed: tuple[str, ...]


def decide(
    profile: Profile,
    product_level: str | None,
    product_kind: str,
    initiated_by: str,
    on: date,
    *,
    issuer_level: str | None = None,
    purchase: Purchase | None = None,
    rules: SuitabilityRules | None = None,
) -> Decision:
    """Decide whether a product suits a customer on a day.

    Args:
        profile: the customer; without a valid level the answer is ``block``.
        product_level: the seller's grade R1 to R5, None where there is none.
        product_kind: ``fund``, ``wealth`` or ``insurance``.
        initiated_by: ``customer`` where the customer asked for it by itself, else ``bank``.
        on: the day whose rules count.
        issuer_level: the issuer's grade, if it is known: the higher of both counts.
        purchase: the money at stake.
        rules: other rules than the packaged ones.
    """
    level = higher_grade(product_level, issuer_level)
    try:
        rules = rules or load_rules()
    except RulesError:
        return Decision(
            "block",
            "rules_unavailable",
            "适当性规则无法读取时一律不提供",
            "适当性规则暂时无法读取，为保护您，现在不能提供这款产品。",
            profile.level,
            level,
        )
    allowed = rules.allows(profile.level, profile.lowest_class)
    case = Case(
        profile=profile if allowed or profile.status != "valid" else _without_level(profile),
        product_level=level,
        product_kind=product_kind,
        initiated_by=initiated_by,
        purchase=purchase or Purchase(),
        allowed=allowed,
        lowest_class_allowed=PRODUCT_LEVELS[
            : PRODUCT_LEVELS.index(rules.lowest_class_product_level) + 1
        ],
    )
    met = [
        rule
        for rule in rules.rules
        if rule.in_force(on) and all(condition(case) for condition in rule.conditions)
    ]
    if not met:
        return Decision(
            "block",
            "no_rule_in_force",
            "没有适用规则时一律不提供",
            "没有适用于这类产品的适当性规则，为保护您，现在不能提供这款产品。",
            profile.level,
            level,
            rules.version,
        )
    rule = max(met, key=lambda one: DECISIONS.index(one.decision))
    text = rule.text.format(
        customer_level=profile.level or "",
        product_level=level or "",
        age=profile.age if profile.age is not None else "",
        allowed=span(allowed),
    )
    return Decision(rule.decision, rule.id, rule.source, text, profile.level, level, rules.version)


def higher_grade(*grades: str | None) -> str | None:
    """The highest of some product grades; None where one is no grade at all.

    A missing grade is passed over as long as another is known.
    """
    known = [grade for grade in grades if grade is not None]
    if not known or any(grade not in PRODUCT_LEVELS for grade in known):
        return None
    return max(known)


def span(levels: tuple[str, ...]) -> str:
    """``R1`` or ``R1至R3``: product levels as a person writes them."""
    if not levels:
        return "无"
    return levels[0] if len(levels) == 1 else f"{levels[0]}至{levels[-1]}"


def _without_level(profile: Profile) -> Profile:
    return Profile(profile.customer_id, "none", None, None, profile.lowest_class, profile.age)
