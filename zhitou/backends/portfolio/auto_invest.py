"""A regular investing plan, with what the simulated past would have made of it."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

from zhitou.backends.portfolio.books import Books
from zhitou.backends.portfolio.naming import Answer, not_one
from zhitou.backends.portfolio.proofs import keep
from zhitou.backends.portfolio.terms import terms_of
from zhitou.backends.portfolio.views import brief
from zhitou.wealth.apportionment import plain, whole_percents
from zhitou.wealth.asset_classes import asset_classes
from zhitou.wealth.auto_invest import (
    Backtest,
    backtest,
    backtest_data,
    can_auto_invest,
    choose_mix,
    least_payment,
    next_payment,
    open_for,
)
from zhitou.wealth.auto_invest_rules import AutoInvestRules, auto_invest_rules
from zhitou.wealth.costs import purchase_fee
from zhitou.wealth.portfolio_history import History, align, path_of
from zhitou.wealth.product import Product
from zhitou.wealth.suitability import Profile, decide

_DAYS_A_MONTH = 30.4


async def auto_invest(
    books: Books,
    customer_id: str | None,
    amount: Decimal,
    product: str | None,
    horizon: str | None,
    day: int | None,
    risk_preference: str | None,
) -> Answer:
    """A regular investing plan, into a product named or into a mix for the level.

    Returns:
        ``ok``, ``too_small``, ``needs_identity``, ``needs_assessment``, ``assessment_expired``,
        ``unknown_product``, ``ambiguous_product``, ``not_available``, ``nothing_suitable`` or
        ``blocked``.

    Raises:
        BadRequest: a horizon or preference that means nothing.
    """
    rules = auto_invest_rules()
    terms = await terms_of(books, customer_id, horizon, risk_preference)
    if isinstance(terms, dict):
        return terms
    suitability = None
    if product:
        chosen = await _named(books, product, amount, terms.profile, rules)
        if "outcome" in chosen:
            return chosen
        parts, suitability = {chosen["product"]: amount}, chosen["suitability"]
    elif amount < rules.minimum_amount:
        least = plain(rules.minimum_amount)
        return {"outcome": "too_small", "data": {"minimum": least, "amount": plain(amount)}}
    else:
        shelf = await books.product.products("fund")
        parts = choose_mix(terms.level, amount, shelf, terms.suits, rules, books.today)
    if not parts:
        return {"outcome": "nothing_suitable", "data": {"level": terms.own}}
    pay_day = min(max(day or rules.day["default"], rules.day["least"]), rules.day["greatest"])
    wanted = rules.default_months if terms.days is None else round(terms.days / _DAYS_A_MONTH)
    months = min(max(wanted, 1), rules.most_months)
    history = await _history(books, list(parts))
    data = await asyncio.to_thread(_monthly_plan, parts, amount, pay_day, months, history, rules)
    data["plan"]["next_date"] = next_payment(books.today, pay_day).isoformat()
    data["assumptions"] = [*terms.notes, *data["assumptions"]]
    data = {"kind": "auto_invest", **data, **terms.data(), "suitability": suitability}
    inputs = {
        "amount": plain(amount),
        "product": product,
        "horizon": horizon,
        "day": day,
        "risk_preference": risk_preference,
        "parts": {one.code: plain(part) for one, part in parts.items()},
    }
    await keep(books, "auto_invest", terms.profile, inputs, data)
    return {"outcome": "ok", "data": data}


async def _named(
    books: Books, text: str, amount: Decimal, profile: Profile, rules: AutoInvestRules
) -> dict[str, Any]:
    """The product named with its suitability, or the answer where it cannot be."""
    found = await books.product.find(text)
    if found.outcome != "found":
        return not_one(found.outcome, found.products, text)
    product = found.products[0]
    if not can_auto_invest(product) or not open_for(product, amount):
        words = rules.unavailable if not can_auto_invest(product) else rules.suspended
        data = {"product": brief(product), "reason": words.format(name=product.name)}
        return {"outcome": "not_available", "data": data}
    least = max(least_payment(product), rules.minimum_amount)
    if amount < least:
        data = {"minimum": plain(least), "amount": plain(amount), "product": brief(product)}
        return {"outcome": "too_small", "data": data}
    decision = decide(
        profile,
        product.risk_level,
        product.kind,
        "customer",
        books.today,
        issuer_level=product.terms.get("issuer_risk_level"),
    )
    suitability = {
        "decision": decision.decision,
        "rule": decision.rule,
        "source": decision.source,
        "customer_level": decision.customer_level,
        "product_level": decision.product_level,
        "text": decision.text,
        "product": brief(product),
    }
    if decision.decision == "block":
        return {"outcome": "blocked", "data": suitability}
    return {"product": product, "suitability": suitability}


async def _history(books: Books, products: list[Product]) -> History | None:
    """Common history of some products, from the day that all of them have values."""
    series = await books.series(products)
    known = {code: values for code, values in series.items() if values is not None}
    if len(known) < len(products):
        return None
    start = max(values.index[0] for values in known.values())
    common = {code: values[values.index >= start] for code, values in known.items()}
    longest = max(len(values) for values in common.values())
    return align(dict(common), common, longest) if longest > 2 else None


def _monthly_plan(
    parts: dict[Product, Decimal],
    amount: Decimal,
    day: int,
    months: int,
    history: History | None,
    rules: AutoInvestRules,
) -> dict[str, Any]:
    """The data of a plan with what the past would have made of it."""
    classes = asset_classes()
    weights = whole_percents({one.code: float(part / amount) for one, part in parts.items()})
    amounts = {one.code: part for one, part in parts.items()}
    fees = {one.code: purchase_fee(one) for one in parts}
    looked_back = min(max(months, 12), rules.backtest_months)
    result: Backtest | None = None
    expected: dict[str, float | None] = {"return": None, "volatility": None, "max_drawdown": None}
    if history is not None:
        path = path_of(history, weights)
        expected = {
            "return": round(path.annual_return, 4),
            "volatility": round(path.volatility, 4),
            "max_drawdown": round(path.max_drawdown, 4),
        }
        result = backtest(history, amounts, fees, day, looked_back)
    if result is not None and result.periods < rules.least_backtest_months:
        result = None
    assumptions = list(rules.assumptions.values())
    if result is None:
        names = "、".join(one.short_name for one in parts)
        assumptions.insert(0, rules.texts["too_short"].format(name=names))
    main = max(parts, key=lambda one: parts[one])
    as_of = history.days[-1].date() if history is not None else main.as_of
    rows = []
    for product, part in parts.items():
        code = classes.main_class(product) or "stock"
        rows.append(
            {
                "asset_class": code,
                "name": classes.classes[code].name,
                "weight": weights[product.code],
                "amount": plain(part),
                "product": brief(product),
            }
        )
    return {
        "amount": plain(amount),
        "weights": rows,
        "plan": {
            "amount": plain(amount),
            "frequency": "monthly",
            "day": day,
            "product": brief(main) if len(parts) == 1 else None,
            "months": months,
        },
        "backtest": backtest_data(result, amount, rules) if result else None,
        "expected": expected,
        "rebalance": {
            "every_months": rules.review_months,
            "text": rules.texts["rebalance"],
            "bands": [],
        },
        "assumptions": assumptions,
        "disclosure": rules.disclosure,
        "rules_version": rules.version,
        "as_of": as_of.isoformat() if as_of else None,
        "simulated": True,
        "actions": [dict(action) for action in rules.actions],
    }
