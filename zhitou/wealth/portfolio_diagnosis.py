"""A portfolio examined: findings with evidence and advice, a score that follows from them; pure.

Nothing here decides: the checks measure, ``rules/diagnosis.yml`` weighs. The same inputs give the
same diagnosis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from zhitou.wealth import analytics
from zhitou.wealth.allocation_rules import AllocationRules
from zhitou.wealth.asset_classes import AssetClasses
from zhitou.wealth.costs import ongoing_fee
from zhitou.wealth.observations import SEVERITIES
from zhitou.wealth.portfolio_case import Case, Measured, days_to_cash
from zhitou.wealth.portfolio_customer_checks import CUSTOMER_CHECKS
from zhitou.wealth.portfolio_diagnosis_rules import DiagnosisRules, FindingRule
from zhitou.wealth.portfolio_history import (
    Episode,
    align,
    change_during,
    path_of,
    worst_episode,
)
from zhitou.wealth.portfolio_structure_checks import STRUCTURE_CHECKS
from zhitou.wealth.positions import Position, weights_of
from zhitou.wealth.product import Product
from zhitou.wealth.suitability import Profile


def examine(
    positions: Sequence[Position],
    profile: Profile,
    series: Mapping[str, pd.Series | None],
    indices: Mapping[str, pd.Series],
    classes: AssetClasses,
    rules: DiagnosisRules,
    allocation: AllocationRules,
    sector_names: Mapping[str, str],
    on: date,
    *,
    own: bool,
) -> Case:
    """Lay a portfolio out for the checks.

    Args:
        positions: one for each product, worth more than nothing together.
        profile: the customer; its status may be anything.
        series: product code → total-return index, None where it has none.
        indices: index code → levels, at least those of the asset classes.
        classes: the asset classes.
        rules: what is looked for.
        allocation: what levels may hold, and the months of spending to keep at hand.
        sector_names: sector → name.
        on: today.
        own: whether these are the customer's holdings on record.
    """
    weights = weights_of(positions)
    products = [position.product for position in positions]
    stand_ins = {product.code: _stand_in(product, classes, indices) for product in products}
    history = align(
        {product.code: series.get(product.code) for product in products},
        stand_ins,
        rules.basis.history_days,
    )
    mix: dict[str, float] = {}
    for product in products:
        for code, share in classes.of_product(product).items():
            mix[code] = mix.get(code, 0.0) + share * weights[product.code]
    episodes = [
        worst_episode(name, indices[classes.classes[code].index], rules.basis.stress_days)
        for code, name in rules.episodes.items()
    ]
    level = profile.level if profile.status == "valid" else None
    spending = None
    if own and profile.annual_income:
        spending = profile.annual_income * allocation.emergency.spending_of_income / 12
    return Case(
        positions=tuple(positions),
        weights=weights,
        profile=profile,
        level=allocation.levels[level] if level else None,
        monthly_spending=spending,
        emergency_months=allocation.emergency.months,
        classes=classes,
        mix=mix,
        history=history,
        path=path_of(history.tail(rules.basis.metrics_days), weights),
        episodes=tuple(
            (episode, change_during(history, weights, episode)) for episode in episodes if episode
        ),
        sector_names=sector_names,
        rules=rules,
        on=on,
    )


def diagnose(case: Case) -> dict[str, Any]:
    """What is found in a portfolio, as the data of a ``diagnosis`` message."""
    findings = findings_of(case)
    return {
        "about": "portfolio",
        "score": case.rules.score(findings),
        "findings": findings,
        "suggestions": list(dict.fromkeys(one["suggestion"] for one in findings)),
        "metrics": metrics_of(case),
        "items": [
            {
                "code": one.product.code,
                "name": one.product.name,
                "type": one.product.type,
                "risk_level": one.product.risk_level,
                "value": f"{one.value:.2f}",
                "weight": round(case.weights[one.product.code], 4),
            }
            for one in sorted(case.positions, key=lambda one: -one.value)
        ],
        "score_rule": case.rules.words["score_rule"],
        "basis": case.rules.words["basis"].format(
            **{"from": case.path.start.isoformat(), "to": case.path.end.isoformat()}
        ),
        "rules_version": case.rules.version,
        "as_of": case.path.end.isoformat(),
        "simulated": True,
        "actions": [dict(action) for action in case.rules.actions],
    }


def findings_of(case: Case) -> list[dict[str, Any]]:
    """All findings worth a word, gravest first."""
    order = list(case.rules.findings)
    found = []
    for code, check in {**CUSTOMER_CHECKS, **STRUCTURE_CHECKS}.items():
        measured = check(case)
        rule = case.rules.findings[code]
        severity = rule.severity(measured.measure) if measured else None
        if measured and severity:
            found.append(_finding(rule, severity, measured))
    if not any(one["severity"] in {"high", "medium"} for one in found):
        found.append(_finding(case.rules.findings["healthy"], "info", Measured(1.0)))
    return sorted(
        found,
        key=lambda one: (
            SEVERITIES.index(one["severity"]),
            -one["penalty"],
            order.index(one["code"]),
        ),
    )


def metrics_of(case: Case) -> dict[str, Any]:
    """The figures of a portfolio; they rest on today's weights in simulated history."""
    hhi = analytics.hhi(case.weights.values())
    liquid = [
        one.product.code
        for one in case.positions
        if days_to_cash(one, case.on) <= case.rules.basis.liquid_within_days
    ]
    levels = case.level.bounds if case.level else {}
    sectors: dict[str, float] = {}
    risk_levels: dict[str, float] = {}
    for product in case.products():
        weight = case.weights[product.code]
        risk_levels[product.risk_level] = risk_levels.get(product.risk_level, 0.0) + weight
        if product.sector:
            sectors[product.sector] = sectors.get(product.sector, 0.0) + weight
    return {
        "value": f"{case.value:.2f}",
        "products": len(case.weights),
        "hhi": round(hhi, 4),
        "effective_number": round(1 / hhi, 2),
        "largest_weight": round(max(case.weights.values()), 4),
        "annual_return": round(case.path.annual_return, 4),
        "volatility": round(case.path.volatility, 4),
        "max_drawdown": round(case.path.max_drawdown, 4),
        "yearly_cost": round(
            sum(case.weights[one.code] * ongoing_fee(one) for one in case.products()), 6
        ),
        "liquid_share": round(case.share(liquid), 4),
        "growth_share": round(case.growth, 4),
        "customer_level": case.profile.level if case.level else None,
        "classes": [
            {
                "asset_class": code,
                "name": one.name,
                "weight": round(case.mix.get(code, 0.0), 4),
                "low": levels[code][0] if levels else None,
                "high": levels[code][1] if levels else None,
            }
            for code, one in case.classes.classes.items()
        ],
        "sectors": [
            {
                "sector": code,
                "name": case.sector_names.get(code, code),
                "weight": round(weight, 4),
            }
            for code, weight in sorted(sectors.items(), key=lambda one: -one[1])
        ],
        "risk_levels": [
            {"risk_level": level, "weight": round(weight, 4)}
            for level, weight in sorted(risk_levels.items())
        ],
        "stress": [_stressed(case, episode, change) for episode, change in case.episodes],
        "from": case.path.start.isoformat(),
        "to": case.path.end.isoformat(),
    }


def _stressed(case: Case, episode: Episode, change: float) -> dict[str, Any]:
    return {
        "name": episode.name,
        "from": episode.start.isoformat(),
        "to": episode.end.isoformat(),
        "market_change": round(episode.change, 4),
        "change": round(change, 4),
        "amount": f"{case.value * Decimal(repr(change)):.2f}",
    }


def _finding(rule: FindingRule, severity: str, measured: Measured) -> dict[str, Any]:
    return {
        "code": rule.code,
        "severity": severity,
        "text": rule.text.format_map(measured.words),
        "evidence": dict(measured.evidence),
        "suggestion": rule.suggestion,
        "measure": round(measured.measure, 4),
        "penalty": rule.penalties[severity],
    }


def _stand_in(
    product: Product, classes: AssetClasses, indices: Mapping[str, pd.Series]
) -> pd.Series:
    """The index a product is measured by, or that of its class where it is not known."""
    index = classes.index_of(product)
    if index is not None and index.code in indices:
        return indices[index.code]
    main = classes.main_class(product) or next(iter(classes.classes))
    return indices[classes.classes[main].index]
