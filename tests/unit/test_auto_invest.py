"""Regular investing: the rate of dated payments, the plan in the past, the mix of a level."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib.resources import files

import numpy as np
import pytest
import yaml

from tests.portfolios import TODAY, product, series, walk
from zhitou.rulebook import Node, RulesError
from zhitou.wealth.auto_invest import (
    backtest,
    backtest_data,
    choose_mix,
    next_payment,
    payment_days,
)
from zhitou.wealth.auto_invest_rules import auto_invest_rules, parse_auto_invest_rules
from zhitou.wealth.portfolio_history import History, align
from zhitou.wealth.xirr import NoRate, xirr

RULES = auto_invest_rules()


def history(**values: object) -> History:
    return align(dict(values), dict(values), 5000)


def test_the_rate_of_a_published_case() -> None:
    flows = [
        (date(2008, 1, 1), -10000.0),
        (date(2008, 3, 1), 2750.0),
        (date(2008, 10, 30), 4250.0),
        (date(2009, 2, 15), 3250.0),
        (date(2009, 4, 1), 2750.0),
    ]
    assert xirr(flows) == pytest.approx(0.373362535, abs=1e-8)


@pytest.mark.parametrize(
    ("back", "rate"),
    [(200.0, 1.0), (110.0, 0.1), (100.0, 0.0), (50.0, -0.5), (1e-9, -1.0), (1e6, 9999.0)],
)
def test_money_back_after_365_days_says_the_rate_at_once(back: float, rate: float) -> None:
    assert xirr([(date(2025, 1, 1), -100.0), (date(2026, 1, 1), back)]) == pytest.approx(
        rate, abs=1e-9
    )


def test_the_rate_makes_the_present_value_nil_in_any_order() -> None:
    flows = [(date(2024, month, 10), -1000.0) for month in range(1, 13)]
    flows.append((date(2025, 3, 3), 11850.0))
    rate = xirr(flows[::-1])
    value = sum(paid * (1 + rate) ** (-(day - flows[0][0]).days / 365) for day, paid in flows)
    assert value == pytest.approx(0, abs=1e-6)
    assert rate < 0


@pytest.mark.parametrize(
    "flows",
    [
        [],
        [(date(2025, 1, 1), -1.0)],
        [(date(2025, 1, 1), 1.0), (date(2026, 1, 1), 2.0)],
        [(date(2025, 1, 1), -1.0), (date(2025, 1, 1), 2.0)],
    ],
)
def test_payments_without_a_rate_say_so(flows: list) -> None:
    with pytest.raises(NoRate):
        xirr(flows)


def test_payment_days_are_the_same_day_of_each_month_up_to_the_last() -> None:
    assert payment_days(date(2026, 1, 9), 10, 3) == [
        date(2025, 10, 10),
        date(2025, 11, 10),
        date(2025, 12, 10),
    ]
    assert payment_days(date(2026, 1, 10), 10, 1) == [date(2026, 1, 10)]


def test_the_next_payment_is_after_today() -> None:
    assert next_payment(date(2025, 12, 10), 10) == date(2026, 1, 10)
    assert next_payment(date(2025, 12, 9), 10) == date(2025, 12, 10)


def test_a_plan_in_something_that_never_moves_loses_the_fees_only() -> None:
    flat = history(a=series(np.ones(800)))
    result = backtest(flat, {"a": Decimal(1000)}, {"a": 0.01}, 10, 24)
    assert result is not None
    assert result.periods == 24
    assert result.invested == 24000
    assert result.value == pytest.approx(24000 * 0.99)
    assert result.lump_value == pytest.approx(24000 * 0.99)
    assert result.max_drawdown == 0
    assert result.deepest_loss == pytest.approx(-0.01)
    assert result.rate < 0


def test_a_plan_buys_more_when_it_is_cheap() -> None:
    valley = np.concatenate([np.linspace(1, 0.5, 300), np.linspace(0.5, 1, 300)])
    result = backtest(history(a=series(valley)), {"a": Decimal(1000)}, {}, 10, 48)
    assert result is not None
    assert result.value > result.invested
    assert result.rate > 0
    assert result.lump_value == pytest.approx(result.invested, rel=0.1)
    assert result.max_drawdown == pytest.approx(-0.5, abs=0.05)
    assert result.deepest_loss > result.lump_deepest_loss


def test_each_payment_buys_at_the_value_of_its_day() -> None:
    walked = walk(5, days=700)
    result = backtest(history(a=walked), {"a": Decimal(500)}, {"a": 0.0015}, 28, 12)
    assert result is not None
    days = [day for day, _, _ in result.points]
    bought = sum(500 * (1 - 0.0015) / float(walked[str(day)]) for day in days)
    assert result.value == pytest.approx(bought * float(walked.iloc[-1]))
    flows = [(day, -500.0) for day in days] + [(result.end, result.value)]
    assert result.rate == pytest.approx(xirr(flows))


def test_two_products_share_each_payment() -> None:
    both = history(a=walk(1), b=walk(2))
    parts = {"a": Decimal(600), "b": Decimal(400)}
    whole = backtest(both, parts, {}, 10, 36)
    single = [backtest(both, {code: part}, {}, 10, 36) for code, part in parts.items()]
    assert whole is not None
    assert whole.value == pytest.approx(sum(one.value for one in single if one))
    assert whole.invested == 36000


def test_too_short_a_history_gives_no_backtest() -> None:
    assert backtest(history(a=walk(1, days=20)), {"a": Decimal(1)}, {}, 5, 36) is None


def test_a_backtest_says_what_it_rests_on() -> None:
    result = backtest(history(a=walk(1)), {"a": Decimal(1000)}, {}, 10, 36)
    assert result is not None
    data = backtest_data(result, Decimal(1000), RULES)
    assert data["invested"] == "36000.00"
    assert data["periods"] == 36
    assert "模拟" in data["text"]
    assert "一次投进去" in data["text"]
    assert data["points"][0][1] == "1000.00"
    assert data["lump_sum"]["value"]


def shelf() -> list:
    return [
        product("wide", "index_fund", risk_level="R3", fees={"management": 0.005}),
        product("dear", "index_fund", risk_level="R3", fees={"management": 0.015}),
        product("sector", "index_fund", sector="liquor", risk_level="R3", fees={}),
        product("bond", "bond_fund", risk_level="R2", index="bond"),
        product("abroad", "qdii", risk_level="R4", index="us_stock"),
        product("short", "short_bond_fund", risk_level="R1", index="short_bond"),
        product("young", "index_fund", inception=date(2025, 6, 1), fees={}),
        product("tiny", "index_fund", size=Decimal(1000), fees={}),
        product("closed", "index_fund", terms={"subscription": "suspended"}, fees={}),
        product("manual", "index_fund", terms={"auto_invest": False}, fees={}),
    ]


def mix(level: str, amount: int = 2000, highest: str = "R5") -> dict[str, str]:
    found = choose_mix(
        level, Decimal(amount), shelf(), lambda one: one.risk_level <= highest, RULES, TODAY
    )
    return {one.code: str(part) for one, part in found.items()}


def test_a_level_gets_its_mix_of_the_cheapest_that_suit() -> None:
    assert mix("C1", highest="R1") == {"short": "2000"}
    assert mix("C2", highest="R2") == {"bond": "2000"}
    assert mix("C3", highest="R3") == {"wide": "1200", "bond": "800"}
    assert mix("C4", highest="R4") == {"wide": "1400", "abroad": "600"}


def test_what_is_missing_goes_to_the_first_part() -> None:
    assert mix("C4", highest="R3") == {"wide": "2000"}
    assert mix("C2", highest="R1") == {"short": "2000"}


def test_small_sums_are_not_torn_apart() -> None:
    assert mix("C3", 20, "R3") == {"wide": "20"}


def test_nothing_suitable_is_nothing() -> None:
    assert mix("C3", highest="R0") == {}


def rules_file() -> dict:
    return yaml.safe_load(
        files("zhitou.wealth.rules").joinpath("auto_invest.yml").read_text("utf-8")
    )


def test_a_mix_that_does_not_sum_is_told_with_its_place() -> None:
    value = rules_file()
    value["mixes"]["C3"][0]["share"] = 0.5
    with pytest.raises(RulesError, match=r"auto_invest.yml: mixes.C3: the shares must sum to 1"):
        parse_auto_invest_rules(Node(value, "auto_invest.yml"))
