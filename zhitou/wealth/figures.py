"""The figures of a product by name: what rules weigh, and how each is called and written.

``rules/figures.yml`` is the one list of names. A figure is a number or nothing; money is in yuan,
rates are fractions, durations calendar days unless the unit says years.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from zhitou.rulebook import Node, read
from zhitou.wealth.costs import ongoing_fee, purchase_fee, yearly_cost
from zhitou.wealth.product import Manager, Product
from zhitou.wealth.writing import UNITS, write, write_days

Measures = Mapping[str, float | None]

SHORT_TERM = ("_1d", "_1w", "_1m", "_3m", "_6m", "_ytd")
"""Endings of figures over six months or less: they neither rank nor are shown as performance."""

_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Figure:
    """One entry of ``figures.yml``."""

    id: str
    name: str
    unit: str
    better: str
    past: bool
    beside: str | None

    @property
    def sign(self) -> int:
        """1 where more is better, -1 where less is, 0 where neither."""
        return {"high": 1, "low": -1, "none": 0}[self.better]


@dataclass(frozen=True)
class FigureBook:
    """The checked list of figures."""

    version: str
    figures: Mapping[str, Figure]
    shown: Mapping[str, tuple[str, ...]]
    nature: Mapping[str, str]
    holding: Mapping[str, str]
    guarantee: Mapping[str, str]
    past_disclosure: str
    simulated_disclosure: str

    @property
    def disclosure(self) -> str:
        """What must stand under every list of products with their past."""
        return f"{self.past_disclosure}{self.simulated_disclosure}"


@lru_cache(maxsize=1)
def figure_book() -> FigureBook:
    """The packaged list.

    Raises:
        RulesError: it cannot be used; the message names file and key.
    """
    return parse_figures(read("zhitou.wealth.rules", "figures.yml"))


def parse_figures(node: Node) -> FigureBook:
    """Check a list of figures.

    Raises:
        RulesError: something in it is missing, unknown, short-term or of the wrong kind.
    """
    node.only("version", "disclosure", "figures", "shown", "nature", "holding", "guarantee")
    figures = {}
    for name, entry in node["figures"].items():
        entry.only("name", "unit", "better", "past", "beside")
        past = entry.get("past", False).flag()
        if past and name.endswith(SHORT_TERM):
            entry.fail("performance over six months or less is not shown")
        figures[name] = Figure(
            id=name,
            name=entry["name"].text(),
            unit=entry["unit"].one_of(*UNITS),
            better=entry["better"].one_of("high", "low", "none"),
            past=past,
            beside=entry["beside"].text() if entry.has("beside") else None,
        )
    return FigureBook(
        version=node["version"].text(),
        figures=figures,
        shown={
            kind: tuple(item.one_of(*figures) for item in names)
            for kind, names in node["shown"].items()
        },
        nature={kind: words.text() for kind, words in node["nature"].items()},
        holding={way: words.text() for way, words in node["holding"].items()},
        guarantee={name: words.text() for name, words in node["guarantee"].items()},
        past_disclosure=node["disclosure"]["past"].text(),
        simulated_disclosure=node["disclosure"]["simulated"].text(),
    )


def measures(
    product: Product, tenure_since: date | None, on: date, age: int | None = None
) -> dict[str, float | None]:
    """Every figure of a product on a day: its metrics and what follows from its terms and fees.

    Args:
        product: the product.
        tenure_since: since when the manager of longest standing runs it, if known.
        on: the day that ages are counted to.
        age: of the person insured, which chooses the example of a premium; the first without it.
    """
    terms = product.terms
    found: dict[str, float | None] = dict(product.metrics)
    found.update(
        level=float(product.risk_level[1:]),
        size=None if product.size is None else float(product.size),
        age_years=_years(product.inception, on),
        tenure_years=_years(tenure_since, on),
        worst_rank=_least(found, "rank_1y", "rank_3y", "rank_5y"),
        min_amount=_number(terms.get("min_amount")),
    )
    for name in (
        "daily_limit",
        "lock_up_days",
        "horizon_days",
        "arrival_days",
        "rate",
        "rate_low",
        "rate_high",
        "benchmark_low",
        "benchmark_high",
        "waiting_days",
        "cooling_off_days",
        "deductible",
        "entry_age_min",
        "entry_age_max",
    ):
        found[name] = _number(terms.get(name))
    if product.kind == "insurance":
        found.update(_insurance(terms, age))
    elif not product.is_deposit:
        found.update(
            fee_year=ongoing_fee(product),
            purchase_fee=purchase_fee(product),
            cost_3m=yearly_cost(product, 91),
            cost_1y=yearly_cost(product, 365),
            cost_3y=yearly_cost(product, 1095),
        )
    return found


def longest_tenure(product: Product, managers: Mapping[str, Manager]) -> date | None:
    """Since when the manager of longest standing runs the product; ``None`` where unknown.

    Args:
        product: the product.
        managers: by name.
    """
    starts = [
        tenure.since
        for name in product.managers
        if name in managers
        for tenure in managers[name].tenures
        if tenure.product_code == product.code and tenure.until is None
    ]
    return min(starts, default=None)


def nature(product: Product) -> str:
    """What the product is in law, in the words of ``figures.yml``."""
    words = figure_book().nature
    return words.get(product.type, words[product.kind])


def guarantee(product: Product) -> str:
    """Whether the principal is protected: by deposit insurance, by the policy's terms, or not."""
    if product.kind == "insurance":
        return str(product.terms.get("guarantee_note") or figure_book().guarantee["none"])
    return figure_book().guarantee["deposit" if product.is_deposit else "none"]


def entry_ages(product: Product) -> str:
    """At what ages a policy takes a person; empty for what is no insurance."""
    if product.kind != "insurance":
        return ""
    youngest = int(product.terms.get("entry_age_min") or 0)
    oldest = product.terms.get("entry_age_max")
    return f"{f'{youngest}岁' if youngest else '出生满28天'}至{oldest}岁"


def holding(product: Product) -> str:
    """How long the money stays, in the words of ``figures.yml``."""
    if product.kind == "insurance":
        return figure_book().holding["policy"].format(days=product.terms.get("coverage_period", ""))
    if product.is_deposit:
        way = "deposit"
    else:
        locked = int(product.terms.get("lock_up_days") or 0)
        way = str(product.terms.get("operation") or ("min_holding" if locked else "daily"))
    days = int(product.terms.get("horizon_days") or product.terms.get("lock_up_days") or 0)
    return figure_book().holding[way].format(days=write_days(days))


def shown_kind(product: Product) -> str:
    """Which list of ``shown`` suits the product."""
    if product.is_deposit:
        return "deposit"
    return "cash" if product.type in {"money_fund", "cash_management"} else product.kind


def shown_figures(values: Measures, shown: str) -> list[dict[str, Any]]:
    """Figures ready to show: ``{id, name, value, text, unit, note}``, without those unknown."""
    book = figure_book()
    found = []
    for name in book.shown[shown]:
        figure, value = book.figures[name], values.get(name)
        if value is None:
            continue
        beside = book.figures.get(figure.beside or "")
        other = values.get(beside.id) if beside else None
        found.append(
            {
                "id": name,
                "name": figure.name,
                "value": round(value, 6),
                "text": write(figure.unit, value),
                "unit": figure.unit,
                "note": f"{beside.name}{write(beside.unit, other)}"
                if beside and other is not None
                else "",
            }
        )
    return found


def premium_example(terms: Mapping[str, Any], age: int | None = None) -> Mapping[str, Any]:
    """The example of a premium whose age is nearest to ``age``; the first without an age."""
    examples = terms.get("premium_examples") or [{}]
    if age is None:
        return dict(examples[0])
    return dict(min(examples, key=lambda one: abs(int(one.get("age") or 0) - age)))


def _insurance(terms: Mapping[str, Any], age: int | None) -> dict[str, float | None]:
    example = premium_example(terms, age)
    premium, years = _number(example.get("premium")), _number(example.get("years"))
    insured = _number(terms.get("sum_insured_example"))
    return {
        "premium": premium,
        "payment_years": years,
        "sum_insured": insured,
        "premium_share": premium / insured if premium is not None and insured else None,
        "one_year": float(terms.get("coverage_period") == "1年"),
        "coverage_count": float(len(terms.get("coverage") or ())),
        "renewal_years": _number(terms.get("guaranteed_renewal_years")),
        "uncertain_benefit": float(terms.get("design") in {"participating", "universal"}),
    }


def _least(found: Measures, *names: str) -> float | None:
    known = [value for value in (found.get(name) for name in names) if value is not None]
    return min(known, default=None)


def _years(since: date | None, on: date) -> float | None:
    return None if since is None else max((on - since).days, 0) / _DAYS_PER_YEAR


def _number(value: Any) -> float | None:
    return None if value is None or value == "" else float(value)
