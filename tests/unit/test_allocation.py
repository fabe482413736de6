"""A sum split by level, horizon and goal: bounds kept, sums exact, words true."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from itertools import product as every
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.portfolios import TODAY, indices, product
from zhitou.rulebook import Node, RulesError
from zhitou.wealth.allocation import AllocationRequest, find_mix, plan
from zhitou.wealth.allocation_examples import classes_on_offer, examples_of
from zhitou.wealth.allocation_rules import allocation_rules, parse_allocation_rules
from zhitou.wealth.apportionment import percent, plain, shares_of, split, whole_percents
from zhitou.wealth.asset_classes import asset_classes, parse_asset_classes
from zhitou.wealth.portfolio_history import History, align
from zhitou.wealth.suitability_rules import CUSTOMER_LEVELS

RULES, CLASSES = allocation_rules(), asset_classes()
ALL = frozenset(CLASSES.classes)


@lru_cache
def history() -> History:
    levels = indices()
    series = {code: levels[one.index] for code, one in CLASSES.classes.items()}
    return align(series, series, 1260)


def planned(level: str = "C3", amount: str = "500000", **given: Any) -> dict[str, Any]:
    request = AllocationRequest(Decimal(amount), level, available=ALL)
    return plan(replace(request, **given), history(), RULES, CLASSES)


def weights(data: dict[str, Any]) -> dict[str, float]:
    return {one["asset_class"]: one["weight"] for one in data["weights"]}


def growth(data: dict[str, Any]) -> float:
    return sum(share for code, share in weights(data).items() if CLASSES.classes[code].growth)


@pytest.mark.parametrize(("level", "days"), every(CUSTOMER_LEVELS, (0, 30, 200, 700, 3650)))
def test_every_plan_sums_exactly_and_keeps_the_level(level: str, days: int) -> None:
    data = planned(level, "123456.78", horizon_days=days)
    assert sum(Decimal(one["amount"]) for one in data["weights"]) == Decimal("123456.78")
    assert sum(weights(data).values()) == pytest.approx(1, abs=1e-9)
    for code, share in weights(data).items():
        assert share > 0
        assert RULES.levels[level].bounds[code][1] > 0


@pytest.mark.parametrize("level", CUSTOMER_LEVELS)
def test_a_long_horizon_stays_within_the_bounds_of_the_level(level: str) -> None:
    for code, share in weights(planned(level, horizon_days=3650)).items():
        low, high = RULES.levels[level].bounds[code]
        assert low - 0.011 <= share <= high + 0.011


def test_a_higher_level_holds_more_that_may_fall() -> None:
    shares = [growth(planned(level, horizon_days=3650)) for level in CUSTOMER_LEVELS]
    assert shares[:2] == [0, 0]
    assert shares[1] < shares[2] < shares[3] < shares[4]


@pytest.mark.parametrize("level", CUSTOMER_LEVELS)
def test_money_needed_within_a_year_holds_cash_and_short_bonds_only(level: str) -> None:
    assert set(weights(planned(level, horizon_days=364))) <= {"cash", "short_bond"}
    assert weights(planned(level, horizon_days=92)) == {"cash": 1}


def test_a_middle_horizon_halves_what_may_fall() -> None:
    long, middle = (growth(planned("C4", horizon_days=days)) for days in (1095, 1094))
    assert middle == pytest.approx(long / 2, abs=0.12)
    assert middle < long


def test_the_lowest_class_holds_cash_only() -> None:
    assert weights(planned("C1", lowest_class=True, horizon_days=3650)) == {"cash": 1}


def test_without_a_horizon_three_years_are_assumed_and_said() -> None:
    data = planned()
    assert data["horizon_days"] == 1095
    assert RULES.assumptions["no_horizon"] in data["assumptions"]
    assert weights(data) == weights(planned(horizon_days=1095))


@pytest.mark.parametrize(
    ("words", "goal"),
    [
        ("给孩子攒教育金", "education"),
        ("买房首付", "house"),
        ("应急用", "emergency"),
        ("不想亏", "preserve"),
        ("退休以后", "pension"),
        ("house", "house"),
    ],
)
def test_the_goal_is_found_in_the_words(words: str, goal: str) -> None:
    data = planned(goal=words)
    assert data["goal"] == goal
    assert any(one.limit.text in data["assumptions"] for one in RULES.goals if one.id == goal)


def test_a_sentence_without_a_goal_has_none() -> None:
    assert planned(goal="我有50万怎么配置")["goal"] is None


def test_a_goal_with_a_fixed_day_holds_less_that_may_fall() -> None:
    assert growth(planned("C4", goal="买房")) < growth(planned("C4"))
    assert set(weights(planned("C5", goal="应急"))) <= {"cash", "short_bond"}


def test_a_class_without_a_suitable_product_is_left_out_and_said() -> None:
    data = planned("C3", available=ALL - {"overseas", "gold"})
    assert not {"overseas", "gold"} & set(weights(data))
    assert any("海外与港股、黄金" in one for one in data["assumptions"])
    assert sum(weights(data).values()) == pytest.approx(1)


def test_emergency_money_comes_first() -> None:
    income, at_hand = Decimal(240000), Decimal(20000)
    data = planned(annual_income=income, at_hand=at_hand)
    assert data["emergency"]["amount"] == "40000"
    assert "4万元" in data["emergency"]["text"]
    rest = planned(amount="460000")
    cash = {one["asset_class"]: Decimal(one["amount"]) for one in data["weights"]}["cash"]
    without = {one["asset_class"]: Decimal(one["amount"]) for one in rest["weights"]}["cash"]
    assert cash == without + 40000


def test_emergency_money_never_takes_more_than_half() -> None:
    data = planned(amount="10000", annual_income=Decimal(1000000))
    assert data["emergency"]["amount"] == "5000"


def test_enough_at_hand_and_unknown_income_are_said() -> None:
    enough = planned(annual_income=Decimal(100000), at_hand=Decimal(100000))
    assert enough["emergency"]["amount"] == "0"
    assert "够6个月" in enough["emergency"]["text"]
    assert planned()["emergency"]["text"] == RULES.emergency.unknown


def test_the_same_inputs_give_the_same_plan() -> None:
    assert planned("C4", horizon_days=2000) == planned("C4", horizon_days=2000)


def test_figures_are_those_of_the_simulated_past() -> None:
    data = planned("C2", horizon_days=3650)
    shares = weights(data)
    mix = np.array([shares.get(code, 0) for code in history().codes])
    path = np.concatenate([[1], np.cumprod(1 + history().returns @ mix)])
    assert data["expected"]["return"] == pytest.approx(
        path[-1] ** (252 / (len(path) - 1)) - 1, abs=1e-4
    )
    drawdown = (path / np.maximum.accumulate(path) - 1).min()
    assert data["expected"]["max_drawdown"] == pytest.approx(drawdown, abs=1e-4)
    assert data["simulated"]
    assert data["as_of"] == "2026-01-02"


def test_the_range_holds_its_middle_and_says_how_often_money_was_lost() -> None:
    data = planned("C5", horizon_days=3650)["range"]
    assert Decimal(data["low"]) < Decimal(data["middle"]) < Decimal(data["high"])
    assert data["months"] == RULES.range.most_months
    assert 0 <= data["loss_share"] <= 1
    assert "不是预测" in data["text"]
    assert planned("C1", horizon_days=0)["range"]["months"] == 1


def test_bands_surround_each_weight() -> None:
    data = planned("C4")
    bands = {one["asset_class"]: (one["low"], one["high"]) for one in data["rebalance"]["bands"]}
    for code, share in weights(data).items():
        low, high = bands[code]
        assert low < share < high or share == 1
        assert high - low <= 2 * RULES.rebalance.absolute + 1e-9
    assert "5个百分点" in data["rebalance"]["text"]


def test_no_word_promises_anything() -> None:
    data = planned("C4", goal="稳妥一点", annual_income=Decimal(100000))
    text = "".join(
        [*data["assumptions"], data["disclosure"], data["range"]["text"]]
        + [one["why"] for one in data["weights"]]
    )
    for word in ("保本", "稳赚", "最佳", "无风险", "预期收益", "保证收益"):
        assert word not in text


def test_luck_in_the_past_moves_the_mix_little() -> None:
    level = RULES.levels["C4"]
    lucky = history().values.copy()
    lucky[:, history().codes.index("overseas")] *= np.exp(np.linspace(0, 1.5, len(lucky)))
    before = find_mix(level.bounds, level.centre, "C4", history(), RULES)
    after = find_mix(
        level.bounds,
        level.centre,
        "C4",
        History(history().days, history().codes, lucky),
        RULES,
    )
    assert all(abs(after[code] - before[code]) < 0.2 for code in before)


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=8), st.integers(1, 10**9))
def test_parts_always_sum_to_the_whole(parts: list[float], yuan: int) -> None:
    total = sum(parts)
    given_weights = {str(place): part / total for place, part in enumerate(parts)}
    amount = Decimal(yuan) / 100
    amounts = split(amount, given_weights)
    assert sum(amounts.values()) == amount
    assert sum(round(one * 100) for one in whole_percents(given_weights).values()) == 100
    positive = {code: one for code, one in amounts.items() if one > 0}
    assert sum(round(one * 10000) for one in shares_of(positive).values()) == 10000


def test_the_larger_remainder_gets_the_last_yuan() -> None:
    assert split(Decimal(10), {"a": 0.34, "b": 0.33, "c": 0.33}) == {"a": 4, "b": 3, "c": 3}
    assert split(Decimal("10.05"), {"a": 0.5, "b": 0.5}) == {"a": Decimal("5.05"), "b": 5}


def test_sums_and_shares_are_written_plainly() -> None:
    assert [plain(Decimal(one)) for one in ("500000", "5E+5", "12.50", "0")] == [
        "500000",
        "500000",
        "12.5",
        "0",
    ]
    assert [percent(one) for one in (0.5, 0.125, 0.0004)] == ["50%", "12.5%", "0%"]


def test_examples_are_the_cheapest_that_suit_sum_and_horizon() -> None:
    shelf = [
        product("dear", "bond_fund", index="bond", fees={"management": 0.02}),
        product("cheap", "bond_fund", index="bond", fees={"management": 0.002}),
        product("risky", "bond_fund", index="bond", fees={}, risk_level="R5"),
        product("big", "bond_fund", index="bond", fees={}, terms={"min_amount": "1000000"}),
        product("locked", "bond_fund", index="bond", fees={}, terms={"lock_up_days": 400}),
        product("shut", "bond_fund", index="bond", fees={}, terms={"subscription": "suspended"}),
        product("cover", "critical_illness", kind="insurance"),
    ]

    def suits(one: Any) -> bool:
        return one.risk_level <= "R3"

    found = examples_of("bond", Decimal(50000), 365, shelf, suits, RULES, CLASSES, TODAY)
    assert [one.code for one in found] == ["cheap"]
    assert classes_on_offer(shelf, suits, CLASSES) == {"bond"}


def test_a_product_is_seen_through() -> None:
    shares = CLASSES.of_product(product("m", "mixed_fund", index="technology"))
    assert shares == {"stock": 0.8, "bond": 0.2}
    assert CLASSES.of_product(product("q", "qdii", index="bond")) == {"bond": 0.95, "cash": 0.05}
    assert CLASSES.main_class(product("q", "qdii", index="us_stock")) == "overseas"
    insurance = product("i", "medical", kind="insurance")
    assert CLASSES.of_product(insurance) == {}
    assert CLASSES.main_class(insurance) is None


def test_words_for_whole_classes_are_understood() -> None:
    assert CLASSES.told_type("货基") == "money_fund"
    assert CLASSES.told_type(" ETF ") == "index_fund"
    assert CLASSES.told_sector("芯片") == "semiconductor"
    assert CLASSES.told_type("云杉蓝筹精选") is None


def rules_file(name: str) -> dict[str, Any]:
    text = files("zhitou.wealth.rules").joinpath(name).read_text("utf-8")
    return yaml.safe_load(text)  # type: ignore[no-any-return]


def spoilt(key: tuple[Any, ...], value: Any) -> Node:
    whole = rules_file("allocation.yml")
    place = whole
    for part in key[:-1]:
        place = place[part]
    place[key[-1]] = value
    return Node(whole, "allocation.yml")


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        (("levels", "C3", "centre", "cash"), 0.5, "levels.C3.centre: must sum to 1"),
        (("levels", "C3", "bounds", "cash"), [0.5, 0.2], "levels.C3.bounds.cash: must be"),
        (("levels", "C2", "bounds", "bond"), [0.9, 0.9], "levels.C2.bounds: leave no mix"),
        (("levels", "C2", "bounds", "wine"), [0, 1], "unknown key 'wine'"),
        (("optimiser", "towards_centre"), 2, "optimiser.towards_centre: must be between"),
        (("minimum_amount",), "much", "minimum_amount: must be a number"),
        (("surprise",), 1, "unknown key 'surprise'"),
    ],
)
def test_a_wrong_rule_is_told_with_its_place(key: tuple, value: Any, why: str) -> None:
    with pytest.raises(RulesError, match=why):
        parse_allocation_rules(spoilt(key, value), CLASSES)


def test_a_look_through_that_does_not_sum_is_refused() -> None:
    whole = rules_file("asset_classes.yml")
    whole["look_through"]["fof"] = {"bond": 0.4}
    with pytest.raises(RulesError, match=r"look_through\.fof: must sum to 1"):
        parse_asset_classes(Node(whole, "asset_classes.yml"))
