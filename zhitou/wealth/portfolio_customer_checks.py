"""Checks of a portfolio against its customer: level, classes, falls it may bear; pure.

What a measure means, how grave it is and what is said about it stands in ``rules/diagnosis.yml``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from zhitou.wealth.apportionment import percent
from zhitou.wealth.portfolio_case import Case, Measured
from zhitou.wealth.suitability import span
from zhitou.wealth.writing import write_money


def _risk_mismatch(case: Case) -> Measured | None:
    if case.level is None:
        return None
    allowed = case.profile.allows
    codes = [product.code for product in case.products() if product.risk_level not in allowed]
    share = case.share(codes)
    return Measured(
        share,
        {
            "share": percent(share),
            "names": case.named(codes),
            "level": case.profile.level or "",
            "allowed": span(allowed),
        },
        {
            "share": round(share, 4),
            "customer_level": case.profile.level,
            "allows": list(allowed),
            "products": case.evidence(codes),
        },
    )


def _no_valid_level(case: Case) -> Measured | None:
    status = case.profile.status
    if status == "valid":
        return None
    until = case.profile.valid_until
    return Measured(
        0.5 if status == "needs_identity" else 1.0,
        {"state": case.rules.words[status]},
        {"status": status, "valid_until": until.isoformat() if until else None},
    )


def _growth_above_level(case: Case) -> Measured | None:
    if case.level is None:
        return None
    high = case.level.growth[1]
    return Measured(
        case.growth - high,
        {"share": percent(case.growth), "high": percent(high), "level": case.profile.level or ""},
        {"share": round(case.growth, 4), "high": high},
    )


def _growth_below_level(case: Case) -> Measured | None:
    if case.level is None:
        return None
    low = case.level.growth[0]
    return Measured(
        low - case.growth,
        {"share": percent(case.growth), "low": percent(low), "level": case.profile.level or ""},
        {"share": round(case.growth, 4), "low": low},
    )


def _class_drift(case: Case) -> Measured | None:
    if case.level is None:
        return None
    off = []
    for code, (low, high) in case.level.bounds.items():
        weight = case.mix.get(code, 0.0)
        distance = max(weight - high, low - weight)
        if distance > 0:
            off.append((distance, code, weight, low, high))
    if not off:
        return None
    off.sort(reverse=True)
    words = [
        case.rules.words["class_above" if weight > high else "class_below"].format(
            name=case.classes.classes[code].name,
            weight=percent(weight),
            low=percent(low),
            high=percent(high),
        )
        for _, code, weight, low, high in off[: case.rules.basis.items_named]
    ]
    return Measured(
        off[0][0],
        {"classes": "、".join(words)},
        {
            "classes": [
                {"asset_class": code, "weight": round(weight, 4), "low": low, "high": high}
                for _, code, weight, low, high in off
            ]
        },
    )


def _drawdown(case: Case) -> Measured | None:
    if case.level is None:
        return None
    fall, bearable = -case.path.max_drawdown, case.level.tolerable_fall
    amount = float(case.value) * fall
    return Measured(
        fall / bearable,
        {
            "fall": percent(fall),
            "bearable": percent(bearable),
            "level": case.profile.level or "",
            "amount": write_money(round(amount)),
        },
        {
            "max_drawdown": round(-fall, 4),
            "bearable": bearable,
            "amount": f"{-amount:.2f}",
            "from": case.path.start.isoformat(),
            "to": case.path.end.isoformat(),
        },
    )


def _stress(case: Case) -> Measured | None:
    if case.level is None or not case.episodes:
        return None
    episode, change = min(case.episodes, key=lambda one: one[1])
    amount = float(case.value) * change
    return Measured(
        -change / case.level.tolerable_fall,
        {
            "episode": episode.name,
            "fall": percent(change),
            "bearable": percent(case.level.tolerable_fall),
            "amount": write_money(round(amount)),
        },
        {
            "episode": episode.name,
            "from": episode.start.isoformat(),
            "to": episode.end.isoformat(),
            "change": round(change, 4),
            "amount": f"{amount:.2f}",
        },
    )


CUSTOMER_CHECKS: Mapping[str, Callable[[Case], Measured | None]] = {
    "risk_mismatch": _risk_mismatch,
    "no_valid_level": _no_valid_level,
    "growth_above_level": _growth_above_level,
    "growth_below_level": _growth_below_level,
    "class_drift": _class_drift,
    "drawdown": _drawdown,
    "stress": _stress,
}
"""Finding → its check."""
