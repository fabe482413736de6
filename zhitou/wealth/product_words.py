"""The terms of a product as words that sentences are made of; what is not known is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhitou.wealth.costs import purchase_fee
from zhitou.wealth.facts_rules import FactsRules
from zhitou.wealth.figures import entry_ages, holding, nature
from zhitou.wealth.product import Product
from zhitou.wealth.shelf import Shelf
from zhitou.wealth.suitability import Decision
from zhitou.wealth.total_return import Distribution
from zhitou.wealth.writing import write, write_days, write_money

_EXAMPLE = 10_000
_DEPOSIT_EXAMPLE = 100_000


def product_figures(shelf: Shelf, product: Product) -> dict[str, float | None]:
    """The figures of a product, and yes or no (1 or 0) for what answers depend on."""
    terms = product.terms
    return {
        **shelf.values[shelf.index[product.code]],
        "suspended": float(terms.get("subscription") == "suspended"),
        "limited": float(terms.get("subscription") == "limited"),
        "auto_invest": float(bool(terms.get("auto_invest"))),
        "health": float(bool(terms.get("health_declaration"))),
        "levels_differ": float(
            terms.get("issuer_risk_level", product.risk_level) != product.risk_level
        ),
    }


def product_words(
    shelf: Shelf,
    product: Product,
    rules: FactsRules,
    decision: Decision | None = None,
    distributions: Sequence[Distribution] = (),
) -> dict[str, str]:
    """Every word that can be made of a product; see ``facts_rules.WORDS``."""
    terms, words = product.terms, rules.words
    made: dict[str, Any] = {
        "name": product.short_name if product.kind == "fund" else product.name,
        "code": product.code,
        "type": product.type_name,
        "company": product.company,
        "nature": nature(product),
        "as_of": (product.as_of or shelf.on).isoformat(),
        "level": product.risk_level,
        "issuer_level": terms.get("issuer_risk_level"),
        "holding": holding(product),
        "inception_day": None if product.inception is None else product.inception.isoformat(),
        "benchmark": terms.get("benchmark"),
        "tracks": terms.get("tracks"),
        "investment": terms.get("investment"),
        "underlying": terms.get("underlying"),
        "early_withdrawal": terms.get("early_withdrawal"),
        "cash_value": terms.get("cash_value"),
        "guarantee_note": terms.get("guarantee_note"),
        "coverage_period": terms.get("coverage_period"),
        "payment_period": terms.get("payment_period"),
        "coverage": "、".join(terms.get("coverage") or ()),
        "exclusions": "、".join(terms.get("exclusions") or ()),
        "entry_ages": entry_ages(product),
        "premium_example": _premium(terms, words),
        "fee_note": product.fees.get("note"),
        "managers_since": _managers(shelf, product, words),
        "manager_profile": _profile(shelf, product),
        "classes": _classes(shelf, product),
        "last_dividend": _dividend(distributions),
        "confirm": terms.get("confirm_days"),
        "auto_invest_min": _money(terms.get("auto_invest_min")),
        "quick_limit": _money(terms.get("quick_redeem_limit")),
        "horizon": write_days(int(terms["horizon_days"])) if terms.get("horizon_days") else None,
        "redemption_rule": words["redemption_rule"].get(_dealing(terms)),
        "transferable": words["transferable" if terms.get("transferable") else "not_transferable"],
        "interest_100k": _interest(terms),
    }
    made.update(_fee_words(product, words))
    found = {name: str(word) for name, word in made.items() if word not in (None, "")}
    found["level_sentence"] = (
        rules.level_sentences[decision.decision].format(customer_level=decision.customer_level)
        if decision is not None and decision.customer_level
        else ""
    )
    return found


def _fee_words(product: Product, words: Mapping[str, Any]) -> dict[str, str]:
    fees = product.fees
    if product.kind == "insurance" or product.is_deposit:
        return {}
    made = {
        name: write("percent", float(fees.get(name) or 0))
        for name in ("management", "custody", "sales_service", "subscription")
    }
    made["performance_fee"] = str(fees.get("performance") or words["no_performance_fee"])
    made["purchase_cost"] = write_money(_EXAMPLE * purchase_fee(product))
    discount = float(fees.get("subscription_discount") or 1)
    made["discount"] = (
        words["discount"].format(tenths=f"{discount * 10:g}")
        if discount < 1
        else words["no_discount"]
    )
    redemption = fees.get("redemption")
    if isinstance(redemption, list):
        made["redemption_steps"] = _steps(redemption, words)
    else:
        made["redemption_rate"] = write("percent", float(redemption or 0))
    return made


def _steps(steps: Sequence[Sequence[Any]], words: Mapping[str, Any]) -> str:
    """``不满7天1.50%，不满30天0.75%，满30天免`` of the steps of a redemption fee."""
    said, before = [], 0
    for limit, rate in steps:
        text = write("percent", float(rate)) if rate else words["free"]
        if limit is not None:
            said.append(words["redemption_step"].format(days=write_days(limit), rate=text))
            before = limit
        elif before:
            said.append(words["redemption_rest"].format(days=write_days(before), rate=text))
        else:
            said.append(words["redemption_always"].format(rate=text))
    return "，".join(said)


def _premium(terms: Mapping[str, Any], words: Mapping[str, Any]) -> str | None:
    example: Mapping[str, Any] | None = next(iter(terms.get("premium_examples") or ()), None)
    if example is None:
        return None
    return str(
        words["premium_example"].format(
            age=example["age"],
            gender=example["gender"],
            premium=write_money(float(example["premium"])),
            years=example["years"],
        )
    )


def _managers(shelf: Shelf, product: Product, words: Mapping[str, Any]) -> str:
    since = {
        name: tenure.since.isoformat()
        for name in product.managers
        if name in shelf.managers_by_name
        for tenure in shelf.managers_by_name[name].tenures
        if tenure.product_code == product.code and tenure.until is None
    }
    return "、".join(
        words["manager_since"].format(name=name, since=since[name]) if name in since else name
        for name in product.managers
    )


def _profile(shelf: Shelf, product: Product) -> str:
    first = shelf.managers_by_name.get(product.managers[0]) if product.managers else None
    return first.profile if first else " "


def _classes(shelf: Shelf, product: Product) -> str:
    family = product.terms.get("family")
    if not family:
        return ""
    classes = [shelf.products[place] for place in shelf.mask("terms.family", family).nonzero()[0]]
    return "、".join(
        f"{one.terms.get('share_class') or one.short_name}类（{one.code}）" for one in classes
    )


def _dividend(distributions: Sequence[Distribution]) -> str:
    paid = [one for one in distributions if one.kind == "dividend"]
    return f"{paid[-1].day.isoformat()}，每份{paid[-1].value:.4g}元" if paid else ""


def _dealing(terms: Mapping[str, Any]) -> str:
    return str(terms.get("operation") or ("min_holding" if terms.get("lock_up_days") else "daily"))


def _interest(terms: Mapping[str, Any]) -> str | None:
    if not terms.get("rate") or not terms.get("horizon_days"):
        return None
    rate, days = float(terms["rate"]), int(terms["horizon_days"])
    return write_money(round(_DEPOSIT_EXAMPLE * rate * days / 365))


def _money(value: Any) -> str | None:
    return None if value in (None, "") else write_money(float(value))
