"""Text of suggestions, comparisons, plans and risk levels: the variables of their responses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from actions.formatting import date_text, money_text, percent_text

Data = Mapping[str, Any]

MOST_REASONS = 2
"""Reasons told for each product in the text; the card has them all."""

MOST_DIMENSIONS = 6
"""Dimensions told in the text: the first in which one of the products is ahead."""

_DATED = re.compile(r"（截至\d{4}-\d{2}-\d{2}）")
"""Said once for all at the end of the text."""


def _product_list(data: Data) -> dict[str, str]:
    lines = []
    for place, item in enumerate(data["items"], start=1):
        kind = item.get("type_name") or item["type"]
        lines.append(f"{place}. {item['name']}（{kind}，{item['risk_level']}）")
        lines += [f"   · {reason}" for reason in _reasons(item)]
    return {
        "lines": "\n".join(lines),
        "count": str(len(data["items"])),
        "wish": f"和“{data['criteria_text']}”" if data.get("criteria_text") else "",
        "level": str(data.get("level") or ""),
        "reason": str(data.get("reason") or ""),
        "as_of": date_text(data["as_of"]),
        "disclosure": str(data["disclosure"]),
    }


def _reasons(item: Data) -> list[str]:
    """What is said of one product: what it lacks of the wish, then what speaks for it.

    That its level fits is said once for all, so the reasons that name the level are left out.
    """
    fits = f"风险等级{item['risk_level']}"
    reasons = [_DATED.sub("", text) for text in item["reasons"] if not text.startswith(fits)]
    misses = [str(item["misses_text"])] if item.get("misses_text") else []
    return misses + reasons[:MOST_REASONS]


def _comparison(data: Data) -> dict[str, str]:
    names = [str(item.get("short_name") or item["name"]) for item in data["items"]]
    lines = []
    telling = [each for each in data["dimensions"] if each.get("better") is not None]
    for dimension in (telling or data["dimensions"])[:MOST_DIMENSIONS]:
        texts = dimension.get("texts") or [str(value) for value in dimension["values"]]
        pairs = "，".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
        lines.append(f"{dimension['name']}：{pairs}")
    return {
        "names": "、".join(names),
        "lines": "\n".join(lines),
        "verdict": str(data["verdict"]),
        "as_of": date_text(data["as_of"]),
    }


def _risk_question(data: Data) -> dict[str, str]:
    options = "\n".join(f"{option['id']}. {option['text']}" for option in data["options"])
    return {
        "index": str(data["index"]),
        "total": str(data["total"]),
        "question": str(data["text"]),
        "options": options,
    }


def _risk_result(data: Data) -> dict[str, str]:
    return {
        "level": _level(data),
        "explanation": str(data.get("explanation") or ""),
        "allows": _levels(data["allows"]),
        "allows_if_confirmed": _levels(data.get("allows_if_confirmed") or data["allows"]),
        "changed_from": str(data.get("changed_from") or ""),
        "valid_until": date_text(data["valid_until"]),
    }


def _level(data: Data) -> str:
    """``C3平衡型``, or the bare level where its name is not told."""
    return f"{data['level']}{data.get('level_name') or ''}"


def _levels(levels: list[str]) -> str:
    """``R1至R3``: product levels from the lowest to the highest."""
    return f"{levels[0]}至{levels[-1]}" if len(levels) > 1 else "".join(levels)


def _allocation(data: Data) -> dict[str, str]:
    expected = data["expected"]
    deepest = abs(float(expected["max_drawdown"]))
    return {
        "amount": money_text(data["amount"]),
        "level": str(data.get("level") or ""),
        "leaning": _leaning(data),
        "lines": "\n".join(map(_part, data["weights"])),
        "volatility": percent_text(expected["volatility"]),
        "deepest": _deepest(float(data["amount"]), deepest),
        "months": str(data["rebalance"]["every_months"]),
        "plan": _plan(data.get("plan") or {}),
        "backtest": _backtest(data.get("backtest") or {}),
        "as_of": date_text(data["as_of"]),
        "disclosure": str(data["disclosure"]),
    }


def _leaning(data: Data) -> str:
    """That the plan is made for another level than the customer's own, where it is."""
    used, own = data.get("level_used"), data.get("level")
    return f"（照您的想法，按{used}来配）" if used and used != own else ""


def _deepest(amount: float, drawdown: float) -> str:
    """``最深跌过8.23%（约4120元）``; what would be written as nothing is called small."""
    loss = round(amount * drawdown, -1)
    if drawdown < 0.0005 or not loss:
        return "跌得很少"
    return f"最深跌过{percent_text(drawdown)}（约{money_text(loss)}）"


def _part(part: Data) -> str:
    """One share of a plan: what, how much of it, and by which product where one is named."""
    name = part.get("name") or part["asset_class"]
    product = part.get("product") or {}
    by = f"，可用{product['name']}" if product else ""
    return f"· {name} {percent_text(part['weight'], places=0)}，{money_text(part['amount'])}{by}"


def _plan(plan: Data) -> str:
    """``每月10日扣款，第一次2026年12月10日，共36期。``"""
    if not plan:
        return ""
    first = date_text(plan["next_date"])
    return f"每月{plan['day']}日扣款，第一次{first}，共{plan['months']}期。"


def _backtest(backtest: Data) -> str:
    """What the plan would have made of the simulated past, with its worst moment."""
    if not backtest:
        return ""
    lowest = abs(float(backtest.get("deepest_loss") or 0))
    worst = f"，中途账上最多浮亏{percent_text(lowest)}" if lowest else ""
    return (
        f"放到过去的模拟行情里：{date_text(backtest['from'])}起投了{backtest['periods']}期，"
        f"投入{money_text(backtest['invested'])}，到{date_text(backtest['to'])}"
        f"值{money_text(backtest['value'])}{worst}。"
    )


LINES: Mapping[str, Callable[[Data], dict[str, str]]] = {
    "product_list": _product_list,
    "comparison": _comparison,
    "risk_question": _risk_question,
    "risk_result": _risk_result,
    "allocation": _allocation,
}
