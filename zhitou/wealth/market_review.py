"""What the simulated market did over some periods, in sentences; no word about the future."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from zhitou.rulebook import Node, read
from zhitou.wealth.observations import template
from zhitou.wealth.periods import period_start, window
from zhitou.wealth.writing import write

PERIODS = ("1d", "1w", "1m", "3m", "6m", "1y")
_TEXTS: Mapping[str, set[str]] = {
    "intro": {"as_of"},
    "line": {"name", "moves"},
    "move": {"period", "value"},
    "flat": set(),
    "beside": {"name", "moves"},
    "unknown_sector": set(),
    "closing": set(),
    "no_data": set(),
}


@dataclass(frozen=True)
class MarketRules:
    """The rules file, checked."""

    version: str
    days: int
    periods: Mapping[str, str]
    told: tuple[str, ...]
    told_in_overview: tuple[str, ...]
    overview: tuple[str, ...]
    source_title: str
    texts: Mapping[str, str]
    disclosure: str


@lru_cache(maxsize=1)
def load_market_rules() -> MarketRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_market_rules(read("zhitou.wealth.rules", "market.yml"))


def parse_market_rules(node: Node) -> MarketRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something in it is missing, unknown or of the wrong kind.
    """
    node.only(
        "version",
        "days",
        "periods",
        "told",
        "told_in_overview",
        "overview",
        "source_title",
        "texts",
        "disclosure",
    )
    texts = node["texts"].only(*_TEXTS)
    periods = node["periods"].only(*PERIODS)
    return MarketRules(
        version=node["version"].text(),
        days=node["days"].integer(30),
        periods={name: words.text() for name, words in periods.items()},
        told=tuple(item.one_of(*periods.value) for item in node["told"]),
        told_in_overview=tuple(item.one_of(*periods.value) for item in node["told_in_overview"]),
        overview=node["overview"].texts(),
        source_title=node["source_title"].text(),
        texts={name: template(texts[name], words) for name, words in _TEXTS.items()},
        disclosure=node["disclosure"].text(),
    )


def index_returns(levels: pd.DataFrame, periods: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return of each index over each period up to the last day; periods too long are left out.

    Args:
        levels: days by index code, ascending.
        periods: of :data:`PERIODS`; ``1d`` is the last trading day.
    """
    found: dict[str, dict[str, float]] = {code: {} for code in levels.columns}
    if len(levels) < 2:
        return found
    as_of = levels.index[-1].date()
    for period in periods:
        part = levels.iloc[-2:] if period == "1d" else window(levels, period_start(as_of, period))
        if part is None:
            continue
        for code, value in (part.iloc[-1] / part.iloc[0] - 1.0).items():
            if np.isfinite(value):
                found[str(code)][period] = round(float(value), 6)
    return found


def review(
    indices: Sequence[Mapping[str, Any]],
    as_of: str,
    sector: str | None = None,
    rules: MarketRules | None = None,
) -> str:
    """What the market, or one part of it, did.

    Args:
        indices: ``code``, ``name`` and ``returns`` by period of each.
        as_of: the day of the last level.
        sector: code of an index; without it the asset classes are told.
        rules: other rules than the packaged ones.
    """
    rules = rules or load_market_rules()
    by_code = {str(one["code"]): one for one in indices}
    if not by_code:
        return rules.texts["no_data"]
    said = [rules.texts["intro"].format(as_of=as_of)]
    if sector in by_code:
        said.append(_line(by_code[sector], "line", rules.told, rules) + "。")
        market = by_code.get(rules.overview[0])
        if market is not None and sector != rules.overview[0]:
            said.append(_line(market, "beside", rules.told, rules) + "。")
    else:
        if sector is not None:
            said.insert(0, rules.texts["unknown_sector"])
        lines = [
            _line(by_code[code], "line", rules.told_in_overview, rules)
            for code in rules.overview
            if code in by_code
        ]
        said.append("；".join(lines) + "。")
    return "".join((*said, rules.texts["closing"]))


def _line(index: Mapping[str, Any], text: str, told: Sequence[str], rules: MarketRules) -> str:
    moves = [
        rules.texts["move"].format(
            period=rules.periods[period], value=write("signed_percent", index["returns"][period])
        )
        for period in told
        if period in index["returns"]
    ]
    return rules.texts[text].format(
        name=index["name"], moves="、".join(moves) or rules.texts["flat"]
    )
