"""Text of what is told of holdings, products and knowledge: the variables of their responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from actions.formatting import date_text, money_text, percent_text

Data = Mapping[str, Any]


def _holdings(data: Data) -> dict[str, str]:
    lines = []
    for item in data["items"]:
        gain_rate = percent_text(item["gain_rate"], signed=True)
        lines.append(f"{item['name']}：{money_text(item['value'])}，{gain_rate}")
    total = data["total"]
    return {
        "lines": "\n".join(lines),
        "value": money_text(total["value"]),
        "gain": money_text(total["gain"], signed=True),
        "gain_rate": percent_text(total["gain_rate"], signed=True),
        "as_of": date_text(data["as_of"]),
    }


LINES: Mapping[str, Callable[[Data], dict[str, str]]] = {
    "holdings": _holdings,
}
