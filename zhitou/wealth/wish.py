"""What a customer wishes for in a product, read from the words and values of a conversation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from zhitou.wealth.product import TYPE_NAMES, types_meant_by
from zhitou.wealth.selection_rules import SelectionRules
from zhitou.wealth.writing import write_money

WishKind = Literal["fund", "manager", "insurance", "wealth"]

_DURATION = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_DAYS_OF_UNITS = (365, 30, 7, 1)


class WishError(ValueError):
    """A value of the wish cannot be understood; ``field`` says which."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field


@dataclass(frozen=True)
class Wish:
    """A wish, checked; what the customer did not say is ``None``.

    ``types`` is empty where no type was asked for, ``groups`` where nobody insured was named.
    """

    kind: WishKind
    product_type: str | None = None
    types: frozenset[str] = frozenset()
    sector: str | None = None
    horizon: str | None = None
    horizon_days: int | None = None
    amount: Decimal | None = None
    risk_preference: str | None = None
    insured: str | None = None
    groups: frozenset[str] = frozenset()
    age: int | None = None
    example_age: int | None = None
    """The age whose example of a premium counts: the person's own, or a typical one."""
    fund_manager: str | None = None

    def criteria(self) -> dict[str, Any]:
        """The wish as JSON, without what was not said."""
        said = {
            "product_type": self.product_type,
            "sector": self.sector,
            "horizon": self.horizon,
            "amount": None if self.amount is None else f"{self.amount.normalize():f}",
            "risk_preference": self.risk_preference,
            "insured": self.insured,
            "age": self.age,
            "fund_manager": self.fund_manager,
        }
        return {key: value for key, value in said.items() if value is not None}

    def text(self, rules: SelectionRules) -> str:
        """The wish in the customer's words: ``偏股混合基金、放3年、5万元``."""
        words = rules.words
        said = [
            type_text(self.product_type) if self.product_type else None,
            words["sector"].get(self.sector, self.sector) if self.sector else None,
            words["insured"].get(self.insured, self.insured) if self.insured else None,
            horizon_text(self.horizon_days) if self.horizon_days is not None else None,
            write_money(float(self.amount)) if self.amount is not None else None,
            words["risk_preference"][self.risk_preference] if self.risk_preference else None,
            self.fund_manager,
        ]
        return "、".join(part for part in said if part)


def read_wish(
    kind: WishKind, criteria: Mapping[str, Any], rules: SelectionRules, own_age: int | None = None
) -> Wish:
    """Check criteria and understand them.

    Args:
        kind: what is looked for.
        criteria: ``product_type``, ``sector``, ``horizon``, ``amount``, ``risk_preference``,
            ``insured``, ``age`` and ``fund_manager``, each a value or ``None``.
        rules: the wording and the meaning of words.
        own_age: the customer's age, which counts where the customer is the one insured.

    Raises:
        WishError: a value that means nothing here, with its field.
    """
    product_type = criteria.get("product_type") or None
    preference = criteria.get("risk_preference") or None
    insured = criteria.get("insured") or None
    horizon = criteria.get("horizon") or None
    amount = criteria.get("amount")
    age = criteria.get("age")
    types: frozenset[str] = frozenset()
    if product_type is not None:
        types = types_meant_by(rules.type_in_kind.get((kind, product_type), product_type))
        if not types:
            raise WishError("product_type", f"unknown type {product_type!r}")
    if preference is not None and preference not in rules.preference_levels:
        raise WishError("risk_preference", f"one of {', '.join(rules.preference_levels)}")
    if insured is not None and insured not in rules.insured_groups:
        raise WishError("insured", f"one of {', '.join(rules.insured_groups)}")
    if amount is not None and not Decimal(amount) > 0:
        raise WishError("amount", "must be above zero")
    if insured == "self" and age is None:
        age = own_age
    groups = rules.insured_groups.get(insured or "", frozenset())
    if age is not None:
        groups = frozenset({rules.group_of_age(age)})
    example_age = age
    if age is None and groups:
        first = "adult" if "adult" in groups else min(groups)
        example_age = rules.age_groups[first].typical
    return Wish(
        kind=kind,
        product_type=product_type,
        types=types,
        sector=criteria.get("sector") or None,
        horizon=horizon,
        horizon_days=None if horizon is None else horizon_days(horizon, rules.horizon_words),
        amount=None if amount is None else Decimal(amount),
        risk_preference=preference,
        insured=insured,
        groups=groups,
        age=age,
        example_age=example_age,
        fund_manager=criteria.get("fund_manager") or None,
    )


def horizon_days(horizon: str, words: Mapping[str, int]) -> int:
    """Days of an ISO-8601 duration (``P3M`` is 90, ``P1Y`` 365) or of a word such as ``long``.

    Raises:
        WishError: neither.
    """
    if horizon in words:
        return words[horizon]
    found = _DURATION.fullmatch(horizon.upper())
    if found is None:
        raise WishError("horizon", "a duration such as P3M, or one of " + ", ".join(words))
    return sum(
        int(count or 0) * days for count, days in zip(found.groups(), _DAYS_OF_UNITS, strict=True)
    )


def horizon_text(days: int) -> str:
    """How long the money stays: ``放3个月``; none is 随时要用."""
    if days <= 1:
        return "随时要用"
    if days % 365 == 0:
        return f"放{days // 365}年"
    return f"放{days // 30}个月" if days % 30 == 0 else f"放{days}天"


def type_text(product_type: str) -> str:
    """A type, or a word for several types, as customers call it."""
    names = {name: text for types in TYPE_NAMES.values() for name, text in types.items()}
    wider = {
        "fund": "基金",
        "etf": "ETF及联接",
        "wealth_product": "理财",
        "deposit": "存款",
        "insurance": "保险",
    }
    return wider.get(product_type) or names.get(product_type, product_type)
