"""Which products are suggested to a customer: hard filters, then a score, then variety.

Suitability comes first and is never given up: only what may be recommended to the customer's valid
level (decision ``allow`` for a sale that the bank initiates) is looked at, also among the closest
alternatives. The short term never ranks: ``selection_rules`` refuses such figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

import numpy as np

from zhitou.wealth.filters import misses_text, sellable, unmet_wishes
from zhitou.wealth.offers import Offers, allowed_levels
from zhitou.wealth.product import Product
from zhitou.wealth.scoring import Aim, PartScore, Scores, aim_for, level_text, score, told
from zhitou.wealth.selection_rules import SelectionRules, load_selection_rules
from zhitou.wealth.shelf import Ints, Mask, Shelf
from zhitou.wealth.suitability import Decision, Profile, span
from zhitou.wealth.wish import Wish

_SCAN = 500
"""How many of the best are looked through for variety and means."""


@dataclass(frozen=True)
class Pick:
    """One product suggested, with its proof."""

    product: Product
    score: float
    parts: tuple[PartScore, ...]
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    decision: Decision
    values: Mapping[str, float | None]
    """Its figures, for the person insured where there is one."""
    misses: tuple[str, ...] = ()
    """Wishes it does not meet; only among the closest alternatives."""
    misses_text: str = ""


@dataclass(frozen=True)
class Selection:
    """What came of a wish.

    Attributes:
        outcome: ``ok``, or ``nothing_suitable`` where ``picks`` are the closest alternatives.
        goal: whose weights counted.
        reason: why nothing was suitable, a code and a sentence; both empty for ``ok``.
        funnel: how many of the kind stand on the ``shelf``, are ``suitable`` for the customer and
            are ``matching`` the whole wish.
    """

    outcome: str
    picks: tuple[Pick, ...]
    goal: str
    reason: tuple[str, str]
    funnel: Mapping[str, int]


def select(
    shelf: Shelf,
    wish: Wish,
    profile: Profile,
    on: date,
    *,
    exclude: Collection[str] = (),
    limit: int = 3,
    rules: SelectionRules | None = None,
) -> Selection:
    """Choose products of a kind for a customer with a valid level.

    Args:
        shelf: all products.
        wish: what the customer wishes for; for managers see ``manager_selection``.
        profile: the customer, with a valid level.
        on: the day whose rules of suitability count.
        exclude: codes shown before; other share classes of theirs are left out, too.
        limit: how many at most.
        rules: other rules than the packaged ones.
    """
    rules = rules or load_selection_rules()
    allowed = allowed_levels(profile, wish.kind, on)
    aim = aim_for(wish, profile, allowed, rules)
    offers = Offers(profile, on, wish.amount, age=wish.example_age)
    of_kind = int(shelf.mask("kind", wish.kind).sum())
    on_sale = sellable(shelf, wish.kind, wish, rules)
    if wish.kind == "insurance" and wish.example_age is not None:
        shelf = shelf.part((wish.groups, wish.age), on_sale, wish.example_age)
        on_sale = np.ones(len(shelf), dtype=np.bool_)
    suitable = on_sale & shelf.mask_any("risk_level", frozenset(allowed))
    unmet = unmet_wishes(shelf, wish, rules)
    meets = np.ones(len(shelf), dtype=np.bool_)
    for mask in unmet.values():
        meets &= ~mask
    fresh = ~seen_before(shelf, exclude)
    matching = suitable & meets
    funnel = {
        "shelf": of_kind,
        "suitable": int(suitable.sum()),
        "matching": int(matching.sum()),
    }
    picks = _choose(shelf, np.flatnonzero(matching & fresh), aim, limit, offers)
    if picks:
        return Selection("ok", picks, aim.goal.id, ("", ""), funnel)
    left = np.flatnonzero(matching & fresh)
    refused = offers.decision(shelf.products[left[0]]) if len(left) else None
    reason = nothing(
        aim,
        seen=bool(matching.any()),
        above_level=bool((on_sale & meets & ~suitable).any()),
        refused=refused,
    )
    closest = _closest(shelf, suitable & fresh & ~meets, unmet, aim, limit, offers)
    return Selection("nothing_suitable", closest, aim.goal.id, reason, funnel)


def seen_before(shelf: Shelf, exclude: Collection[str]) -> Mask:
    """The products of ``exclude`` and the other share classes of the same funds."""
    seen = np.zeros(len(shelf), dtype=np.bool_)
    for code in exclude:
        if code in shelf.index:
            seen[shelf.index[code]] = True
            family = shelf.products[shelf.index[code]].terms.get("family")
            if family:
                seen |= shelf.mask("terms.family", family)
    return seen


def reasons(product: Product, parts: Iterable[PartScore], aim: Aim) -> tuple[str, ...]:
    """The sentences that speak for a product: the level first, then what weighs most."""
    others = [part for part in parts if aim.rules.parts[part.id].way != "match"]
    said = [part.text for part in others if part.text and part.speaks_for]
    if not said:
        said = [part.text for part in others if part.text][:1]
    return (level_text(product, aim), *said)[: aim.rules.most_reasons]


def nothing(
    aim: Aim, *, seen: bool, above_level: bool, refused: Decision | None
) -> tuple[str, str]:
    """Why nothing is suitable: a code and a sentence.

    Args:
        aim: for whom.
        seen: products met the wish, but were shown before.
        above_level: products met the wish, but lie above the level.
        refused: products met the wish, but not the customer's means; the decision that says so.
    """
    if refused is not None:
        code = "beyond_means"
    elif seen:
        code = "all_shown"
    elif above_level:
        code = "above_level"
    else:
        code = "no_match" if aim.wish.criteria() else "no_wish"
    sentence = aim.rules.reasons_nothing[code].format(
        level=aim.customer_level,
        allowed=span(aim.covered),
        wish=aim.wish.text(aim.rules) or aim.rules.words["kind"][aim.wish.kind],
        text=refused.text if refused else "",
    )
    return code, sentence


def _choose(
    shelf: Shelf,
    places: Ints,
    aim: Aim,
    limit: int,
    offers: Offers,
    costs: Ints | None = None,
) -> tuple[Pick, ...]:
    """The best at ``places``, varied; of unequal ``costs`` the cheapest first."""
    scores = score(shelf, places, aim)
    first = np.zeros(len(places), dtype=np.int64) if costs is None else costs
    order = np.lexsort((places, -np.round(scores.total, 9), first))[:_SCAN].tolist()
    chosen: dict[int, Decision] = {}
    for caps in _caps(aim, limit):
        counts = Counter(
            aspect for row in chosen for aspect in _aspects(shelf.products[places[row]], caps)
        )
        for row in order:
            if len(chosen) == limit:
                break
            product = shelf.products[places[row]]
            aspects = _aspects(product, caps)
            if row in chosen or any(counts[aspect] >= caps[aspect[0]] for aspect in aspects):
                continue
            decision = offers.decision(product)
            if decision.decision != "block":
                chosen[row] = decision
                counts.update(aspects)
    return tuple(
        _pick(shelf, scores, row, chosen[row], aim) for row in sorted(chosen, key=order.index)
    )


def _caps(aim: Aim, limit: int) -> list[dict[str, int]]:
    """How many of each aspect a list may hold; what the customer asked for is free.

    Where too few are found the last aspect of the table gives way, then the one before; share
    classes of one fund never stand side by side.
    """
    wish = aim.wish
    table = aim.rules.variety["insurance" if wish.kind == "insurance" else "other"]
    asked = {
        "sector": wish.sector is not None,
        "type": len(wish.types) == 1,
        "manager": wish.fund_manager is not None,
        "company": wish.fund_manager is not None,
    }
    caps = [
        (aspect, most * ceil(limit / 3))
        for aspect, most in table.items()
        if not asked.get(aspect, False)
    ]
    return [{"family": 1, **dict(caps[:count])} for count in range(len(caps), -1, -1)]


def _aspects(product: Product, caps: Mapping[str, int]) -> list[tuple[str, str]]:
    found = {
        "family": (product.terms.get("family"),),
        "manager": product.managers[:1],
        "company": (product.company,),
        "sector": (product.sector,),
        "type": (product.type,),
    }
    return [(aspect, value) for aspect in caps for value in found[aspect] if value]


def _pick(shelf: Shelf, scores: Scores, row: int, decision: Decision, aim: Aim) -> Pick:
    place = int(scores.places[row])
    product = shelf.products[place]
    parts = told(shelf, scores, row, aim)
    horizon = aim.wish.horizon_days
    values = {
        **shelf.values[place],
        "wish_horizon_days": None if horizon is None else float(horizon),
    }
    cautions = [] if decision.decision == "allow" else [decision.text]
    for caution in aim.rules.cautions:
        text = caution.says(values, {}) if caution.severity(product, values) else None
        if text:
            cautions.append(text)
    return Pick(
        product=product,
        score=round(float(scores.total[row]), 2),
        parts=parts,
        reasons=reasons(product, parts, aim),
        cautions=tuple(cautions[: aim.rules.most_cautions]),
        decision=decision,
        values=shelf.values[place],
    )


def _closest(
    shelf: Shelf,
    candidates: Mask,
    unmet: Mapping[str, Mask],
    aim: Aim,
    limit: int,
    offers: Offers,
) -> tuple[Pick, ...]:
    """What meets most of the wish, within the customer's level; each says what it misses."""
    rules = aim.rules
    costs = np.zeros(len(shelf), dtype=np.int64)
    for name, mask in unmet.items():
        costs += mask * rules.relaxations[name].cost
    places = np.flatnonzero(candidates & (costs <= rules.most_relaxation))
    found = []
    for pick in _choose(shelf, places, aim, limit, offers, costs[places]):
        place = shelf.index[pick.product.code]
        misses = tuple(name for name in unmet if unmet[name][place])
        texts = [misses_text(name, pick.product, pick.values, aim.wish, rules) for name in misses]
        found.append(replace(pick, misses=misses, misses_text="；".join(texts)))
    return tuple(found)
