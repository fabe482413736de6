"""Products that may stand as examples of the classes of a plan; pure.

Cost and size decide among those that suit, never past performance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from zhitou.wealth.allocation_rules import AllocationRules
from zhitou.wealth.asset_classes import AssetClasses
from zhitou.wealth.auto_invest import open_for
from zhitou.wealth.costs import ongoing_fee
from zhitou.wealth.product import Product


def classes_on_offer(
    shelf: Iterable[Product], suits: Callable[[Product], bool], classes: AssetClasses
) -> frozenset[str]:
    """The classes for which there is a product that suits the customer."""
    return frozenset(
        code
        for product in shelf
        if product.kind != "insurance" and suits(product)
        for code in [classes.main_class(product)]
        if code
    )


def examples_of(
    asset_class: str,
    amount: Decimal,
    horizon_days: int,
    shelf: Sequence[Product],
    suits: Callable[[Product], bool],
    rules: AllocationRules,
    classes: AssetClasses,
    on: date,
    most: int = 2,
) -> list[Product]:
    """The cheapest products of a class, one for each type, that suit and fit sum and horizon.

    Args:
        asset_class: the class.
        amount: yuan that go into the class.
        horizon_days: money must be free by then.
        shelf: all products.
        suits: whether a product suits the customer.
        rules: types in order of preference, least size and age.
        classes: the asset classes.
        on: today.
        most: how many at most.
    """
    wanted = rules.examples[asset_class]
    found: list[Product] = []
    for type_name in wanted.types:
        fitting = [
            one
            for one in shelf
            if one.type == type_name
            and not (wanted.broad and one.sector)
            and classes.main_class(one) == asset_class
            and suits(one)
            and _fits(one, amount, horizon_days, rules, on)
        ]
        if fitting:
            found.append(
                min(fitting, key=lambda one: (ongoing_fee(one), -(one.size or 0), one.code))
            )
    return found[:most]


def _fits(
    product: Product, amount: Decimal, horizon_days: int, rules: AllocationRules, on: date
) -> bool:
    terms = product.terms
    return (
        open_for(product, amount)
        and Decimal(str(terms.get("min_amount") or 0)) <= amount
        and int(terms.get("lock_up_days") or 0) <= horizon_days
        and product.size is not None
        and product.size >= rules.example_least_size
        and product.inception is not None
        and (on - product.inception).days >= rules.example_least_days
    )
