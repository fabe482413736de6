"""A made-up market: factors, indices and unit values of products by ``market.yml``; pure numpy.

Every factor and every fund has its own stream of random numbers from a fixed first day, so the
same day has the same values whenever it is generated, and adding a fund changes no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
import yaml

from zhitou.wealth.analytics import PERIODS_PER_YEAR, Array
from zhitou.wealth.product import Product
from zhitou.wealth.total_return import Distribution

MARGIN_DAYS = 12
"""Calendar days kept before the five years, so that a five-year return has its first value."""
_TAIL_FREEDOM = 5
"""Degrees of freedom of the noise (Student's t): days far out are as common as in real markets."""


@dataclass(frozen=True)
class Market:
    """What was simulated; rows are trading days, columns codes, ``NaN`` before inception."""

    indices: pd.DataFrame
    unit_nav: pd.DataFrame
    cumulative_nav: pd.DataFrame
    total_return: pd.DataFrame
    distributions: Mapping[str, tuple[Distribution, ...]]


def parameters() -> dict[str, Any]:
    """The bundled ``market.yml``."""
    text = resources.files(__package__).joinpath("market.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def simulate(products: Iterable[Product], as_of: date, rules: Mapping[str, Any]) -> Market:
    """Values of all products that have daily ones, for five years up to ``as_of``.

    Args:
        products: the shelf; types without rules (deposits, insurance) are left out.
        as_of: the last trading day, at least some weeks after the epoch of ``rules``.
        rules: see :func:`parameters`.
    """
    days = pd.bdate_range(rules["epoch"], as_of)
    valued = [item for item in products if item.type in rules["types"]]
    factors = _factors(days, rules)
    money = _money(days, rules)
    index_returns = {
        code: factors @ _loads(spec["loads"], rules) + spec.get("money", 0.0) * money
        for code, spec in rules["indices"].items()
    }
    first = days.searchsorted(
        pd.Timestamp(as_of) - pd.DateOffset(years=rules["years"], days=MARGIN_DAYS)
    )
    levels = {code: 1000.0 * np.cumprod(1.0 + r) for code, r in index_returns.items()}
    series = [_Series.of(item, days, factors, money, rules) for item in valued]
    kept = days[first:]

    def table(name: str) -> pd.DataFrame:
        columns = {s.code: getattr(s, name)[first:] for s in series}
        return pd.DataFrame(columns, index=kept)

    return Market(
        indices=pd.DataFrame({code: level[first:] for code, level in levels.items()}, index=kept),
        unit_nav=table("unit"),
        cumulative_nav=table("cumulative"),
        total_return=table("total"),
        distributions={
            s.code: tuple(d for d in s.distributions if d.day >= kept[0].date()) for s in series
        },
    )


@dataclass(frozen=True)
class _Series:
    """The whole history of one product, from the epoch on."""

    code: str
    unit: Array
    cumulative: Array
    total: Array
    distributions: tuple[Distribution, ...]

    @classmethod
    def of(
        cls,
        product: Product,
        days: pd.DatetimeIndex,
        factors: Array,
        money: Array,
        rules: Mapping[str, Any],
    ) -> _Series:
        returns = _returns(product, days, factors, money, rules)
        start = int(days.searchsorted(pd.Timestamp(product.inception or days[0])))
        returns[: start + 1] = 0.0
        value = np.cumprod(1.0 + returns)
        value[:start] = np.nan
        if _is_cash(rules["types"][product.type], rules):
            flat = np.where(np.isnan(value), np.nan, 1.0)
            return cls(product.code, flat, flat, value, ())
        return cls(product.code, *_distribute(product, days, value, start, rules))


def _is_cash(spec: Mapping[str, Any], rules: Mapping[str, Any]) -> bool:
    return bool(rules["indices"][spec["index"]].get("money"))


def _stream(rules: Mapping[str, Any], *names: str) -> np.random.Generator:
    digest = hashlib.sha256("/".join((str(rules["seed"]), *names)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def _noise(rules: Mapping[str, Any], name: str, count: int) -> Array:
    """Fat-tailed noise of unit variance; a longer series begins like a shorter one."""
    drawn = _stream(rules, "noise", name).standard_t(_TAIL_FREEDOM, count)
    return np.asarray(drawn / np.sqrt(_TAIL_FREEDOM / (_TAIL_FREEDOM - 2)))


def _factors(days: pd.DatetimeIndex, rules: Mapping[str, Any]) -> Array:
    """Daily returns of the factors, a column each, in the order of the rules."""
    count = len(days)
    steps = np.arange(count)
    lengths = [phase["days"] for phase in rules["phases"]]
    phase = np.searchsorted(np.cumsum(lengths), steps % sum(lengths), side="right")
    found: dict[str, Array] = {}
    for name, spec in rules["factors"].items():
        drift = np.full(count, float(spec.get("drift", 0.0)))
        spread = np.full(count, float(spec.get("volatility", 0.0)))
        if "phases" in spec:
            drift += np.array([p[spec["phases"]] for p in rules["phases"]])[phase]
            if "volatility" not in spec:
                spread = np.array([p["volatility"] for p in rules["phases"]])[phase]
        if "wave" in spec:
            wave = spec["wave"]
            drift += wave["size"] * np.sin(2 * np.pi * (steps / wave["days"] + wave["shift"]))
        returns = drift / PERIODS_PER_YEAR + spread / np.sqrt(PERIODS_PER_YEAR) * _noise(
            rules, name, count
        )
        for other, share in spec.get("takes", {}).items():
            returns = returns + share * found[other]
        found[name] = returns
    return np.column_stack(list(found.values()))


def _money(days: pd.DatetimeIndex, rules: Mapping[str, Any]) -> Array:
    """What cash earns from one trading day to the next, weekends included."""
    spec = rules["money_rate"]
    rate = spec["middle"] + spec["size"] * np.sin(2 * np.pi * np.arange(len(days)) / spec["days"])
    gaps = np.diff(days.to_numpy().astype("datetime64[D]").astype(np.int64), prepend=0)
    gaps[0] = 1
    return np.asarray(rate * gaps / 365.0)


def _loads(loads: Mapping[str, float], rules: Mapping[str, Any]) -> Array:
    return np.array([loads.get(name, 0.0) for name in rules["factors"]])


def _returns(
    product: Product,
    days: pd.DatetimeIndex,
    factors: Array,
    money: Array,
    rules: Mapping[str, Any],
) -> Array:
    """Daily total returns: what the index does, the fund's own part, less the sales fee."""
    spec = rules["types"][product.type]
    family = str(product.terms.get("family", product.code))
    draw = _stream(rules, "fund", family)
    exposure, own = draw.uniform(*spec["exposure"]), draw.uniform(*spec["alpha"])
    fee = float(product.fees.get("sales_service", 0.0))
    if _is_cash(spec, rules):
        return np.asarray(money * (exposure - fee / rules["money_rate"]["middle"]))
    tracked = rules["tracks"].get(product.terms.get("tracks"))
    index = product.terms.get("benchmark_index") or spec["index"]
    loads = exposure * _loads(tracked or rules["indices"][index]["loads"], rules)
    sectors = [c for c, i in rules["indices"].items() if i["group"] == "sector"]
    names = list(rules["factors"])
    for sector in draw.choice(sectors, size=spec.get("tilts", 0), replace=False):
        loads[names.index(sector)] += spec["tilt_size"] * draw.uniform(0.3, 1.0)
    noise = spec["noise"] / np.sqrt(PERIODS_PER_YEAR) * _noise(rules, family, len(days))
    return np.asarray(factors @ loads + (own - fee) / PERIODS_PER_YEAR + noise)


def _distribute(
    product: Product, days: pd.DatetimeIndex, value: Array, start: int, rules: Mapping[str, Any]
) -> tuple[Array, Array, Array, tuple[Distribution, ...]]:
    """Unit NAV, cumulative NAV, total return and distributions of a value that is reinvested.

    The total return is that of the rounded unit NAV, so that it can be recomputed exactly from
    what is published.
    """
    unit = np.round(value, 4)
    cumulative, total = unit.copy(), unit.copy()
    units, paid, reinvested, scale = 1.0, 0.0, 1.0, 1.0
    found: list[Distribution] = []
    for place, rule in _dates(product, days, start, rules):
        before = value[place] * scale
        if before <= rule["above"]:
            continue
        cash, ratio = 0.0, 1.0
        if rule["kind"] == "dividend":
            cash = round(before * rule["share"], 4)
        else:
            ratio = round(before, 4)
        scale *= (before - cash) / ratio / before
        unit[place:] = np.round(value[place:] * scale, 4)
        reinvested *= (unit[place] * ratio + cash) / unit[place]
        paid += cash * units
        units *= ratio
        cumulative[place:] = unit[place:] * units + paid
        total[place:] = unit[place:] * reinvested
        amount = cash if rule["kind"] == "dividend" else ratio
        found.append(Distribution(days[place].date(), rule["kind"], amount))
    return unit, cumulative, total, tuple(found)


def _dates(
    product: Product, days: pd.DatetimeIndex, start: int, rules: Mapping[str, Any]
) -> Sequence[tuple[int, Mapping[str, Any]]]:
    """When the product may distribute: places of days after its first, in order."""
    family = str(product.terms.get("family", product.code))
    found: list[tuple[int, Mapping[str, Any]]] = []
    for number, rule in enumerate(rules["distributions"]):
        if product.type not in rule["types"]:
            continue
        if _stream(rules, "distribution", str(number), family).integers(rule["every"]):
            continue
        for year in range(days[start].year, days[-1].year + 1):
            day = 15 if rule["kind"] == "dividend" else 1
            place = int(days.searchsorted(pd.Timestamp(year, rule["month"], day)))
            if start < place < len(days):
                found.append((place, rule))
    return sorted(found, key=lambda item: item[0])
