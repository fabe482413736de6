"""How to split a sum over asset classes, by level, horizon and goal (``allocation.yml``); pure.

The mix has the greatest return less half of aversion times variance within the bounds of the level
(Markowitz, 1952). Two things keep chance in the past from deciding: returns are pulled towards
those under which the level's natural mix would be optimal (Black and Litterman, 1992), and the
covariance is shrunk (see :mod:`zhitou.wealth.covariance`). The same inputs give the same plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

import numpy as np

from zhitou.wealth import analytics
from zhitou.wealth.allocation_rules import AllocationRules, Limit, Range
from zhitou.wealth.apportionment import percent, plain, shares_of, split, whole_percents
from zhitou.wealth.asset_classes import AssetClasses
from zhitou.wealth.covariance import shrunk_covariance
from zhitou.wealth.optimisation import Infeasible, max_utility, min_volatility
from zhitou.wealth.portfolio_history import History, path_of
from zhitou.wealth.writing import write_money

Mix = dict[str, float]
"""Asset class → weight; the weights sum to 1."""


@dataclass(frozen=True)
class AllocationRequest:
    """What a plan is asked for.

    ``level`` is the one that counts (C1 to C5); ``available`` holds the classes for which there is
    a product that suits the customer; ``at_hand`` is what the customer can already have at once.
    """

    amount: Decimal
    level: str
    lowest_class: bool = False
    horizon_days: int | None = None
    goal: str | None = None
    annual_income: Decimal | None = None
    at_hand: Decimal = Decimal(0)
    available: frozenset[str] = frozenset()


def plan(
    request: AllocationRequest, history: History, rules: AllocationRules, classes: AssetClasses
) -> dict[str, Any]:
    """A plan with its figures and its words, as the data of an ``allocation`` message.

    Args:
        request: what is asked for; ``amount`` is at least ``rules.minimum_amount``.
        history: values of the index of every class, columns named by class.
        rules: the rules.
        classes: the asset classes.
    """
    days = rules.default_days if request.horizon_days is None else request.horizon_days
    goal = rules.goal_of(request.goal)
    limits = [rules.limit_of_horizon(days), *([goal.limit] if goal else [])]
    bounds, centre = bounds_for(request, limits, rules, classes)
    recent = history.tail(rules.history_days)
    weights = whole_percents(find_mix(bounds, centre, request.level, recent, rules))
    reserve, reserve_text = emergency_reserve(request, rules)
    amounts = split(request.amount - reserve, weights)
    amounts["cash"] = amounts.get("cash", Decimal(0)) + reserve
    amounts = {code: amounts[code] for code in classes.classes if amounts.get(code)}
    shares = shares_of(amounts)
    missing = [
        classes.classes[code].name
        for code, (_, high) in rules.levels[request.level].bounds.items()
        if high > 0 and code not in request.available
    ]
    path = path_of(recent, shares)
    said = {"from": path.start.isoformat(), "to": path.end.isoformat(), "level": request.level}
    assumptions = [rules.assumptions[name].format(**said) for name in ("history", "robust")]
    assumptions += [limits[0].text, *([goal.limit.text] if goal else [])]
    if request.horizon_days is None:
        assumptions.append(rules.assumptions["no_horizon"])
    if missing:
        assumptions.append(rules.assumptions["missing"].format(names="、".join(missing)))
    assumptions.append(rules.assumptions["costs"])
    return {
        "amount": plain(request.amount),
        "level": request.level,
        "horizon_days": days,
        "goal": goal.id if goal else None,
        "goal_name": goal.name if goal else None,
        "weights": [
            {
                "asset_class": code,
                "name": classes.classes[code].name,
                "weight": float(shares[code]),
                "amount": plain(amount),
                "why": rules.why[code],
            }
            for code, amount in amounts.items()
        ],
        "expected": {
            "return": round(path.annual_return, 4),
            "volatility": round(path.volatility, 4),
            "max_drawdown": round(path.max_drawdown, 4),
        },
        "range": outcomes(path.values, request.amount, days, rules),
        "emergency": {
            "amount": plain(reserve),
            "months": rules.emergency.months,
            "text": reserve_text,
        },
        "rebalance": rebalance(shares, rules),
        "assumptions": assumptions,
        "disclosure": rules.disclosure,
        "rules_version": rules.version,
        "as_of": path.end.isoformat(),
        "simulated": True,
    }


def bounds_for(
    request: AllocationRequest,
    limits: Iterable[Limit],
    rules: AllocationRules,
    classes: AssetClasses,
) -> tuple[dict[str, Range], Mix]:
    """The bounds that the level leaves after horizon, goal and shelf, and the mix natural in them.

    What growth classes and classes without a suitable product may no longer hold, calmer classes
    may hold instead.
    """
    level = rules.levels[request.level]
    bounds, centre = dict(level.bounds), dict(level.centre)
    if request.lowest_class:
        bounds = {code: (1.0, 1.0) if code == "cash" else (0.0, 0.0) for code in bounds}
    for limit in limits:
        if limit.only is not None:
            bounds = _only(bounds, limit.only)
            continue
        scaled = {
            code: limit.growth if one.growth else 1.0 for code, one in classes.classes.items()
        }
        bounds = _scaled(bounds, scaled)
        centre = {code: weight * scaled[code] for code, weight in centre.items()}
    there = {code: 1.0 if code in request.available | {"cash"} else 0.0 for code in bounds}
    bounds = _scaled(bounds, there)
    return bounds, _within({code: centre[code] * there[code] for code in bounds}, bounds)


def find_mix(
    bounds: Mapping[str, Range],
    centre: Mapping[str, float],
    level: str,
    history: History,
    rules: AllocationRules,
) -> Mix:
    """The optimal mix within ``bounds``; the calmest where all exceed the level's volatility."""
    codes = list(history.codes)
    returns = history.returns
    covariance, _ = shrunk_covariance(returns)
    past = analytics.annual_return(history.values)
    natural = np.array([centre[code] for code in codes])
    aversion = rules.aversion[level]
    quiet = float(past[int(np.argmin(np.diag(covariance)))])
    implied = quiet + aversion * covariance @ natural
    mean = rules.towards_centre * implied + (1 - rules.towards_centre) * past
    pairs = [bounds[code] for code in codes]
    ceiling = rules.levels[level].volatility
    try:
        weights = max_utility(mean, covariance, pairs, aversion, ceiling)
    except Infeasible:
        weights = min_volatility(covariance, pairs)
    return dict(zip(codes, weights.tolist(), strict=True))


def emergency_reserve(request: AllocationRequest, rules: AllocationRules) -> tuple[Decimal, str]:
    """What of the sum stays at hand for emergencies, whole yuan, and why."""
    emergency = rules.emergency
    if request.annual_income is None or request.annual_income <= 0:
        return Decimal(0), emergency.unknown
    spending = request.annual_income * emergency.spending_of_income / 12
    wanted = spending * emergency.months - request.at_hand
    reserve = min(wanted, request.amount * emergency.most_of_sum).quantize(1, ROUND_DOWN)
    if reserve <= 0:
        return Decimal(0), emergency.enough.format(months=emergency.months)
    text = emergency.text.format(
        months=emergency.months,
        amount=write_money(float(reserve)),
        share=percent(float(emergency.spending_of_income)),
    )
    return reserve, text


def rebalance(shares: Mapping[str, float], rules: AllocationRules) -> dict[str, Any]:
    """When to bring each class back: the band around its weight."""
    rule = rules.rebalance
    bands = []
    for code, share in shares.items():
        room = max(rule.least, min(rule.absolute, rule.relative * share))
        low, high = max(0.0, share - room), min(1.0, share + room)
        bands.append({"asset_class": code, "low": round(low, 4), "high": round(high, 4)})
    text = rule.text.format(
        absolute=f"{rule.absolute * 100:g}个百分点", relative=f"{rule.relative * 100:g}%"
    )
    return {"every_months": rule.every_months, "text": text, "bands": bands}


def outcomes(values: Any, amount: Decimal, days: int, rules: AllocationRules) -> dict[str, Any]:
    """The range of what the sum could have become, by drawing blocks of past months.

    A stationary past is assumed; blocks keep the months' order inside (Künsch, 1989).
    """
    rule = rules.range
    months = min(max(1, round(days / 30.4)), rule.most_months)
    blocks = values[21 * rule.months_in_block :] / values[: -21 * rule.months_in_block]
    draws = -(-months // rule.months_in_block)
    rng = np.random.default_rng(rule.seed)
    drawn = blocks[rng.integers(0, len(blocks), size=(rule.paths, draws))].prod(axis=1)
    ends = drawn ** (months / (draws * rule.months_in_block))
    points = np.quantile(ends, [(1 - rule.share) / 2, 0.5, (1 + rule.share) / 2])
    low, middle, high = ((amount * Decimal(repr(float(end)))).quantize(1) for end in points)
    loss_share = round(float((ends < 1).mean()), 4)
    return {
        "months": months,
        "low": plain(low),
        "middle": plain(middle),
        "high": plain(high),
        "share": rule.share,
        "loss_share": loss_share,
        "text": rule.text.format(
            paths=rule.paths,
            months=months,
            low=write_money(float(low)),
            high=write_money(float(high)),
            loss_share=percent(loss_share),
        ),
    }


def _only(bounds: Mapping[str, Range], only: Mapping[str, Range]) -> dict[str, Range]:
    """Bounds of a limit, above the least weights of the level; nothing the level does not hold."""
    narrowed = {}
    for code, (low, high) in bounds.items():
        least, most = only[code]
        narrowed[code] = (max(low, least), most) if high > 0 and most > 0 else (0.0, 0.0)
    lows = sum(low for low, _ in narrowed.values())
    if lows > 1:
        narrowed = {code: (low / lows, high) for code, (low, high) in narrowed.items()}
    return _closed(narrowed, 0.0)


def _scaled(bounds: Mapping[str, Range], factors: Mapping[str, float]) -> dict[str, Range]:
    """Bounds times factors; classes that keep theirs may take what the others give up."""
    given_up = sum(high * (1 - factors[code]) for code, (_, high) in bounds.items())
    scaled = {
        code: (low * factors[code], high * factors[code]) for code, (low, high) in bounds.items()
    }
    kept = {code: scaled[code] for code in scaled if factors[code] == 1 and scaled[code][1] > 0}
    for code, (low, high) in kept.items():
        scaled[code] = (low, min(1.0, high + given_up))
    return _closed(scaled, given_up)


def _closed(bounds: dict[str, Range], given_up: float) -> dict[str, Range]:
    """Bounds that leave a mix: cash takes what is missing."""
    room = sum(high for _, high in bounds.values())
    if room < 1:
        low, high = bounds["cash"]
        bounds["cash"] = (low, min(1.0, high + 1 - room))
    return bounds


def _within(centre: Mapping[str, float], bounds: Mapping[str, Range]) -> Mix:
    """The centre moved into the bounds, summing to 1: what is missing goes where there is room."""
    mix = {code: min(max(centre[code], low), high) for code, (low, high) in bounds.items()}
    rest = 1 - sum(mix.values())
    room = {
        code: (high - mix[code]) if rest > 0 else (mix[code] - low)
        for code, (low, high) in bounds.items()
    }
    whole = sum(room.values())
    return {code: mix[code] + (rest * room[code] / whole if whole else 0) for code in mix}
