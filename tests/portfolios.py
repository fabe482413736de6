"""Small products, histories and customers that tests of portfolios are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from zhitou.wealth.asset_classes import asset_classes
from zhitou.wealth.positions import Position
from zhitou.wealth.product import Product
from zhitou.wealth.suitability import Profile
from zhitou.wealth.suitability_rules import load_rules

TODAY = date(2026, 1, 5)
LAST = date(2026, 1, 2)
DAYS = 1300


def product(code: str, type: str = "mixed_fund", **given: Any) -> Product:
    """A fund (or wealth product) with usual terms; ``terms`` are added to them."""
    kind = given.pop("kind", "fund")
    terms = {"benchmark_index": given.pop("index", "equity"), "family": code, "arrival_days": 2}
    terms |= {"auto_invest": True, "auto_invest_min": "10", "subscription": "open"}
    terms |= given.pop("terms", {})
    return Product(
        **{
            "code": code,
            "name": f"{code}产品",
            "short_name": code,
            "aliases": (),
            "kind": kind,
            "type": type,
            "sector": None,
            "company": "某公司",
            "managers": (f"{code}的经理",),
            "risk_level": "R3",
            "terms": terms,
            "fees": {"management": 0.01, "custody": 0.002, "sales_service": 0},
            "size": Decimal(10) ** 9,
            "inception": date(2015, 1, 5),
            "as_of": LAST,
            **given,
        }
    )


def position(one: Product, value: int | str, **given: Any) -> Position:
    """A position of that value, bought at the same."""
    return Position(one, Decimal(value), given.pop("cost", Decimal(value)), Decimal(0), **given)


def series(values: Sequence[float] | np.ndarray, last: date = LAST) -> pd.Series:
    """Values on the business days that end on ``last``."""
    days = pd.bdate_range(end=last, periods=len(values))
    return pd.Series(np.asarray(values, dtype=float), index=days)


def walk(seed: int, yearly: float = 0.05, volatility: float = 0.2, days: int = DAYS) -> pd.Series:
    """A random total-return index; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    returns = rng.normal(yearly / 252, volatility / np.sqrt(252), days - 1)
    return series(np.concatenate([[1.0], np.cumprod(1 + returns)]))


def indices() -> dict[str, pd.Series]:
    """Levels of every index: calm cash and bonds, lively stocks."""
    spread = {"money": 0.0005, "short_bond": 0.003, "bond": 0.012}
    yearly = {"money": 0.018, "short_bond": 0.025, "bond": 0.035, "gold": 0.05}
    return {
        code: walk(seed, yearly.get(code, 0.08), spread.get(code, 0.18))
        for seed, code in enumerate(asset_classes().indices)
    }


def customer(level: str | None = "C3", **given: Any) -> Profile:
    """A customer with a valid level, or of another ``status``."""
    status = given.pop("status", "valid")
    allows = load_rules().allows(level) if status == "valid" else ()
    return Profile("c", status, level, date(2026, 12, 31), allows=allows, **given)
