"""Products side by side: who is ahead in what, for whom which fits, never which is best."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.products import ON, customer, deposit, fund, manager, policy, shelf, wealth
from zhitou.rulebook import Node, RulesError, read
from zhitou.wealth.compared import (
    compared_manager,
    compared_product,
    compared_sector,
    compared_type,
)
from zhitou.wealth.comparison import compare
from zhitou.wealth.comparison_rules import load_comparison_rules, parse_comparison_rules
from zhitou.wealth.costs import cheaper_from, purchase_fee, redemption_fee, yearly_cost
from zhitou.wealth.manager_selection import managed_values
from zhitou.wealth.offers import Offers
from zhitou.wealth.product import Product


def side_by_side(*products: Product, level: str | None = None, **given: Any) -> dict[str, Any]:
    place = shelf(*products)
    offers = Offers(customer(level), ON, initiated_by="customer") if level else None
    items = [
        compared_product(place, one, offers.decision(one) if offers else None) for one in products
    ]
    return compare(items, **given)


def line(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["dimensions"] if one["id"] == name)


def names(found: dict[str, Any]) -> set[str]:
    return {one["id"] for one in found["dimensions"]}


@pytest.mark.parametrize(
    ("figure", "changed", "better"),
    [
        ("return_1y", {"metrics": {"return_1y": 0.2}}, 1),
        ("max_drawdown_3y", {"metrics": {"max_drawdown_3y": -0.3}}, 0),
        ("volatility_1y", {"metrics": {"volatility_1y": 0.1}}, 1),
        ("sharpe_3y", {"metrics": {"sharpe_3y": 0.1}}, 0),
        ("fee_year", {"fees": {"management": 0.001}}, 1),
        ("min_amount", {"terms": {"min_amount": "1"}}, 1),
        ("lock_up_days", {"terms": {"lock_up_days": 90}}, 0),
        ("size", {"size": Decimal(9_000_000_000)}, None),
        ("level", {"risk_level": "R2"}, None),
    ],
)
def test_the_better_side_is_named_where_there_is_one(
    figure: str, changed: dict[str, Any], better: int | None
) -> None:
    assert line(side_by_side(fund("a"), fund("b", **changed)), figure)["better"] == better


def test_a_difference_too_small_to_matter_makes_nobody_better() -> None:
    found = side_by_side(fund("a"), fund("b", metrics={"return_1y": 0.084}))
    assert line(found, "return_1y")["better"] is None


def test_who_is_better_needs_two_who_are_known() -> None:
    found = side_by_side(fund("a"), fund("b", metrics={"return_3y": None}))
    assert line(found, "return_3y")["texts"] == ["+25.00%", "暂无"]
    assert line(found, "return_3y")["better"] is None


def test_values_are_numbers_sums_are_strings_and_texts_are_ready() -> None:
    found = side_by_side(fund("a"), fund("b"))
    assert line(found, "max_drawdown_3y")["values"] == [-0.15, -0.15]
    assert line(found, "max_drawdown_3y")["texts"] == ["15.00%", "15.00%"]
    assert line(found, "min_amount")["values"] == ["10", "10"]
    assert "不预示" in line(found, "return_1y")["note"]


def test_no_return_over_six_months_or_less_is_shown() -> None:
    found = side_by_side(fund("a"), fund("b"))
    assert not names(found) & {"return_1w", "return_1m", "return_3m", "return_6m", "return_ytd"}


def test_different_kinds_share_only_what_belongs_to_all_of_them() -> None:
    found = side_by_side(fund("a"), policy("b"))
    assert {"nature", "guarantee", "level", "holding", "min_amount"} == names(found)
    assert "性质不同" in found["verdict"]
    assert line(found, "guarantee")["texts"] == ["不保证本金", "保障型保险，保费用于购买保障"]


def test_a_deposit_is_never_mixed_up_with_a_wealth_product() -> None:
    found = side_by_side(deposit("a"), wealth("b"))
    assert line(found, "nature")["texts"][0].startswith("存款")
    assert line(found, "nature")["texts"][1].startswith("银行理财，不是存款")


def test_insurance_is_compared_by_its_terms() -> None:
    slow = policy("b", terms={"waiting_days": 90, "guaranteed_renewal_years": 20})
    found = side_by_side(policy("a"), slow)
    assert line(found, "waiting_days")["better"] == 0
    assert line(found, "renewal_years")["better"] == 1
    assert line(found, "premium")["better"] is None
    assert line(found, "insured")["texts"][0] == "出生满28天至60岁"


def test_points_say_for_whom_which_fits_with_the_numbers_of_all() -> None:
    found = side_by_side(fund("a"), fund("b", metrics={"max_drawdown_3y": -0.3}))
    assert found["points"][0] == "更在意少跌的，可以多看a：近3年最大回撤15.00%，b是30.00%"


def test_nothing_is_said_for_a_product_above_the_level() -> None:
    hot = fund("hot", risk_level="R5", metrics={"max_drawdown_3y": -0.01, "sharpe_3y": 3.0})
    found = side_by_side(fund("calm"), hot, level="C3")
    assert not any("可以多看hot" in point or "，hot的" in point for point in found["points"])
    assert "hot是R5，不在您C3适合的范围内，我们不推荐。" in found["verdict"]
    assert found["items"][1]["suitability"]["decision"] == "warn"


def test_without_a_level_nothing_is_said_of_suitability() -> None:
    found = side_by_side(fund("a"), fund("b"))
    assert [item["suitability"] for item in found["items"]] == [None, None]


def test_the_verdict_counts_and_names_no_winner() -> None:
    better = {"return_1y": 0.2, "sharpe_1y": 2.0}
    verdict = side_by_side(fund("a", risk_level="R2"), fund("b", metrics=better))["verdict"]
    assert "风险等级不同：a是R2，b是R3" in verdict
    assert "b有2项数字占优" in verdict
    assert verdict.endswith("没有哪一只对所有人都合适，看您更在意哪一点。")


def test_like_numbers_are_said_to_be_alike() -> None:
    assert "可比的数字相差不大" in side_by_side(fund("a"), fund("b"))["verdict"]


# --- share classes and costs ---------------------------------------------------------------------

A = fund("A", name="某基金A", terms={"family": "f"})
C = fund(
    "C",
    name="某基金C",
    terms={"family": "f"},
    fees={"sales_service": 0.005, "subscription": 0.0, "redemption": [[7, 0.015], [None, 0.0]]},
)


def test_fees_of_a_holding_are_added_up() -> None:
    assert purchase_fee(A) == pytest.approx(0.0015)
    assert [redemption_fee(A, days) for days in (6, 7, 364, 365)] == [0.015, 0.005, 0.005, 0.0]
    assert yearly_cost(A, 365) == pytest.approx(0.014 + 0.0015)
    assert yearly_cost(A, 73) == pytest.approx(0.014 + (0.0015 + 0.005) * 5)


def test_two_classes_of_a_fund_cross_at_the_day_where_costs_do() -> None:
    day = cheaper_from(A, C)
    assert day == 365
    assert yearly_cost(A, day) <= yearly_cost(C, day)
    assert yearly_cost(A, day - 1) > yearly_cost(C, day - 1)
    assert "持有满365天起某基金A的总费用不高于某基金C" in side_by_side(A, C)["verdict"]
    assert "持有满365天起某基金A的总费用不高于某基金C" in side_by_side(C, A)["verdict"]


def test_a_class_that_is_cheaper_from_the_first_day_is_said_to_be() -> None:
    cheap = fund("B", name="某基金B", terms={"family": "f"}, fees={"management": 0.001})
    assert "不论持有多久，某基金B" in side_by_side(A, cheap)["verdict"]


# --- how alike they move -------------------------------------------------------------------------


def values(*columns: Any) -> pd.DataFrame:
    days = pd.bdate_range("2025-11-20", periods=len(columns[0]))
    return pd.DataFrame({f"{n}": np.cumprod(1 + np.array(c)) for n, c in enumerate(columns)}, days)


MOVES = np.random.default_rng(7).normal(0, 0.01, 200)
OTHERS = np.random.default_rng(8).normal(0, 0.01, 200)


@pytest.mark.parametrize(
    ("moves", "value", "words"),
    [(MOVES * 2, 1.0, "走势很像"), (-MOVES, -1.0, "关联不大"), (OTHERS, None, "关联不大")],
)
def test_correlation_is_told_in_words(moves: Any, value: float | None, words: str) -> None:
    found = side_by_side(fund("0"), fund("1"), returns=values(MOVES, moves))["pairs"]
    assert words in found[0]["text"]
    if value is not None:
        assert found[0]["correlation"] == pytest.approx(value, abs=1e-3)


def test_too_short_or_still_series_say_nothing() -> None:
    assert side_by_side(fund("0"), fund("1"), returns=values(MOVES[:20], MOVES[:20]))["pairs"] == []
    still = np.zeros(200)
    assert side_by_side(fund("0"), fund("1"), returns=values(MOVES, still))["pairs"] == []
    assert side_by_side(fund("0"), fund("1"), returns=None)["pairs"] == []


# --- types, sectors and managers -----------------------------------------------------------------


def test_a_type_is_compared_by_the_medians_of_its_products() -> None:
    funds = [fund(f"{n}", metrics={"return_1y": n / 10}) for n in (1, 2, 9)]
    place = shelf(*funds, wealth("w"))
    found = compare([compared_type(place, "mixed_fund"), compared_type(place, "fixed_income")])
    assert line(found, "return_1y")["values"] == [0.2, 0.03]
    assert found["items"][0]["kind"] == "category"
    assert found["items"][0]["name"] == "偏股混合基金"
    assert "中位数" in line(found, "nature")["texts"][0]


def test_a_sector_is_compared_by_its_funds() -> None:
    place = shelf(fund("a", sector="gold", metrics={"return_1y": 0.3}), fund("b"))
    item = compared_sector(place, "gold", "黄金")
    assert (item.name, item.values["return_1y"]) == ("黄金类基金", 0.3)


def test_a_type_without_products_has_no_figures() -> None:
    item = compared_type(shelf(), "gold")
    assert (item.risk_level, item.values["return_1y"]) == (None, None)


def test_managers_are_compared_by_what_they_run() -> None:
    since = date(2015, 1, 1)
    place = shelf(
        fund("1", managers=("甲",)),
        fund("2", managers=("乙",), metrics={"return_3y": 0.6}),
        managers=(manager("M1", "甲", {"1": since}), manager("M2", "乙", {"2": since})),
    )
    items = [compared_manager(one, managed_values(place, one, 365)[0]) for one in place.managers]
    found = compare(items)
    assert line(found, "return_3y")["better"] == 1
    assert line(found, "tenure_years")["texts"][0].endswith("年")


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("债基", ("type", "bond_fund")),
        ("etf", ("type", "index_fund")),
        ("大额存单", ("type", "certificate_of_deposit")),
        ("纳指", ("sector", "us_stock")),
    ],
)
def test_words_for_types_and_sectors_are_known(word: str, meaning: tuple[str, str]) -> None:
    assert load_comparison_rules().categories[word] == meaning


# --- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("dimensions", [{"figure": "charm", "kinds": ["fund"]}], "charm"),
        ("dimensions", [{"kinds": ["fund"]}], "either figure or text"),
        ("dimensions", [{"figure": "size", "kinds": ["car"]}], "car"),
        ("angles", [{"figures": ["size"], "text": "{oops}"}], "{oops}"),
        ("categories", {"gold": ["金"], "qdii": ["金"]}, "two things"),
        ("least", 1, "at least 2"),
        ("oops", 1, "oops"),
    ],
)
def test_wrong_rules_are_refused_with_file_and_key(key: str, value: Any, words: str) -> None:
    changed = deepcopy(read("zhitou.wealth.rules", "comparison.yml").value) | {key: value}
    with pytest.raises(RulesError) as refused:
        parse_comparison_rules(Node(changed, "comparison.yml"))
    assert words in str(refused.value)
    assert "comparison.yml" in str(refused.value)
