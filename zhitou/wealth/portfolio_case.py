"""One portfolio as the checks of a diagnosis see it: weights, classes, history, customer; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from zhitou.wealth.allocation_rules import LevelMix
from zhitou.wealth.asset_classes import AssetClasses
from zhitou.wealth.portfolio_diagnosis_rules import DiagnosisRules
from zhitou.wealth.portfolio_history import Episode, History, Path
from zhitou.wealth.positions import Position
from zhitou.wealth.product import Product
from zhitou.wealth.suitability import Profile

CASH = "cash"
"""The class that calm money at hand belongs to."""
_WEEKDAYS_TO_DAYS = 1.4


@dataclass(frozen=True)
class Case:
    """One portfolio with everything the checks look at."""

    positions: tuple[Position, ...]
    weights: Mapping[str, float]
    profile: Profile
    level: LevelMix | None
    """What the customer's valid level may hold; None without one."""
    monthly_spending: Decimal | None
    """Yuan; None where it is unknown, or the holdings were only told."""
    emergency_months: int
    classes: AssetClasses
    mix: Mapping[str, float]
    history: History
    path: Path
    episodes: tuple[tuple[Episode, float], ...]
    sector_names: Mapping[str, str]
    rules: DiagnosisRules
    on: date

    @property
    def value(self) -> Decimal:
        """All of it, yuan."""
        return sum((one.value for one in self.positions), Decimal(0))

    @property
    def growth(self) -> float:
        """Share in classes that may fall deeply."""
        return sum(
            self.mix.get(code, 0.0) for code, one in self.classes.classes.items() if one.growth
        )

    def may_fall(self, product: Product) -> bool:
        """Whether most of a product is in a class that may fall deeply."""
        main = self.classes.main_class(product)
        return main is not None and self.classes.classes[main].growth

    def products(self, codes: Iterable[str] | None = None) -> list[Product]:
        """The products (of ``codes``), heaviest first."""
        chosen = set(self.weights if codes is None else codes)
        held = [one.product for one in self.positions if one.product.code in chosen]
        return sorted(held, key=lambda product: -self.weights[product.code])

    def share(self, codes: Iterable[str]) -> float:
        """What some products weigh together."""
        return sum(self.weights[code] for code in codes)

    def named(self, codes: Iterable[str]) -> str:
        """Names of products, heaviest first, shortened where there are many."""
        names = [product.short_name for product in self.products(codes)]
        most = self.rules.basis.items_named
        more = f"等{len(names)}只" if len(names) > most else ""
        return "、".join(names[:most]) + more

    def evidence(self, codes: Iterable[str]) -> list[dict[str, Any]]:
        """Products as evidence, heaviest first."""
        return [
            {
                "code": product.code,
                "name": product.name,
                "risk_level": product.risk_level,
                "weight": round(self.weights[product.code], 4),
            }
            for product in self.products(codes)
        ]


@dataclass(frozen=True)
class Measured:
    """What a check found: its measure, the words for its text, the evidence."""

    measure: float
    words: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)


def days_to_cash(position: Position, on: date) -> int:
    """Calendar days until the money of a position is at hand, if it is asked for today."""
    terms = position.product.terms
    if position.product.is_deposit and str(terms.get("early_withdrawal", "")).startswith("可以"):
        return int(terms.get("arrival_days") or 0)
    lock_up = int(terms.get("lock_up_days") or 0)
    free = (position.bought_at or on) + timedelta(days=lock_up)
    arrival = int(terms.get("arrival_days") or 0)
    return max((free - on).days, 0) + round(arrival * _WEEKDAYS_TO_DAYS)


def at_hand(
    positions: Iterable[Position], classes: AssetClasses, within_days: int, on: date
) -> Decimal:
    """Money in cash-like products that can be had within some days, yuan."""
    return sum(
        (
            one.value
            for one in positions
            if classes.main_class(one.product) == CASH and days_to_cash(one, on) <= within_days
        ),
        Decimal(0),
    )
