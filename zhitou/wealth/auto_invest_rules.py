"""``rules/auto_invest.yml`` as a checked object: mixes by level for a monthly plan, and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from zhitou.rulebook import Node, read
from zhitou.wealth.product import TYPE_NAMES
from zhitou.wealth.suitability_rules import CUSTOMER_LEVELS
from zhitou.wealth.ways_on import parse_actions


@dataclass(frozen=True)
class MixPart:
    """A part of the mix of a level."""

    share: Decimal
    types: tuple[str, ...]
    broad: bool


@dataclass(frozen=True)
class AutoInvestRules:
    """The rules file, checked; the comments in it say what each entry means."""

    version: str
    minimum_amount: Decimal
    day: Mapping[str, int]
    default_months: int
    most_months: int
    backtest_months: int
    least_backtest_months: int
    review_months: int
    mixes: Mapping[str, tuple[MixPart, ...]]
    least_size: Decimal
    least_history_days: int
    texts: Mapping[str, str]
    assumptions: Mapping[str, str]
    disclosure: str
    unavailable: str
    suspended: str
    actions: tuple[Mapping[str, str], ...]


@lru_cache(maxsize=1)
def auto_invest_rules() -> AutoInvestRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_auto_invest_rules(read("zhitou.wealth.rules", "auto_invest.yml"))


def parse_auto_invest_rules(node: Node) -> AutoInvestRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something is missing, unknown, or the parts of a mix do not sum to 1.
    """
    node.only(*AutoInvestRules.__annotations__)
    day = node["day"].only("least", "greatest", "default")
    return AutoInvestRules(
        version=node["version"].text(),
        minimum_amount=node["minimum_amount"].number(0),
        day={name: day[name].integer(1) for name in ("least", "greatest", "default")},
        default_months=node["default_months"].integer(1),
        most_months=node["most_months"].integer(1),
        backtest_months=node["backtest_months"].integer(2),
        least_backtest_months=node["least_backtest_months"].integer(2),
        review_months=node["review_months"].integer(1),
        mixes={level: _mix(node["mixes"][level]) for level in CUSTOMER_LEVELS},
        least_size=node["least_size"].number(0),
        least_history_days=node["least_history_days"].integer(0),
        texts={
            name: node["texts"][name].text()
            for name in ("backtest", "lump_sum", "too_short", "rebalance")
        },
        assumptions={
            name: node["assumptions"][name].text() for name in ("past", "smoothing", "fees", "stop")
        },
        disclosure=node["disclosure"].text(),
        unavailable=node["unavailable"].text(),
        suspended=node["suspended"].text(),
        actions=parse_actions(node["actions"]),
    )


def _mix(node: Node) -> tuple[MixPart, ...]:
    parts = tuple(
        MixPart(
            one.only("share", "types", "broad")["share"].number(0),
            tuple(name.one_of(*TYPE_NAMES["fund"]) for name in one["types"]),
            one.get("broad", False).flag(),
        )
        for one in node
    )
    if sum(part.share for part in parts) != 1:
        node.fail("the shares must sum to 1")
    return parts
