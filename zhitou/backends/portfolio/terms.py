"""What every plan starts from: the customer's level, the horizon, what may be offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhitou.backends.errors import BadRequest
from zhitou.backends.portfolio.books import Books
from zhitou.backends.portfolio.naming import Answer
from zhitou.wealth.allocation_rules import allocation_rules
from zhitou.wealth.product import Product
from zhitou.wealth.selection_rules import load_selection_rules
from zhitou.wealth.suitability import Profile
from zhitou.wealth.suitability_rules import load_rules
from zhitou.wealth.wish import WishError, horizon_days, horizon_text

_UNDECIDED = {
    "needs_identity": "needs_identity",
    "none": "needs_assessment",
    "expired": "assessment_expired",
}


@dataclass(frozen=True)
class Terms:
    """What a plan starts from: who, at which level, for how long."""

    profile: Profile
    own: str
    level: str
    horizon: str | None
    days: int | None
    notes: tuple[str, ...]
    suits: Callable[[Product], bool]

    def data(self) -> dict[str, Any]:
        """The part of the answer that says it."""
        return {
            "level": self.own,
            "level_used": self.level,
            "horizon": self.horizon,
            "horizon_text": None if self.days is None else horizon_text(self.days),
        }


async def terms_of(
    books: Books,
    customer_id: str | None,
    horizon: str | None,
    risk_preference: str | None,
) -> Terms | Answer:
    """What a plan starts from, or the answer where there can be none.

    Raises:
        BadRequest: a horizon or preference that means nothing.
    """
    selection = load_selection_rules()
    try:
        days = horizon_days(horizon, selection.horizon_words) if horizon else None
    except WishError as error:
        raise BadRequest(str(error)) from error
    if risk_preference and risk_preference not in selection.preference_levels:
        known = ", ".join(selection.preference_levels)
        raise BadRequest(f"risk_preference: one of {known}")
    profile = await books.profile(customer_id)
    own = profile.level
    if profile.status != "valid" or own is None:
        data = {}
        if profile.status == "expired":
            until = profile.valid_until.isoformat() if profile.valid_until else None
            data = {"level": own, "valid_until": until}
        return {"outcome": _UNDECIDED.get(profile.status, "needs_assessment"), "data": data}
    words = allocation_rules().assumptions
    level, notes = own, [words["level"].format(level=own)]
    if risk_preference:
        wished = "C" + selection.preference_levels[risk_preference][1:]
        said = {"preference": selection.words["risk_preference"][risk_preference], "own": own}
        if wished < own:
            level, notes = wished, [words["lower"].format(level=wished, **said)]
        elif wished > own:
            notes = [words["higher"].format(level=own, **said)]
    allowed, covered = books.suits(profile), load_rules().allows(level)
    return Terms(
        profile=profile,
        own=own,
        level=level,
        horizon=horizon,
        days=days,
        notes=tuple(notes),
        suits=lambda product: product.risk_level in covered and allowed(product),
    )
