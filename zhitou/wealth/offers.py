"""Whether a product may be offered to a customer: suitability with the money at stake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhitou.wealth.figures import premium_example
from zhitou.wealth.product import RISK_LEVELS, Product
from zhitou.wealth.suitability import Decision, Profile, Purchase, decide

_ONE_PAYMENT_TYPES = frozenset({"annuity", "whole_life", "education_insurance", "pension"})


@dataclass(frozen=True)
class Offers:
    """The decisions for one customer, one day and one sum (in insurance the budget of a year)."""

    profile: Profile
    on: date
    amount: Decimal | None = None
    initiated_by: str = "bank"
    age: int | None = None
    """Of the person insured."""

    def decision(self, product: Product) -> Decision:
        """What the rules say of a product; the higher of issuer's and seller's grade counts."""
        return decide(
            self.profile,
            product.risk_level,
            product.kind,
            self.initiated_by,
            self.on,
            issuer_level=product.terms.get("issuer_risk_level"),
            purchase=purchase_of(product, self.amount, self.age),
        )


def allowed_levels(profile: Profile, kind: str, on: date) -> tuple[str, ...]:
    """The product levels of a kind that may be recommended to the customer on a day.

    Those that the profile covers (a bank's own service may cover less) and the rules allow.
    """
    return tuple(
        level
        for level in RISK_LEVELS
        if level in profile.allows and decide(profile, level, kind, "bank", on).decision == "allow"
    )


def purchase_of(product: Product, amount: Decimal | None, age: int | None = None) -> Purchase:
    """What buying a product would cost: the sum itself, in insurance its example of a premium."""
    if product.kind != "insurance":
        return Purchase(amount=amount)
    example = premium_example(product.terms, age)
    premium = Decimal(str(example["premium"])) if example.get("premium") else None
    years = int(example.get("years") or 1)
    once = years == 1 and product.type in _ONE_PAYMENT_TYPES
    return Purchase(
        single_premium=premium if once else None,
        annual_premium=None if once else premium,
        payment_years=years,
        budget=amount,
        guaranteed=product.terms.get("design") in {"protection", "guaranteed"},
    )
