"""Text of what is told of holdings, products and knowledge: the variables of their responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from actions.formatting import date_text, money_text, percent_text

Data = Mapping[str, Any]

MOST_FINDINGS = 4
"""Findings told in the text; the card has them all."""

MOST_SUGGESTIONS = 3

MOST_TRADES = 5


def _holdings(data: Data) -> dict[str, str]:
    lines = []
    for item in data["items"]:
        gain_rate = percent_text(item["gain_rate"], signed=True)
        lines.append(f"{item['name']}：{money_text(item['value'])}，{gain_rate}")
    total = data["total"]
    return {
        "lines": "\n".join(lines),
        "pending": "\n".join(
            f"{each['name']}：{each['text']}" for each in data.get("pending") or []
        ),
        "policies": "\n".join(map(_policy, data.get("policies") or [])),
        "trades": "\n".join(map(_trade, (data.get("trades") or [])[:MOST_TRADES])),
        "day_change": money_text(total.get("day_change") or 0, signed=True),
        "whose": f"您持有的{data['filter']}" if data.get("filter") else "您的持仓",
        "value": money_text(total["value"]),
        "gain": money_text(total["gain"], signed=True),
        "gain_rate": percent_text(total["gain_rate"], signed=True),
        "as_of": date_text(data["as_of"]),
    }


def _policy(policy: Data) -> str:
    due = policy.get("next_due")
    paid = f"，已交{policy['paid_years']}年" if policy.get("paid_years") else ""
    next_due = f"，下次缴费{date_text(due)}" if due else ""
    return f"{policy['name']}（{policy['insured']}，{policy['status_name']}）{paid}{next_due}"


def _trade(trade: Data) -> str:
    day, side = date_text(trade["day"]), trade["side_name"]
    return f"{day} {side}{trade['name']} {money_text(trade['amount'])}"


def _diagnosis(data: Data) -> dict[str, str]:
    product = data.get("product") or {}
    findings = [f"· {finding['text']}" for finding in data["findings"][:MOST_FINDINGS]]
    suggestions = [f"· {text}" for text in data["suggestions"][:MOST_SUGGESTIONS]]
    return {
        "name": str(product.get("name") or ""),
        "score": f"{float(data['score']):g}" if data.get("score") is not None else "",
        "summary": str(data.get("summary") or ""),
        "comfort": str(data.get("comfort") or ""),
        "note": f"\n{data['note']}" if data.get("note") else "",
        "disclosure": str(data.get("disclosure") or ""),
        "findings": "\n".join(findings) or "· 没有发现需要特别当心的地方",
        "advice": "\n".join(["\n可以考虑：", *suggestions]) if suggestions else "",
        "as_of": date_text(data["as_of"]),
    }


def _answer(data: Data) -> dict[str, str]:
    sources = [
        f"{source['title']}（{date_text(str(source['updated_at'])[:10])}）"
        for source in data["sources"]
    ]
    return {"answer": str(data["answer"]), "sources": "；".join(sources)}


def _suitability(data: Data) -> dict[str, str]:
    product = data.get("product") or {}
    return {
        "name": str(product.get("name") or ""),
        "code": str(product.get("code") or ""),
        "side": str(data.get("side_text") or ""),
        "told": str(data["text"]),
        "notes": "".join(f"\n· {note}" for note in data.get("notes") or []),
        "customer_level": str(data.get("customer_level") or ""),
        "product_level": str(data.get("product_level") or ""),
    }


def _handoff(data: Data) -> dict[str, str]:
    return {
        "queue": str(data.get("queue_name") or data["queue"]),
        "queue_en": str(data.get("queue_name_en") or data["queue"]),
        "ticket": str(data.get("ticket") or ""),
        "position": str(data["position"]),
        "wait": str(data.get("wait_minutes") or 0),
    }


def _notice(data: Data) -> dict[str, str]:
    return {"told": str(data["text"])}


LINES: Mapping[str, Callable[[Data], dict[str, str]]] = {
    "holdings": _holdings,
    "diagnosis": _diagnosis,
    "answer": _answer,
    "suitability": _suitability,
    "handoff": _handoff,
    "notice": _notice,
}
