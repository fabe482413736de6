"""The score of products: named parts, each between 0 and 1, weighted by goal and shape.

A score is 100 times the weighted mean of its parts. A part with nothing to say about a wish (term
without a horizon) is left out and the weights of the others grow; a part whose figures are missing
scores ``missing_score``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from zhitou.wealth.figures import figure_book, holding
from zhitou.wealth.filters import needed_days
from zhitou.wealth.product import RISK_LEVELS, Product
from zhitou.wealth.scoring_rules import COST_BY_HORIZON, Goal, Part
from zhitou.wealth.selection_rules import SelectionRules
from zhitou.wealth.shelf import Floats, Ints, Shelf
from zhitou.wealth.suitability import Profile, span
from zhitou.wealth.wish import Wish, horizon_text
from zhitou.wealth.writing import write


@dataclass(frozen=True)
class PartScore:
    """One part of one score: ``points`` is what it adds to the 100."""

    id: str
    name: str
    weight: float
    score: float
    points: float
    text: str | None
    """The sentence with the number behind it; ``None`` where the number is missing."""
    speaks_for: bool
    """Whether the sentence is a reason, not only a fact."""

    def data(self) -> dict[str, object]:
        """The part as JSON."""
        return {
            "id": self.id,
            "name": self.name,
            "weight": round(self.weight, 4),
            "score": round(self.score, 4),
            "points": round(self.points, 2),
            "text": self.text,
        }


@dataclass(frozen=True)
class Aim:
    """For whom is scored: the wish, the goal it means and the level to be near to."""

    wish: Wish
    goal: Goal
    target: int
    customer_level: str
    covered: tuple[str, ...]
    """What the level covers; what may be recommended (``allowed``) can be less."""
    allowed: tuple[str, ...]
    rules: SelectionRules


@dataclass(frozen=True)
class Scores:
    """Scores of some places of a shelf; every array is as long as ``places``."""

    places: Ints
    total: Floats
    parts: Mapping[str, Floats]
    weights: Mapping[str, Floats]


def aim_for(wish: Wish, profile: Profile, allowed: tuple[str, ...], rules: SelectionRules) -> Aim:
    """The goal whose conditions the wish meets, and the level it aims at within ``allowed``."""
    goal = next(goal for goal in rules.goals if _meets(wish, goal))
    if wish.risk_preference is not None:
        level = rules.preference_levels[wish.risk_preference]
    elif wish.horizon_days is not None:
        level = next(
            (level for days, level in rules.horizon_targets if wish.horizon_days <= days),
            RISK_LEVELS[-1],
        )
    else:
        level = rules.default_targets.get(profile.level or "", RISK_LEVELS[0])
    target = min(level, max(allowed, default=RISK_LEVELS[0]))
    return Aim(
        wish, goal, int(target[1:]), profile.level or "", profile.allows or allowed, allowed, rules
    )


def score(shelf: Shelf, places: Ints, aim: Aim) -> Scores:
    """Score the products at ``places``."""
    rules = aim.rules
    parts: dict[str, Floats] = {}
    weights: dict[str, Floats] = {}
    for shape, types in rules.shapes.items():
        here = shelf.mask_any("type", types)[places]
        if not here.any():
            continue
        for name, weight in aim.goal.weights[shape].items():
            part = rules.parts[name]
            if not _speaks(part, aim):
                continue
            if name not in parts:
                parts[name] = np.zeros(len(places))
                weights[name] = np.zeros(len(places))
            parts[name][here] = part_scores(shelf, places[here], part, aim)
            weights[name][here] = weight
    whole = sum(weights.values(), np.zeros(len(places)))
    whole[whole == 0] = 1.0
    shares = {name: weight / whole for name, weight in weights.items()}
    total = sum((shares[name] * parts[name] for name in parts), np.zeros(len(places)))
    return Scores(places, total * 100, parts, shares)


def part_scores(shelf: Shelf, places: Ints, part: Part, aim: Aim) -> Floats:
    """One part of the products at ``places``."""
    rules = aim.rules
    if part.way == "match":
        away = np.abs(shelf.column("level")[places] - aim.target)
        return np.asarray(np.clip(1 - rules.match_step * away, 0, 1))
    if part.way == "term":
        needed = needed_days(shelf, rules)[places]
        return along(part, needed / max(aim.wish.horizon_days or 0, 1))
    if part.way == "need":
        wanted = rules.need[_group(aim.wish)]
        return np.array([wanted.get(shelf.products[i].type, 0.0) for i in places.tolist()])
    if part.way == "curve":
        values = shelf.column(part.measures[0][0])[places]
        return np.where(np.isnan(values), rules.missing_score, along(part, values))
    total, weight = np.zeros(len(places)), np.zeros(len(places))
    for measure, share in _measures(part, aim.wish):
        standing = shelf.standing(measure).share[places]
        known = np.isfinite(standing)
        total += np.where(known, standing, 0.0) * share
        weight += known * share
    return np.asarray(
        np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), rules.missing_score)
    )


def told(shelf: Shelf, scores: Scores, row: int, aim: Aim) -> tuple[PartScore, ...]:
    """The parts of one product's score with their sentences, weightiest first."""
    place = int(scores.places[row])
    found = []
    for name, column in scores.parts.items():
        weight = float(scores.weights[name][row])
        if weight > 0:
            found.append(
                _told(shelf, place, aim.rules.parts[name], weight, float(column[row]), aim)
            )
    return tuple(sorted(found, key=lambda one: -one.points))


def level_text(product: Product, aim: Aim) -> str:
    """Why the level of a product is within the customer's, in the words of the part ``match``."""
    return aim.rules.parts["match"].text.format(
        level=product.risk_level, customer_level=aim.customer_level, allowed=span(aim.covered)
    )


def _told(shelf: Shelf, place: int, part: Part, weight: float, value: float, aim: Aim) -> PartScore:
    product, values = shelf.products[place], shelf.values[place]
    good = value >= aim.rules.reason_from
    text: str | None
    if part.way == "match":
        text = level_text(product, aim)
    elif part.way == "term":
        days = aim.wish.horizon_days or 0
        text = part.text.format(
            holding=holding(product), horizon=horizon_text(days).removeprefix("放")
        )
    elif part.way == "need":
        insured = aim.rules.words["insured"][aim.wish.insured or _group(aim.wish)]
        text = part.text.format(insured=insured, type=product.type_name)
    else:
        names = [name for name, _ in _measures(part, aim.wish)]
        names = names if "{figure}" in part.text else names[:1]
        known = next((name for name in names if values.get(name) is not None), None)
        text = None if known is None else _figure_text(shelf, place, part, known)
        if part.way == "peers" and known is not None:
            good = good and bool(shelf.standing(known).share[place] > 0.5)
    return PartScore(
        part.id, part.name, weight, value, 100 * weight * value, text, good and text is not None
    )


def _figure_text(shelf: Shelf, place: int, part: Part, measure: str) -> str:
    product, figure = shelf.products[place], figure_book().figures[measure]
    words = {
        "figure": figure.name,
        "value": write(figure.unit, float(shelf.column(measure)[place])),
        "as_of": (product.as_of or shelf.on).isoformat(),
    }
    if part.way == "peers":
        standing = shelf.standing(measure)
        words.update(peers=str(standing.peers[place]), beaten=str(standing.beaten[place]))
    return part.text.format_map(words)


def _measures(part: Part, wish: Wish) -> tuple[tuple[str, float], ...]:
    """The measures of a part; ``cost`` becomes the one of the horizon."""
    days = 365 if wish.horizon_days is None else wish.horizon_days
    cost = next(name for most, name in COST_BY_HORIZON if most is None or days <= most)
    return tuple((cost if name == "cost" else name, share) for name, share in part.measures)


def _meets(wish: Wish, goal: Goal) -> bool:
    if goal.preferences and wish.risk_preference not in goal.preferences:
        return False
    most = goal.horizon_days_up_to
    return most is None or (wish.horizon_days is not None and wish.horizon_days <= most)


def _speaks(part: Part, aim: Aim) -> bool:
    """Whether a part has something to say about the wish."""
    if part.way == "term":
        return (aim.wish.horizon_days or 0) > 1
    return part.way != "need" or (not aim.wish.types and bool(_group(aim.wish)))


def _group(wish: Wish) -> str:
    return min(wish.groups, default="")


def along(part: Part, values: Floats) -> Floats:
    """Values on the curve of a part, linear between its points and flat outside."""
    xs, ys = zip(*part.curve, strict=True)
    return np.asarray(np.interp(values, xs, ys))
