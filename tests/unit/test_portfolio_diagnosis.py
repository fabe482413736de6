"""A portfolio examined: each finding where it belongs, and a score that follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.portfolios import TODAY, customer, indices, position, product, series, walk
from zhitou.rulebook import Node, RulesError
from zhitou.wealth.allocation_rules import allocation_rules
from zhitou.wealth.asset_classes import asset_classes
from zhitou.wealth.portfolio_diagnosis import diagnose, examine
from zhitou.wealth.portfolio_diagnosis_rules import diagnosis_rules, parse_diagnosis_rules
from zhitou.wealth.portfolio_history import (
    align,
    change_during,
    clusters,
    path_of,
    worst_episode,
)
from zhitou.wealth.positions import Position
from zhitou.wealth.suitability import Profile

RULES = diagnosis_rules()
SECTORS = {"technology": "科技", "liquor": "白酒"}


@lru_cache
def levels() -> dict[str, pd.Series]:
    return indices()


def examined(
    positions: Sequence[Position],
    profile: Profile | None = None,
    histories: dict[str, pd.Series] | None = None,
    own: bool = True,
) -> dict[str, Any]:
    case = examine(
        positions,
        profile or customer("C5"),
        dict(histories or {}),
        levels(),
        asset_classes(),
        RULES,
        allocation_rules(),
        SECTORS,
        TODAY,
        own=own,
    )
    return diagnose(case)


def found(data: dict[str, Any], code: str) -> dict[str, Any] | None:
    return next((one for one in data["findings"] if one["code"] == code), None)


def fund(code: str, type: str = "mixed_fund", **given: Any) -> Any:
    return product(code, type, **given)


def cash(code: str = "cash", **given: Any) -> Any:
    return product(code, "money_fund", index="money", risk_level="R1", **given)


def bond(code: str = "bond", **given: Any) -> Any:
    return product(code, "bond_fund", index="bond", risk_level="R2", **given)


def test_products_above_the_level_are_named_with_their_share() -> None:
    data = examined(
        [position(fund("wild", risk_level="R5"), 4000), position(bond(), 6000)], customer("C2")
    )
    finding = found(data, "risk_mismatch")
    assert finding is not None
    assert finding["severity"] == "high"
    assert finding["evidence"]["share"] == 0.4
    assert [one["code"] for one in finding["evidence"]["products"]] == ["wild"]
    assert "40%" in finding["text"]
    assert "R1至R2" in finding["text"]


@pytest.mark.parametrize(("value", "severity"), [(5, None), (500, "low"), (2000, "medium")])
def test_a_mismatch_is_as_grave_as_it_is_large(value: int, severity: str | None) -> None:
    data = examined(
        [position(fund("wild", risk_level="R5"), value), position(bond(), 10000 - value)],
        customer("C2"),
    )
    finding = found(data, "risk_mismatch")
    assert (finding["severity"] if finding else None) == severity


def test_within_the_level_there_is_no_mismatch() -> None:
    data = examined([position(fund("f", risk_level="R3"), 1000)], customer("C3"))
    assert found(data, "risk_mismatch") is None


@pytest.mark.parametrize(
    ("status", "severity", "word"),
    [("expired", "low", "过期"), ("none", "low", "还没有"), ("needs_identity", "info", "哪位")],
)
def test_without_a_valid_level_nothing_is_measured_by_it(
    status: str, severity: str, word: str
) -> None:
    data = examined([position(fund("f"), 1000)], customer("C3", status=status))
    finding = found(data, "no_valid_level")
    assert finding is not None
    assert finding["severity"] == severity
    assert word in finding["text"]
    assert not {one["code"] for one in data["findings"]} & {
        "risk_mismatch",
        "growth_above_level",
        "class_drift",
        "drawdown",
        "stress",
    }
    assert data["metrics"]["customer_level"] is None


def test_one_large_product_is_a_concentration_and_cash_is_not() -> None:
    data = examined([position(fund("big"), 7000), position(cash(), 3000)])
    finding = found(data, "concentration")
    assert finding is not None
    assert finding["severity"] == "high"
    assert finding["evidence"]["hhi"] == pytest.approx(0.58)
    assert finding["evidence"]["effective_number"] == pytest.approx(1 / 0.58, abs=0.01)
    assert (
        found(examined([position(cash(), 9000), position(bond(), 1000)]), "concentration") is None
    )


def test_one_sector_is_a_concentration() -> None:
    tech = [position(fund(f"t{n}", sector="technology", index="technology"), 2000) for n in (1, 2)]
    data = examined([*tech, position(bond(), 6000)])
    finding = found(data, "sector_concentration")
    assert finding is not None
    assert finding["severity"] == "medium"
    assert (finding["evidence"]["sector"], finding["evidence"]["share"]) == ("technology", 0.4)
    assert data["metrics"]["sectors"] == [{"sector": "technology", "name": "科技", "weight": 0.4}]


def test_products_that_move_together_are_one_group() -> None:
    same, other = walk(11), walk(12)
    noise = np.exp(np.random.default_rng(1).normal(0, 0.001, len(same)).cumsum() * 0.2)
    histories = {"a": same, "b": same * noise, "c": other}
    data = examined([position(fund(code), 1000) for code in "abc"], histories=histories)
    finding = found(data, "moving_together")
    assert finding is not None
    assert {one["code"] for one in finding["evidence"]["products"]} == {"a", "b"}
    assert finding["evidence"]["correlation"] > 0.95
    assert finding["severity"] == "medium"


def test_calm_products_that_move_together_are_no_matter() -> None:
    same = walk(11)
    data = examined(
        [position(bond("a"), 1), position(bond("b"), 1)], histories={"a": same, "b": same}
    )
    assert found(data, "moving_together") is None


def test_too_much_and_too_little_that_may_fall_are_told_apart() -> None:
    bold = examined([position(fund("f", "stock_fund", risk_level="R3"), 1000)], customer("C3"))
    timid = examined([position(cash(), 1000)], customer("C5"))
    above, below = found(bold, "growth_above_level"), found(timid, "growth_below_level")
    assert above is not None
    assert above["severity"] == "high"
    assert above["evidence"]["share"] == 0.9
    assert below is not None
    assert below["severity"] == "low"
    assert found(bold, "growth_below_level") is None


def test_classes_off_their_range_are_listed_furthest_first() -> None:
    data = examined([position(cash(), 1000)], customer("C4"))
    finding = found(data, "class_drift")
    assert finding is not None
    assert finding["evidence"]["classes"][0]["asset_class"] == "cash"
    assert "现金与存款偏多（100%，参考3%到20%）" in finding["text"]
    assert finding["severity"] == "medium"


def test_a_past_fall_beyond_what_the_level_bears_is_said_in_yuan() -> None:
    halved = series(np.concatenate([np.ones(1000), np.linspace(1, 0.5, 300)]))
    data = examined([position(fund("f", risk_level="R3"), 10000)], customer("C3"), {"f": halved})
    finding = found(data, "drawdown")
    assert finding is not None
    assert finding["severity"] == "high"
    assert finding["evidence"]["max_drawdown"] == -0.5
    assert finding["evidence"]["amount"] == "-5000.00"
    assert "5000元" in finding["text"]
    assert data["metrics"]["max_drawdown"] == -0.5


def test_past_episodes_are_replayed_on_what_is_held() -> None:
    data = examined([position(fund("f", risk_level="R3"), 10000)], customer("C2"))
    stress = {one["name"]: one for one in data["metrics"]["stress"]}
    index = levels()["equity"]
    worst = (index / index.shift(RULES.basis.stress_days) - 1).min()
    assert stress["A股大跌"]["market_change"] == pytest.approx(worst, abs=1e-4)
    assert stress["A股大跌"]["change"] == pytest.approx(worst, abs=1e-4)
    assert Decimal(stress["A股大跌"]["amount"]) == pytest.approx(
        Decimal(10000) * Decimal(worst), abs=1
    )
    assert found(data, "stress") is not None


def test_costs_are_weighted() -> None:
    dear = fund("dear", fees={"management": 0.02, "custody": 0.0025, "sales_service": 0.005})
    free = bond(fees={"management": 0.0})
    data = examined([position(dear, 8000), position(free, 2000)])
    finding = found(data, "cost")
    assert finding is not None
    assert finding["severity"] == "medium"
    assert data["metrics"]["yearly_cost"] == pytest.approx(0.022)
    assert [one["code"] for one in finding["evidence"]["products"]] == ["dear"]


def test_money_that_is_locked_is_illiquid_until_it_is_free() -> None:
    closed = product(
        "closed",
        "fixed_income",
        kind="wealth",
        terms={"lock_up_days": 365, "arrival_days": 1},
    )
    bought = TODAY - timedelta(days=30)
    data = examined(
        [position(closed, 5000, bought_at=bought), position(cash(), 5000, bought_at=bought)]
    )
    finding = found(data, "illiquid")
    assert finding is not None
    assert finding["severity"] == "medium"
    assert finding["evidence"]["products"][0]["days"] == 336
    assert data["metrics"]["liquid_share"] == 0.5
    free = position(closed, 5000, bought_at=TODAY - timedelta(days=400))
    assert found(examined([free]), "illiquid") is None


def test_a_deposit_that_may_be_broken_is_at_hand() -> None:
    deposit = product(
        "d",
        "certificate_of_deposit",
        kind="wealth",
        terms={"lock_up_days": 365, "early_withdrawal": "可以提前支取", "arrival_days": 0},
    )
    assert found(examined([position(deposit, 1000, bought_at=TODAY)]), "illiquid") is None


def test_missing_emergency_money_is_counted_in_months() -> None:
    rich = customer("C5", annual_income=Decimal(240000))
    data = examined([position(cash(), 10000), position(fund("f"), 90000)], rich)
    finding = found(data, "emergency_cash")
    assert finding is not None
    assert finding["evidence"]["months"] == 1.0
    assert finding["severity"] == "medium"
    enough = examined([position(cash(), 60000), position(fund("f"), 90000)], rich)
    assert found(enough, "emergency_cash") is None
    told = examined([position(fund("f"), 1000)], rich, own=False)
    assert found(told, "emergency_cash") is None


def test_one_manager_of_two_funds_is_told_and_of_two_classes_is_not() -> None:
    a, b = (fund(code, managers=("甲",)) for code in "ab")
    finding = found(examined([position(a, 1000), position(b, 1000)]), "same_manager")
    assert finding is not None
    assert finding["evidence"]["manager"] == "甲"
    classes = [fund(code, managers=("甲",), terms={"family": "x"}) for code in "ab"]
    data = examined([position(one, 1000) for one in classes])
    assert found(data, "same_manager") is None


def test_funds_that_follow_the_same_are_duplicates_group_by_group() -> None:
    index = [fund(code, "index_fund", terms={"tracks": "沪深300指数"}) for code in "ab"]
    tech = [fund(code, sector="technology") for code in "cd"]
    data = examined([position(one, 1000) for one in (*index, *tech, bond())])
    finding = found(data, "duplicates")
    assert finding is not None
    assert finding["evidence"]["share"] == pytest.approx(0.8)
    assert {one["theme"] for one in finding["evidence"]["groups"]} == {
        "跟踪沪深300指数的基金",
        "科技方向的偏股混合基金",
    }
    assert "4只" in finding["text"]


def test_many_products_and_very_small_funds_are_told() -> None:
    many = [position(fund(f"f{n}"), 100) for n in range(12)]
    small = position(fund("small", size=Decimal(30_000_000)), 100)
    data = examined([*many, small])
    assert found(data, "too_many") is not None
    finding = found(data, "small_funds")
    assert finding is not None
    assert "1亿元" in finding["text"]


def test_a_sound_portfolio_is_told_so() -> None:
    sound = [
        position(cash(), 3000),
        position(bond("b1"), 2500),
        position(bond("b2"), 2500),
        position(product("s", "short_bond_fund", index="short_bond", risk_level="R2"), 2000),
    ]
    data = examined(sound, customer("C2", annual_income=Decimal(6000)))
    assert [one["code"] for one in data["findings"]] == ["healthy"]
    assert data["score"] == 100


def test_the_score_follows_from_the_findings() -> None:
    data = examined(
        [position(fund("wild", risk_level="R5", sector="liquor"), 9000), position(bond(), 1000)],
        customer("C2", annual_income=Decimal(100000)),
    )
    lost = sum(one["penalty"] for one in data["findings"])
    assert lost > 0
    assert data["score"] == max(0, 100 - lost)
    assert data["score"] == RULES.score(data["findings"])
    severities = [one["severity"] for one in data["findings"]]
    order = ["high", "medium", "low", "info"]
    assert severities == sorted(severities, key=order.index)
    assert all(one["text"] and one["suggestion"] for one in data["findings"])
    assert len(set(data["suggestions"])) == len(data["suggestions"])


def test_the_same_portfolio_gives_the_same_diagnosis() -> None:
    held = [position(fund("f"), 1000), position(bond(), 500)]
    assert examined(held) == examined(held)


def test_a_young_fund_borrows_the_past_of_its_index() -> None:
    index = series(np.linspace(1, 3, 500))
    young = series([2.0, 2.2])
    history = align({"f": young}, {"f": index}, 400)
    assert history.values[-2:, 0] == pytest.approx([2.0, 2.2])
    assert history.values[0, 0] == pytest.approx(2.0 * index.iloc[-401] / index.iloc[-2])


def test_a_path_keeps_its_weights() -> None:
    a, b = series([1, 1.1, 1.1]), series([1, 1.0, 0.9])
    path = path_of(align({"a": a, "b": b}, {"a": a, "b": b}, 10), {"a": 1, "b": 1})
    assert path.values == pytest.approx([1, 1.05, 1.05 * 0.95])
    assert path.max_drawdown == pytest.approx(-0.05)


def test_the_worst_episode_is_found_and_replayed() -> None:
    index = series([1, 1, 0.7, 0.8, 1.2])
    episode = worst_episode("x", index, 2)
    assert episode is not None
    assert episode.change == pytest.approx(-0.3)
    history = align({"f": index**2}, {"f": index}, 10)
    assert change_during(history, {"f": 1.0}, episode) == pytest.approx(0.49 - 1)
    assert worst_episode("x", series([1, 2, 3, 4]), 2) is None
    assert worst_episode("x", series([1, 0.5]), 5) is None


def test_no_groups_without_enough_history() -> None:
    short = align({"a": walk(1), "b": walk(1)}, {"a": walk(1), "b": walk(1)}, 30)
    assert clusters(short, ["a", "b"], 0.8) == []
    flat = series(np.ones(400))
    steady = align({"a": flat, "b": flat}, {"a": flat, "b": flat}, 390)
    assert clusters(steady, ["a", "b"], 0.8) == []


def rules_file() -> dict[str, Any]:
    return yaml.safe_load(files("zhitou.wealth.rules").joinpath("diagnosis.yml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("text", "{nonsense}", r"findings\.cost\.text: unknown placeholder"),
        ("severities", {"high": 0.1, "low": 0.2}, r"findings\.cost\.severities: a graver"),
        ("severities", {}, r"findings\.cost\.severities"),
        ("severities", {"grave": 1}, r"findings\.cost\.severities: unknown key 'grave'"),
        ("weight", -1, r"findings\.cost\.weight: must be at least 0"),
    ],
)
def test_a_wrong_rule_is_told_with_its_place(key: str, value: Any, why: str) -> None:
    whole = rules_file()
    whole["findings"]["cost"][key] = value
    with pytest.raises(RulesError, match=why):
        parse_diagnosis_rules(Node(whole, "diagnosis.yml"))


def test_penalties_are_points_times_weight() -> None:
    assert RULES.findings["risk_mismatch"].penalties == {
        "high": 28,
        "medium": 14,
        "low": 6,
        "info": 0,
    }
    assert RULES.findings["growth_below_level"].penalties["low"] == 2
