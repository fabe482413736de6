"""Which fund managers are suggested: judged by the funds of theirs that suit the customer.

A manager's figure is the size-weighted mean, over those funds, of where each stands among its own
peers; a fund counts for a period only if the manager has run it as long. Share classes count once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

import numpy as np

from zhitou.wealth.figures import figure_book
from zhitou.wealth.filters import misses_text, sellable, unmet_wishes
from zhitou.wealth.offers import allowed_levels
from zhitou.wealth.product import Manager, Product
from zhitou.wealth.scoring import Aim, PartScore, aim_for, along
from zhitou.wealth.scoring_rules import Part
from zhitou.wealth.selection import nothing
from zhitou.wealth.selection_rules import SelectionRules, load_selection_rules
from zhitou.wealth.shelf import Floats, Ints, Mask, Shelf
from zhitou.wealth.suitability import Profile
from zhitou.wealth.wish import Wish
from zhitou.wealth.writing import write

_DAYS_OF_PERIOD = {"_1y": 365, "_3y": 1095, "_5y": 1826}
_RELAXED = (("sector",), ("product_type",), ("sector", "product_type"))


@dataclass(frozen=True)
class ManagerPick:
    """One manager suggested, with the funds that speak for it."""

    manager: Manager
    score: float
    parts: tuple[PartScore, ...]
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    products: tuple[Product, ...]
    """The suitable funds, largest first."""
    values: Mapping[str, float | None]
    misses: tuple[str, ...] = ()
    misses_text: str = ""

    @property
    def risk_level(self) -> str:
        """The highest level among the funds."""
        return max(product.risk_level for product in self.products)


@dataclass(frozen=True)
class ManagerSelection:
    """What came of a wish for a manager; see :class:`zhitou.wealth.selection.Selection`."""

    outcome: str
    picks: tuple[ManagerPick, ...]
    goal: str
    reason: tuple[str, str]
    funnel: Mapping[str, int]


@dataclass(frozen=True)
class _Runs:
    """Who runs which fund for how long; the arrays are of equal length."""

    who: Ints
    place: Ints
    days: Ints


def select_managers(
    shelf: Shelf,
    wish: Wish,
    profile: Profile,
    on: date,
    *,
    exclude: Collection[str] = (),
    limit: int = 3,
    rules: SelectionRules | None = None,
) -> ManagerSelection:
    """Choose managers for a customer with a valid level; the arguments are those of ``select``."""
    rules = rules or load_selection_rules()
    allowed = allowed_levels(profile, "fund", on)
    aim = aim_for(wish, profile, allowed, rules)
    on_sale = sellable(shelf, "fund", wish, rules)
    suitable = on_sale & shelf.mask_any("risk_level", frozenset(allowed))
    runs = _runs(shelf)
    runs = _where(runs, runs.days >= rules.manager_least_tenure_days)
    unmet = unmet_wishes(shelf, wish, rules)

    def fitting(base: Mask, given_up: Collection[str] = ()) -> _Runs:
        fits = base.copy()
        for name, mask in unmet.items():
            if name not in given_up:
                fits &= ~mask
        return _where(runs, fits[runs.place])

    fresh = np.array([manager.id not in exclude for manager in shelf.managers], dtype=np.bool_)
    found = fitting(suitable)
    funnel = {
        "shelf": len(shelf.managers),
        "suitable": len(set(_where(runs, suitable[runs.place]).who.tolist())),
        "matching": len(set(found.who.tolist())),
    }
    picks = _choose(shelf, _where(found, fresh[found.who]), aim, limit)
    if picks:
        return ManagerSelection("ok", picks, aim.goal.id, ("", ""), funnel)
    above = bool(len(fitting(on_sale & ~suitable).who))
    reason = nothing(aim, seen=bool(len(found.who)), above_level=above, refused=None)
    closest: tuple[ManagerPick, ...] = ()
    for given_up in _RELAXED:
        if not closest and set(given_up) <= set(unmet):
            wider = fitting(suitable, given_up)
            closest = tuple(
                replace(pick, misses=given_up, misses_text=_misses(pick, given_up, shelf, aim))
                for pick in _choose(shelf, _where(wider, fresh[wider.who]), aim, limit)
            )
    return ManagerSelection("nothing_suitable", closest, aim.goal.id, reason, funnel)


def managed_values(
    shelf: Shelf, manager: Manager, least_days: int
) -> tuple[dict[str, float | None], tuple[Product, ...]]:
    """A manager's figures over all funds run for ``least_days``, and these, largest first."""
    runs = _runs(shelf)
    mine = np.array([one.id == manager.id for one in shelf.managers], dtype=np.bool_)
    runs = _where(runs, mine[runs.who] & (runs.days >= least_days))
    return _values(shelf, manager, runs), _largest(shelf, runs)


def _choose(shelf: Shelf, runs: _Runs, aim: Aim, limit: int) -> tuple[ManagerPick, ...]:
    who = np.unique(runs.who)
    if not len(who):
        return ()
    weights = aim.goal.weights["manager"]
    parts = {name: _part(shelf, runs, who, aim.rules.parts[name], aim.rules) for name in weights}
    whole = sum(weights.values())
    total = sum((parts[name] * weights[name] / whole for name in weights), np.zeros(len(who)))
    most = aim.rules.variety["other"].get("company", limit) * ceil(limit / 3)
    rows: list[int] = []
    for cap in (most, limit):
        for row in np.lexsort((who, -np.round(total, 9))).tolist():
            company = shelf.managers[who[row]].company
            counts = Counter(shelf.managers[who[taken]].company for taken in rows)
            if row not in rows and len(rows) < limit and counts[company] < cap:
                rows.append(row)
    rows.sort(key=lambda row: (-round(total[row], 9), who[row]))
    return tuple(
        _pick(
            shelf,
            _where(runs, runs.who == who[row]),
            {name: float(parts[name][row]) for name in weights},
            aim,
        )
        for row in rows
    )


def _pick(shelf: Shelf, runs: _Runs, scored: Mapping[str, float], aim: Aim) -> ManagerPick:
    manager, rules = shelf.managers[int(runs.who[0])], aim.rules
    values, products = _values(shelf, manager, runs), _largest(shelf, runs)
    weights = aim.goal.weights["manager"]
    whole = sum(weights.values())
    words = {
        "as_of": shelf.as_of.isoformat(),
        "funds": str(len(products)),
        "career": write("years", values["career_years"] or 0.0),
        "tenure": write("years", values["tenure_years"] or 0.0),
        "size": write("money", values["size"] or 0.0),
        "style": rules.words["style"].get(manager.style, manager.style),
    }
    parts = []
    for name, value in scored.items():
        weight = weights[name] / whole
        text = rules.manager_texts[name].format(share=f"{value:.0%}", **words)
        good = value >= rules.reason_from
        parts.append(
            PartScore(name, rules.parts[name].name, weight, value, 100 * weight * value, text, good)
        )
    parts.sort(key=lambda part: -part.points)
    level = rules.manager_texts["match"].format(
        level=max(product.risk_level for product in products),
        customer_level=aim.customer_level,
        **words,
    )
    strong = [part.text for part in parts if part.speaks_for and part.text]
    short = (values["tenure_years"] or 0) < 3
    return ManagerPick(
        manager=manager,
        score=round(sum(part.points for part in parts), 2),
        parts=tuple(parts),
        reasons=(level, *strong)[: rules.most_reasons],
        cautions=(rules.manager_texts["short_tenure"].format(**words),) if short else (),
        products=products,
        values=values,
    )


def _part(shelf: Shelf, runs: _Runs, who: Ints, part: Part, rules: SelectionRules) -> Floats:
    if part.id == "tenure":
        days = np.array([runs.days[runs.who == one].max() for one in who])
        return along(part, days / 365.25)
    sizes = _sizes(shelf, runs)
    if part.id == "size":
        return along(part, np.array([sizes[runs.who == one].sum() for one in who]))
    total, weight = np.zeros(len(who)), np.zeros(len(who))
    for measure, share in part.measures:
        mean = _mean(runs, who, shelf.standing(measure).share[runs.place], sizes, measure)
        known = np.isfinite(mean)
        total += np.where(known, mean, 0.0) * share
        weight += known * share
    safe = np.where(weight > 0, weight, 1.0)
    return np.asarray(np.where(weight > 0, total / safe, rules.missing_score))


def _mean(runs: _Runs, who: Ints, values: Floats, sizes: Floats, measure: str) -> Floats:
    """Size-weighted mean of each manager's funds that were run for the period of the measure."""
    least = _DAYS_OF_PERIOD.get(measure[-3:], 1095 if measure == "worst_rank" else 0)
    counted = np.isfinite(values) & (runs.days >= least)
    weights = np.where(counted, sizes, 0.0)
    most = int(who.max()) + 1
    above = np.bincount(runs.who, weights * np.where(counted, values, 0.0), minlength=most)[who]
    below = np.bincount(runs.who, weights, minlength=most)[who]
    return np.asarray(np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan))


def _values(shelf: Shelf, manager: Manager, runs: _Runs) -> dict[str, float | None]:
    found: dict[str, float | None] = {
        "career_years": max((shelf.on - manager.career_start).days, 0) / 365.25,
        "tenure_years": float(runs.days.max(initial=0)) / 365.25,
        "funds_run": float(len(runs.place)),
        "size": float(_sizes(shelf, runs).sum()),
    }
    for name in figure_book().shown["manager"]:
        if name not in found and len(runs.who):
            column = shelf.column(name)[runs.place]
            mean = _mean(runs, runs.who[:1], column, _sizes(shelf, runs), name)[0]
            found[name] = float(mean) if np.isfinite(mean) else None
    return found


def _largest(shelf: Shelf, runs: _Runs) -> tuple[Product, ...]:
    order = np.argsort(-_sizes(shelf, runs), kind="stable")
    return tuple(shelf.products[place] for place in runs.place[order].tolist())


def _sizes(shelf: Shelf, runs: _Runs) -> Floats:
    return np.asarray(np.maximum(np.nan_to_num(shelf.column("size")[runs.place]), 1.0))


def _misses(pick: ManagerPick, given_up: Collection[str], shelf: Shelf, aim: Aim) -> str:
    product = pick.products[0]
    values = shelf.values[shelf.index[product.code]]
    return "；".join(misses_text(name, product, values, aim.wish, aim.rules) for name in given_up)


def _runs(shelf: Shelf) -> _Runs:
    """All funds that are run now; of the share classes of a fund the largest."""
    who, place, days = [], [], []
    for number, manager in enumerate(shelf.managers):
        best: dict[str, tuple[float, int, int]] = {}
        for tenure in manager.tenures:
            if tenure.until is None and tenure.product_code in shelf.index:
                here = shelf.index[tenure.product_code]
                product = shelf.products[here]
                family = str(product.terms.get("family") or product.code)
                entry = (float(product.size or 0), here, (shelf.on - tenure.since).days)
                best[family] = max(best.get(family, entry), entry)
        for _, here, run in best.values():
            who.append(number)
            place.append(here)
            days.append(run)
    return _Runs(*(np.array(one, dtype=np.int64) for one in (who, place, days)))


def _where(runs: _Runs, mask: Mask) -> _Runs:
    return _Runs(runs.who[mask], runs.place[mask], runs.days[mask])
