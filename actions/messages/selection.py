"""Text of suggestions, comparisons, plans and risk levels: the variables of their responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from actions.formatting import date_text, money_text, percent_text

Data = Mapping[str, Any]

MOST_REASONS = 2
"""Reasons told for each product in the text; the card has them all."""


def _product_list(data: Data) -> dict[str, str]:
    lines = []
    for place, item in enumerate(data["items"], start=1):
        reasons = "；".join(item["reasons"][:MOST_REASONS])
        kind = item.get("type_name") or item["type"]
        lines.append(f"{place}. {item['name']}（{kind}，{item['risk_level']}）\n   {reasons}")
    return {
        "lines": "\n".join(lines),
        "count": str(len(data["items"])),
        "criteria_text": str(data.get("criteria_text") or ""),
        "level": str(data.get("level") or ""),
        "as_of": date_text(data["as_of"]),
        "disclosure": str(data["disclosure"]),
    }


def _comparison(data: Data) -> dict[str, str]:
    names = [str(item.get("short_name") or item["name"]) for item in data["items"]]
    lines = []
    for dimension in data["dimensions"]:
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
        "level": str(data["level"]),
        "explanation": str(data["explanation"]),
        "allows": "、".join(data["allows"]),
        "valid_until": date_text(data["valid_until"]),
    }


def _allocation(data: Data) -> dict[str, str]:
    lines = []
    for part in data["weights"]:
        name = part.get("name") or part["asset_class"]
        lines.append(f"{name} {percent_text(part['weight'])}，{money_text(part['amount'])}")
    expected = data["expected"]
    return {
        "lines": "\n".join(lines),
        "volatility": percent_text(expected["volatility"]),
        "max_drawdown": percent_text(expected["max_drawdown"]),
        "rebalance": str(data["rebalance"]),
        "as_of": date_text(data["as_of"]),
    }


LINES: Mapping[str, Callable[[Data], dict[str, str]]] = {
    "product_list": _product_list,
    "comparison": _comparison,
    "risk_question": _risk_question,
    "risk_result": _risk_result,
    "allocation": _allocation,
}
