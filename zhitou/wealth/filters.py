"""Hard filters of a selection: what can be sold at all, and which wishes are not met by what."""

from __future__ import annotations

import numpy as np

from zhitou.wealth.figures import Measures, holding
from zhitou.wealth.product import Product
from zhitou.wealth.selection_rules import RELAXED, SelectionRules
from zhitou.wealth.shelf import Floats, Mask, Shelf
from zhitou.wealth.wish import Wish, horizon_text, type_text
from zhitou.wealth.writing import write

_DAYS_PER_YEAR = 365.25


def sellable(shelf: Shelf, kind: str, wish: Wish, rules: SelectionRules) -> Mask:
    """Products of a kind that can be bought, are old enough and, in insurance, take the person."""
    found = shelf.mask("kind", kind) & ~shelf.mask("terms.subscription", "suspended")
    if kind == "insurance":
        return found & _takes_person(shelf, wish, rules)
    young = shelf.column("age_years") * _DAYS_PER_YEAR < rules.least_history_days
    unmeasured = np.isnan(shelf.column("return_1y")) & ~shelf.mask("is_deposit", True)
    return np.asarray(found & ~young & ~unmeasured)


def unmet_wishes(shelf: Shelf, wish: Wish, rules: SelectionRules) -> dict[str, Mask]:
    """For each wish that was said, which products do not meet it."""
    unmet: dict[str, Mask] = {}
    if wish.sector is not None:
        unmet["sector"] = ~shelf.mask("sector", wish.sector)
    if wish.fund_manager is not None:
        unmet["fund_manager"] = ~shelf.mask("managers", wish.fund_manager)
    if wish.product_type is not None:
        unmet["product_type"] = ~shelf.mask_any("type", wish.types)
    if wish.risk_preference is not None:
        highest = int(rules.preference_levels[wish.risk_preference][1:])
        unmet["risk_preference"] = shelf.column("level") > highest
    if wish.amount is not None and wish.kind == "insurance":
        budget = float(wish.amount) * (1 + rules.budget_tolerance)
        unmet["amount"] = shelf.column("premium") > budget
    elif wish.amount is not None:
        unmet["amount"] = shelf.column("min_amount") > float(wish.amount)
        unmet["daily_limit"] = shelf.column("daily_limit") < float(wish.amount)
    if wish.horizon_days is not None:
        bearable = wish.horizon_days * (1 + rules.horizon_tolerance)
        unmet["horizon"] = needed_days(shelf, rules) > bearable
    return {name: unmet[name] for name in RELAXED if name in unmet}


def misses_text(
    name: str, product: Product, values: Measures, wish: Wish, rules: SelectionRules
) -> str:
    """Which wish a product does not meet, as a sentence."""
    amount = write("money", float(wish.amount or 0))
    said = {
        "sector": rules.words["sector"].get(wish.sector or "", wish.sector or ""),
        "fund_manager": wish.fund_manager or "",
        "product_type": type_text(wish.product_type or ""),
        "amount": amount,
        "daily_limit": amount,
        "horizon": horizon_text(wish.horizon_days or 0),
        "risk_preference": rules.words["risk_preference"].get(wish.risk_preference or "", ""),
    }
    least = rules.least_holding_days.get(product.type, 0)
    locked = int(values.get("lock_up_days") or 0)
    start = values.get("premium" if product.kind == "insurance" else "min_amount")
    return rules.relaxations[name].misses.format_map(
        {
            "wish": said[name],
            "type": product.type_name,
            "level": product.risk_level,
            "holding": rules.words["holding"]["least"].format(days=write("days", least))
            if least > locked
            else holding(product),
            "min_amount": write("money", start or 0.0),
            "daily_limit": write("money", values.get("daily_limit") or 0.0),
        }
    )


def _takes_person(shelf: Shelf, wish: Wish, rules: SelectionRules) -> Mask:
    """Whom the policies take: by the age where it is known, else by the group of the insured."""
    youngest, oldest = shelf.column("entry_age_min"), shelf.column("entry_age_max")
    if wish.age is not None:
        return np.asarray((youngest <= wish.age) & (oldest >= wish.age))
    if not wish.groups:
        return np.ones(len(shelf), dtype=np.bool_)
    taken = np.zeros(len(shelf), dtype=np.bool_)
    for name in wish.groups:
        group = rules.age_groups[name]
        of_age = (youngest <= group.oldest) & (oldest >= group.youngest)
        taken |= shelf.mask("terms.insured", name) & of_age
    return taken


def needed_days(shelf: Shelf, rules: SelectionRules) -> Floats:
    """For how many days money should be free to stay, by the terms and by the type."""
    least = np.zeros(len(shelf))
    for one, days in rules.least_holding_days.items():
        least[shelf.mask("type", one)] = days
    return np.maximum(np.nan_to_num(shelf.column("lock_up_days")), least)
