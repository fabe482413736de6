"""A product examined: what is found, how gravely, and a score that anybody can add up again."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from tests.products import customer, deposit, fund, manager, policy, shelf, wealth
from zhitou.rulebook import Node, RulesError, read
from zhitou.wealth.product import Product
from zhitou.wealth.product_diagnosis import (
    diagnose_product,
    load_diagnosis_rules,
    parse_diagnosis_rules,
    score,
    under_water,
)
from zhitou.wealth.suitability import Profile


def examined(
    product: Product, *others: Product, who: Profile | None = None, series: Any = None
) -> dict[str, Any]:
    return diagnose_product(shelf(product, *others), product, series, who or customer("C5"))


def found(result: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["severity"] for one in result["findings"]}


def peers(**figures: float) -> list[Product]:
    return [fund(f"p{n}", metrics=dict(figures)) for n in range(9)]


@pytest.mark.parametrize(
    ("product", "code", "severity"),
    [
        (fund("x", metrics={"current_drawdown": -0.35}), "deep_drawdown", "high"),
        (fund("x", metrics={"current_drawdown": -0.20}), "deep_drawdown", "medium"),
        (fund("x", metrics={"current_drawdown": -0.12}), "deep_drawdown", "low"),
        (fund("x", metrics={"current_drawdown": -0.05}), "deep_drawdown", None),
        (
            fund("x", type="bond_fund", metrics={"current_drawdown": -0.02}),
            "deep_drawdown",
            "medium",
        ),
        (
            fund("x", metrics={"current_drawdown": -0.14, "max_drawdown_3y": -0.15}),
            "near_worst",
            "info",
        ),
        (
            fund("x", metrics={"return_3y": 0.0, "benchmark_return_3y": 0.2}),
            "behind_benchmark",
            "medium",
        ),
        (
            fund("x", metrics={"return_3y": 0.1, "benchmark_return_3y": 0.2}),
            "behind_benchmark",
            "low",
        ),
        (fund("x", size=Decimal(40_000_000)), "small_size", "high"),
        (fund("x", size=Decimal(90_000_000)), "small_size", "medium"),
        (fund("x", size=Decimal(190_000_000)), "small_size", "low"),
        (fund("x", size=Decimal(20_000_000_000)), "large_size", "low"),
        (
            fund("x", type="index_fund", size=Decimal(20_000_000_000)),
            "large_size",
            None,
        ),
        (fund("x", inception=date(2026, 3, 1)), "short_history", "low"),
        (fund("x", terms={"lock_up_days": 1095}), "locked", "medium"),
        (fund("x", terms={"lock_up_days": 180}), "locked", "low"),
        (fund("x"), "flexible", "info"),
        (fund("x", terms={"subscription": "suspended"}), "suspended", "info"),
        (
            fund("x", terms={"subscription": "limited", "daily_limit": "1000"}),
            "limited",
            "info",
        ),
        (wealth("x", metrics={"return_1y": 0.005}), "below_comparison_basis", "medium"),
        (wealth("x", metrics={"return_1y": 0.015}), "below_comparison_basis", "low"),
        (wealth("x"), "below_comparison_basis", None),
        (deposit("x"), "deposit_insured", "info"),
        (
            deposit("x", type="structured_deposit", terms={"rate_low": 0.01, "rate_high": 0.02}),
            "interest_floats",
            "low",
        ),
        (policy("x", type="annuity", terms={"design": "guaranteed"}), "surrender_loss", "low"),
        (policy("x", terms={"design": "participating"}), "uncertain_benefit", "low"),
        (policy("x", terms={"guaranteed_renewal_years": 0}), "no_renewal", "medium"),
        (policy("x", terms={"guaranteed_renewal_years": 3}), "short_renewal", "low"),
        (policy("x", type="critical_illness"), "one_year", "low"),
        (policy("x", terms={"waiting_days": 180}), "long_waiting", "low"),
        (policy("x"), "cooling_off", "info"),
    ],
)
def test_each_rule_finds_what_it_is_for(product: Product, code: str, severity: str | None) -> None:
    assert found(examined(product)).get(code) == severity


@pytest.mark.parametrize(
    ("own", "others", "code", "severity"),
    [
        ({"sharpe_3y": 0.1}, {"sharpe_3y": 0.9}, "weak_among_peers", "medium"),
        ({"sharpe_3y": 0.9}, {"sharpe_3y": 0.1}, "strong_among_peers", "info"),
        ({"max_drawdown_3y": -0.05}, {"max_drawdown_3y": -0.5}, "small_drawdowns", "info"),
        ({"volatility_1y": 0.4}, {"volatility_1y": 0.1}, "high_volatility", "low"),
    ],
)
def test_peers_are_the_measure(
    own: dict[str, float], others: dict[str, float], code: str, severity: str
) -> None:
    assert found(examined(fund("x", metrics=own), *peers(**others)))[code] == severity


def test_fees_are_measured_against_the_peers() -> None:
    dear = fund("x", fees={"management": 0.03})
    cheap = fund("x", fees={"management": 0.001})
    assert found(examined(dear, *peers()))["high_fee"] == "low"
    assert found(examined(cheap, *peers()))["low_fee"] == "info"


@pytest.mark.parametrize(
    ("since", "code", "severity"),
    [
        (date(2026, 5, 1), "manager_changed", "medium"),
        (date(2025, 5, 1), "manager_changed", "low"),
        (date(2018, 5, 1), "manager_stable", "info"),
    ],
)
def test_a_new_manager_is_a_finding(since: date, code: str, severity: str) -> None:
    product = fund("x", managers=("甲",))
    place = shelf(product, managers=(manager("M1", "甲", {"x": since}),))
    assert found(diagnose_product(place, product, None, customer("C5")))[code] == severity


def test_a_level_above_the_customers_is_the_gravest_finding() -> None:
    result = examined(fund("x", risk_level="R5"), who=customer("C2"))
    first = result["findings"][0]
    assert (first["code"], first["severity"]) == ("level_mismatch", "high")
    assert first["text"] == "风险等级R5，高于您C2可选的R1至R2"
    assert first["evidence"] == {"level": 5.0, "level_gap": 3.0}
    assert result["summary"].startswith("x的风险等级与您不匹配")
    assert "level_match" in found(examined(fund("x"), who=customer("C3")))


@pytest.mark.parametrize("status", ["none", "expired", "needs_identity"])
def test_without_a_valid_level_the_match_is_left_open(status: str) -> None:
    who = Profile("somebody", status, "C1")
    codes = found(examined(fund("x", risk_level="R5"), who=who))
    assert codes["level_unknown"] == "info"
    assert "level_mismatch" not in codes


def test_the_score_follows_from_the_findings() -> None:
    worst = fund(
        "x",
        risk_level="R5",
        size=Decimal(40_000_000),
        metrics={"current_drawdown": -0.35, "return_3y": -0.5, "sharpe_3y": -1.0},
    )
    for product in (worst, fund("x"), wealth("x"), deposit("x"), policy("x")):
        result = examined(product, *peers(), who=customer("C1"))
        points = load_diagnosis_rules().points
        assert result["score"] == score(result["findings"])
        assert all(one["points"] == points[one["severity"]] for one in result["findings"])
        assert 0 <= result["score"] <= 100
    assert score([{"points": 60}, {"points": 60}]) == 0


def test_findings_come_gravest_first_and_suggestions_follow() -> None:
    result = examined(fund("x", size=Decimal(40_000_000), metrics={"current_drawdown": -0.12}))
    severities = [one["severity"] for one in result["findings"]]
    assert severities == sorted(severities, key=["high", "medium", "low", "info"].index)
    assert result["suggestions"][0] == result["findings"][0]["suggestion"]


@pytest.mark.parametrize(
    ("product", "words"),
    [
        (fund("x"), "没有发现明显的问题"),
        (fund("x", size=Decimal(90_000_000)), "有几处需要留意"),
        (
            fund("x", size=Decimal(40_000_000), metrics={"current_drawdown": -0.35}),
            "有比较突出的问题",
        ),
    ],
)
def test_the_summary_is_balanced_and_gives_no_order(product: Product, words: str) -> None:
    summary = examined(product)["summary"]
    assert words in summary
    assert summary.endswith("以上只是检查结果，不是买卖建议。")


def days(*values: float) -> pd.Series:
    return pd.Series(values, index=pd.date_range("2026-01-01", periods=len(values)), dtype=float)


@pytest.mark.parametrize(
    ("values", "now", "longest"),
    [
        ((1, 2, 3), 0, 1),
        ((3, 2, 1), 2, 2),
        ((1, 3, 2, 2, 3, 2), 1, 3),
        ((2, 1, 1, 1, 1, 3, 2), 1, 5),
    ],
)
def test_time_under_water_is_counted_in_days(
    values: tuple[float, ...], now: float, longest: float
) -> None:
    assert under_water(days(*values)) == (now, longest)


def test_a_long_wait_is_a_finding_with_the_longest_beside_it() -> None:
    falling = pd.Series(
        [2.0, 1.0, 1.5], index=pd.DatetimeIndex(["2024-01-01", "2024-06-01", "2026-11-20"])
    )
    result = examined(fund("x"), series=falling)
    finding = next(one for one in result["findings"] if one["code"] == "long_under_water")
    assert (finding["severity"], finding["evidence"]["under_water_days"]) == ("medium", 1054.0)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("findings", [{"code": "x", "when": {"charm": {"above": 1}}, "text": "a"}], "charm"),
        ("findings", [{"code": "x", "when": {"size": {"over": 1}}, "text": "a"}], "over"),
        ("findings", [{"code": "x", "text": "a"}], "either when or severities"),
        ("findings", [{"code": "x", "when": {}, "text": "{oops}"}], "{oops}"),
        ("findings", [{"code": "x", "when": {}, "kinds": ["car"], "text": "a"}], "car"),
        ("points", {"high": 1}, "medium"),
        ("oops", 1, "oops"),
    ],
)
def test_wrong_rules_are_refused_with_file_and_key(key: str, value: Any, words: str) -> None:
    changed = deepcopy(read("zhitou.wealth.rules", "product_diagnosis.yml").value) | {key: value}
    with pytest.raises(RulesError) as refused:
        parse_diagnosis_rules(Node(changed, "product_diagnosis.yml"))
    assert words in str(refused.value)
    assert "product_diagnosis.yml" in str(refused.value)
