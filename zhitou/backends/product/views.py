"""What the product backend tells: products, suggestions and answers as the contract's mappings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from zhitou.wealth.figures import Measures, figure_book, nature, shown_figures, shown_kind
from zhitou.wealth.manager_selection import ManagerPick
from zhitou.wealth.product import Product
from zhitou.wealth.selection import Pick
from zhitou.wealth.shelf import Shelf
from zhitou.wealth.suitability import Decision


def outcome(word: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An outcome and its data."""
    return {"outcome": word, "data": dict(data or {})}


def named(product: Product) -> dict[str, Any]:
    """A product as it is named in lists and beside answers."""
    return {
        "code": product.code,
        "name": product.name,
        "short_name": product.short_name,
        "kind": product.kind,
        "type": product.type,
        "type_name": product.type_name,
        "company": product.company,
        "risk_level": product.risk_level,
    }


def detail(shelf: Shelf, product: Product) -> dict[str, Any]:
    """Everything about a product: what its page shows, and what another service needs of it."""
    metrics = dict(product.metrics)
    unit_nav = metrics.get("unit_nav")
    as_of = product.as_of.isoformat() if product.as_of else None
    return {
        **named(product),
        "aliases": list(product.aliases),
        "sector": product.sector,
        "managers": [_manager(shelf, product, name) for name in product.managers],
        "terms": dict(product.terms),
        "fees": dict(product.fees),
        "metrics": metrics,
        "figures": figures(shelf, product),
        "nav": None
        if unit_nav is None
        else {
            "unit_nav": f"{unit_nav:.4f}",
            "date": as_of,
            "day_return": metrics.get("day_return"),
        },
        "size": None if product.size is None else money(product.size),
        "inception": product.inception.isoformat() if product.inception else None,
        "as_of": as_of,
        "nature": nature(product),
        "disclosure": figure_book().disclosure,
        "simulated": True,
    }


def figures(shelf: Shelf, product: Product) -> list[dict[str, Any]]:
    """The figures that a product shows at a glance, ready to show."""
    return shown_figures(shelf.values[shelf.index[product.code]], shown_kind(product))


def picked(shelf: Shelf, pick: Pick) -> dict[str, Any]:
    """One product of a suggestion."""
    product = pick.product
    shown = shown_figures(pick.values, shown_kind(product))
    return {
        **named(product),
        "sector": product.sector,
        "reasons": list(pick.reasons),
        "cautions": list(pick.cautions),
        "metrics": _metrics(shown, pick.values),
        "figures": shown,
        "min_amount": str(product.terms.get("min_amount") or ""),
        "nature": nature(product),
        "score": pick.score,
        "as_of": (product.as_of or shelf.on).isoformat(),
        "misses": list(pick.misses),
        "misses_text": pick.misses_text,
    }


def picked_manager(shelf: Shelf, pick: ManagerPick) -> dict[str, Any]:
    """One manager of a suggestion."""
    shown = shown_figures(pick.values, "manager")
    return {
        "code": pick.manager.id,
        "name": pick.manager.name,
        "short_name": pick.manager.name,
        "kind": "manager",
        "type": "fund_manager",
        "type_name": "基金经理",
        "sector": None,
        "company": pick.manager.company,
        "risk_level": pick.risk_level,
        "reasons": list(pick.reasons),
        "cautions": list(pick.cautions),
        "metrics": _metrics(shown, pick.values),
        "figures": shown,
        "min_amount": "",
        "nature": figure_book().nature["manager"],
        "profile": pick.manager.profile,
        "products": [named(product) for product in pick.products[:3]],
        "score": pick.score,
        "as_of": shelf.as_of.isoformat(),
        "misses": list(pick.misses),
        "misses_text": pick.misses_text,
    }


def decided(decision: Decision) -> dict[str, Any]:
    """A decision of the suitability rules."""
    return {
        "decision": decision.decision,
        "rule": decision.rule,
        "source": decision.source,
        "text": decision.text,
        "customer_level": decision.customer_level,
        "product_level": decision.product_level,
        "rules_version": decision.rules_version,
    }


def money(value: Decimal) -> str:
    """Yuan as a decimal string without needless zeros."""
    return f"{value.normalize():f}"


def _metrics(shown: list[dict[str, Any]], values: Measures) -> dict[str, Any]:
    """The values of shown figures by name, sums as strings, each beside its benchmark."""
    found: dict[str, Any] = {}
    for one in shown:
        sum_of_money = one["unit"] == "money"
        found[one["id"]] = money(Decimal(str(one["value"]))) if sum_of_money else one["value"]
        beside = figure_book().figures[one["id"]].beside
        value = values.get(beside) if beside else None
        if beside and value is not None:
            found[beside] = round(value, 6)
    return found


def _manager(shelf: Shelf, product: Product, name: str) -> dict[str, Any]:
    manager = shelf.managers_by_name.get(name)
    since = next(
        (
            tenure.since.isoformat()
            for tenure in (manager.tenures if manager else ())
            if tenure.product_code == product.code and tenure.until is None
        ),
        None,
    )
    return {
        "id": manager.id if manager else None,
        "name": name,
        "since": since,
        "profile": manager.profile if manager else "",
    }
