"""Checks of a portfolio in itself: spread, doubles, costs, how soon the money is at hand; pure.

What a measure means, how grave it is and what is said about it stands in ``rules/diagnosis.yml``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from zhitou.wealth import analytics
from zhitou.wealth.apportionment import percent
from zhitou.wealth.costs import ongoing_fee
from zhitou.wealth.portfolio_case import CASH, Case, Measured, at_hand, days_to_cash
from zhitou.wealth.portfolio_history import clusters
from zhitou.wealth.product import TYPE_NAMES, Product
from zhitou.wealth.writing import write_money


def _concentration(case: Case) -> Measured | None:
    risky = {
        product.code: case.weights[product.code]
        for product in case.products()
        if case.classes.main_class(product) != CASH
    }
    if not risky:
        return None
    largest = max(risky, key=lambda code: risky[code])
    hhi = analytics.hhi(case.weights.values())
    return Measured(
        risky[largest],
        {
            "share": percent(risky[largest]),
            "names": case.named([largest]),
            "effective": f"{1 / hhi:.1f}",
        },
        {
            "hhi": round(hhi, 4),
            "effective_number": round(1 / hhi, 2),
            "products": case.evidence([largest]),
        },
    )


def _sector_concentration(case: Case) -> Measured | None:
    sectors: dict[str, list[str]] = defaultdict(list)
    for product in case.products():
        if product.sector:
            sectors[product.sector].append(product.code)
    if not sectors:
        return None
    sector = max(sectors, key=lambda one: case.share(sectors[one]))
    codes, share = sectors[sector], case.share(sectors[sector])
    name = case.sector_names.get(sector, sector)
    return Measured(
        share,
        {"share": percent(share), "sector": name, "names": case.named(codes)},
        {
            "sector": sector,
            "sector_name": name,
            "share": round(share, 4),
            "products": case.evidence(codes),
        },
    )


def _moving_together(case: Case) -> Measured | None:
    moving = [one.code for one in case.products() if case.may_fall(one)]
    if len(moving) < 2:
        return None
    groups = clusters(case.history, moving, case.rules.basis.cluster_correlation)
    if not groups:
        return None
    codes, correlation = max(groups, key=lambda group: case.share(group[0]))
    share = case.share(codes)
    return Measured(
        share,
        {
            "share": percent(share),
            "names": case.named(codes),
            "correlation": f"{correlation:.2f}",
            "count": str(len(codes)),
        },
        {
            "share": round(share, 4),
            "correlation": round(correlation, 4),
            "products": case.evidence(codes),
            "clusters": [
                {"products": sorted(group), "correlation": round(close, 4)}
                for group, close in groups
            ],
        },
    )


def _same_manager(case: Case) -> Measured | None:
    runs: dict[str, list[Product]] = defaultdict(list)
    for product in case.products():
        if case.classes.main_class(product) != CASH:
            for manager in product.managers:
                runs[manager].append(product)
    several = _several(runs)
    if not several:
        return None
    manager = max(several, key=lambda one: case.share(several[one]))
    codes, share = several[manager], case.share(several[manager])
    return Measured(
        share,
        {"share": percent(share), "manager": manager, "names": case.named(codes)},
        {"share": round(share, 4), "manager": manager, "products": case.evidence(codes)},
    )


def _duplicates(case: Case) -> Measured | None:
    follows: dict[tuple[str, str], list[Product]] = defaultdict(list)
    for product in case.products():
        if product.terms.get("tracks"):
            follows[("tracks", str(product.terms["tracks"]))].append(product)
        elif product.sector:
            follows[(product.sector, product.type)].append(product)

    several = _several(follows)
    if not several:
        return None
    codes = [code for group in several.values() for code in group]
    heaviest_first = sorted(several.items(), key=lambda one: -case.share(one[1]))
    themes = [f"{_theme(case, key)}{len(group)}只" for key, group in heaviest_first]
    groups = [
        {
            "theme": _theme(case, key),
            "share": round(case.share(group), 4),
            "products": case.evidence(group),
        }
        for key, group in heaviest_first
    ]
    share = case.share(codes)
    return Measured(
        share,
        {"share": percent(share), "themes": "、".join(themes), "count": str(len(codes))},
        {"share": round(share, 4), "groups": groups},
    )


def _theme(case: Case, key: tuple[str, str]) -> str:
    if key[0] == "tracks":
        return case.rules.words["tracks"].format(name=key[1])
    return case.rules.words["sector_type"].format(
        sector=case.sector_names.get(key[0], key[0]), type=_type_name(key[1])
    )


def _type_name(type_name: str) -> str:
    return next((names[type_name] for names in TYPE_NAMES.values() if type_name in names), "")


def _too_many(case: Case) -> Measured | None:
    count = len(case.weights)
    return Measured(count, {"count": str(count)}, {"products": count})


def _small_funds(case: Case) -> Measured | None:
    least = case.rules.basis.least_fund_size
    codes = [
        product.code
        for product in case.products()
        if product.kind == "fund" and product.size is not None and product.size < least
    ]
    share = case.share(codes)
    return Measured(
        share,
        {"share": percent(share), "names": case.named(codes), "size": write_money(float(least))},
        {"share": round(share, 4), "products": case.evidence(codes)},
    )


def _cost(case: Case) -> Measured | None:
    fees = {product.code: ongoing_fee(product) for product in case.products()}
    cost = sum(case.weights[code] * fee for code, fee in fees.items())
    dear = sorted(
        (code for code, fee in fees.items() if fee >= cost > 0),
        key=lambda code: -fees[code] * case.weights[code],
    )[: case.rules.basis.items_named]
    return Measured(
        cost,
        {"cost": f"{cost * 100:.2f}%", "names": case.named(dear)},
        {
            "yearly_cost": round(cost, 6),
            "products": [
                {**one, "fee": round(fees[one["code"]], 6)} for one in case.evidence(dear)
            ],
        },
    )


def _illiquid(case: Case) -> Measured | None:
    limit = case.rules.basis.liquid_within_days
    waits = {one.product.code: days_to_cash(one, case.on) for one in case.positions}
    codes = [code for code, days in waits.items() if days > limit]
    share = case.share(codes)
    return Measured(
        share,
        {"share": percent(share), "names": case.named(codes)},
        {
            "share": round(share, 4),
            "products": [{**one, "days": waits[one["code"]]} for one in case.evidence(codes)],
        },
    )


def _emergency_cash(case: Case) -> Measured | None:
    if not case.monthly_spending:
        return None
    wanted = case.emergency_months
    limit = case.rules.basis.liquid_within_days
    have = at_hand(case.positions, case.classes, limit, case.on)
    months = float(have / case.monthly_spending)
    return Measured(
        1 - months / wanted,
        {
            "months": f"{months:.1f}",
            "wanted": str(wanted),
            "amount": write_money(round(float(have))),
        },
        {"at_hand": f"{have:.2f}", "months": round(months, 2), "wanted_months": wanted},
    )


def _several(groups: Mapping[Any, list[Product]]) -> dict[Any, list[str]]:
    """Groups that hold two different funds at least (share classes of one count as one)."""
    return {
        key: [product.code for product in products]
        for key, products in groups.items()
        if len({product.terms.get("family") or product.code for product in products}) > 1
    }


STRUCTURE_CHECKS: Mapping[str, Callable[[Case], Measured | None]] = {
    "concentration": _concentration,
    "sector_concentration": _sector_concentration,
    "moving_together": _moving_together,
    "cost": _cost,
    "illiquid": _illiquid,
    "emergency_cash": _emergency_cash,
    "same_manager": _same_manager,
    "duplicates": _duplicates,
    "too_many": _too_many,
    "small_funds": _small_funds,
}
"""Finding → its check."""
