"""What is set side by side in a comparison: a product, a manager, or a whole type by medians."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zhitou.wealth.figures import entry_ages, figure_book, guarantee, holding, nature
from zhitou.wealth.product import KIND_NAMES, TYPE_NAMES, Manager, Product
from zhitou.wealth.shelf import Mask, Shelf
from zhitou.wealth.suitability import Decision


@dataclass(frozen=True)
class Compared:
    """One of the things compared."""

    code: str
    name: str
    short_name: str
    kind: str
    """``fund``, ``wealth``, ``insurance``, ``category`` or ``manager``."""
    type: str
    type_name: str
    company: str
    risk_level: str | None
    values: Mapping[str, float | None]
    texts: Mapping[str, str]
    product: Product | None = None
    decision: Decision | None = None
    """Whether it suits the customer; ``None`` where the level is not known."""

    def data(self) -> dict[str, Any]:
        """The thing as JSON."""
        decision = self.decision
        return {
            "code": self.code,
            "name": self.name,
            "short_name": self.short_name,
            "kind": self.kind,
            "type": self.type,
            "type_name": self.type_name,
            "company": self.company,
            "risk_level": self.risk_level,
            "suitability": None
            if decision is None
            else {
                "decision": decision.decision,
                "rule": decision.rule,
                "text": decision.text,
                "customer_level": decision.customer_level,
                "product_level": decision.product_level,
            },
        }


def compared_product(shelf: Shelf, product: Product, decision: Decision | None = None) -> Compared:
    """A product to be compared."""
    terms = product.terms
    texts = {
        "nature": nature(product),
        "guarantee": guarantee(product),
        "insured": entry_ages(product),
        "holding": holding(product),
        "managers": "、".join(product.managers),
        "coverage": "、".join(terms.get("coverage") or ()),
        "payment": "，".join(
            f"{label}{terms[key]}"
            for label, key in (("交费", "payment_period"), ("保障", "coverage_period"))
            if terms.get(key)
        ),
        "cash_value": str(terms.get("cash_value") or ""),
        "benchmark": str(terms.get("benchmark") or ""),
        "investment": str(terms.get("investment") or ""),
    }
    return Compared(
        code=product.code,
        name=product.name,
        short_name=product.short_name,
        kind=product.kind,
        type=product.type,
        type_name=product.type_name,
        company=product.company,
        risk_level=product.risk_level,
        values=shelf.values[shelf.index[product.code]],
        texts={key: text for key, text in texts.items() if text},
        product=product,
        decision=decision,
    )


def compared_type(shelf: Shelf, type_: str) -> Compared:
    """A whole type, by the medians of its products; the level is the commonest."""
    kind = next(kind for kind, types in TYPE_NAMES.items() if type_ in types)
    words = figure_book().nature
    return _compared_group(
        shelf,
        shelf.mask("type", type_),
        code=type_,
        name=TYPE_NAMES[kind][type_],
        type_name=KIND_NAMES[kind],
        nature_text=words.get(type_, words[kind]),
    )


def compared_sector(shelf: Shelf, sector: str, name: str) -> Compared:
    """The funds of a sector, by their medians; the level is the commonest."""
    return _compared_group(
        shelf,
        shelf.mask("sector", sector) & shelf.mask("kind", "fund"),
        code=sector,
        name=f"{name}类基金",
        type_name=KIND_NAMES["fund"],
        nature_text=figure_book().nature["fund"],
    )


def compared_manager(manager: Manager, values: Mapping[str, float | None]) -> Compared:
    """A manager, by the figures of the funds that he or she runs."""
    return Compared(
        code=manager.id,
        name=manager.name,
        short_name=manager.name,
        kind="manager",
        type="fund_manager",
        type_name="基金经理",
        company=manager.company,
        risk_level=None,
        values=values,
        texts={"nature": figure_book().nature["manager"]},
    )


def _compared_group(
    shelf: Shelf, members: Mask, *, code: str, name: str, type_name: str, nature_text: str
) -> Compared:
    places = np.flatnonzero(members)
    values: dict[str, float | None] = {}
    for figure in figure_book().figures:
        column = shelf.column(figure)[places]
        known = column[np.isfinite(column)]
        values[figure] = float(np.median(known)) if len(known) else None
    if len(places):
        levels = shelf.column("level")[places]
        values["level"] = float(np.bincount(levels.astype(int)).argmax())
    level = values.get("level")
    return Compared(
        code=code,
        name=name,
        short_name=name,
        kind="category",
        type=code,
        type_name=type_name,
        company="",
        risk_level=None if level is None else f"R{int(level)}",
        values=values,
        texts={"nature": f"{nature_text}（{figure_book().nature['category']}）"},
    )
