"""A loss explained: true figures, warm words, no promise."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.portfolios import position, product, series
from zhitou.rulebook import Node, RulesError
from zhitou.wealth.loss import (
    Fallen,
    Recovery,
    change_between,
    explain,
    fall_in_period,
    fall_since_peak,
    losing,
    recoveries,
    share_as_deep,
)
from zhitou.wealth.loss_rules import loss_rules, parse_loss_rules
from zhitou.wealth.positions import Position, total_of

RULES = loss_rules()
WAVE = series([1.0, 0.8, 1.0, 1.2, 0.9, 1.2, 1.5, 1.2])
"""Two falls made good (20 % and 25 %), and one of 20 % that is not."""


def fallen(values: pd.Series = WAVE, index: pd.Series | None = None, **given: Any) -> Fallen:
    own = {"name": "甲基金", "code": "a", "index_name": "模拟指数"} | given
    return Fallen(series=values, index=values if index is None else index, **own)


def told(text: str, *items: Fallen, total: Any = None) -> dict[str, Any]:
    return explain(items or (fallen(),), total, text, RULES)


def finding(data: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in data["findings"] if one["code"] == code)


def test_a_fall_is_counted_from_its_peak() -> None:
    fall = fall_since_peak(WAVE, None)
    assert fall.change == pytest.approx(-0.2)
    assert (fall.start, fall.end) == (WAVE.index[6].date(), WAVE.index[7].date())


def test_a_fall_before_the_purchase_is_not_the_customers() -> None:
    later = fall_since_peak(
        series([2.0, 1.0, 1.1, 1.0]), series([2.0, 1.0, 1.1, 1.0]).index[1].date()
    )
    assert later.change == pytest.approx(1 / 1.1 - 1)


def test_a_period_looks_back_its_trading_days() -> None:
    period = RULES.period_of("昨天怎么又跌了")
    assert period is not None
    assert period.days == 1
    assert fall_in_period(WAVE, period).change == pytest.approx(-0.2)


@pytest.mark.parametrize(
    ("text", "days"),
    [("我的基金为什么连续下跌", 5), ("这个月亏了", 21), ("今年就没见过红", 252), ("腰斩了", None)],
)
def test_words_mean_a_stretch_of_time(text: str, days: int | None) -> None:
    period = RULES.period_of(text)
    assert (period.days if period else None) == days


def test_the_share_of_days_as_deep_counts_today() -> None:
    assert share_as_deep(WAVE) == pytest.approx(3 / 8)
    assert share_as_deep(series([1, 2, 3])) == 1
    assert share_as_deep(series([1, 0.9, 0.8])) == pytest.approx(1 / 3)


def test_past_falls_made_good_are_found_with_their_days() -> None:
    found = recoveries(WAVE, 0.1)
    assert [round(one.depth, 2) for one in found] == [0.2, 0.25]
    expected = (WAVE.index[2] - WAVE.index[1]).days
    assert found[0] == Recovery(pytest.approx(0.2), expected)
    assert [round(one.depth, 2) for one in recoveries(WAVE, 0.22)] == [0.25]
    assert recoveries(series([1, 0.5, 0.9]), 0.1) == []
    assert recoveries(series([1, 2, 3]), 0.1) == []


def test_the_change_between_two_days_takes_the_last_known_values() -> None:
    start, end = WAVE.index[0].date(), WAVE.index[4].date()
    assert change_between(WAVE, start, end) == pytest.approx(-0.1)


def lossy(code: str, cost: int, value: int) -> Position:
    return position(product(code), value, cost=Decimal(cost), bought_at=WAVE.index[0].date())


def test_the_largest_loss_comes_first_and_gains_are_left_out() -> None:
    held = [lossy("a", 100, 90), lossy("b", 1000, 500), lossy("c", 100, 200)]
    assert [one.product.code for one in losing(held, {}, RULES)] == ["b", "a"]


def test_without_a_loss_what_fell_since_it_was_bought_counts() -> None:
    held = [lossy("a", 100, 120), lossy("b", 100, 120)]
    histories = {"a": WAVE, "b": series([1, 1.1, 1.2])}
    assert [one.product.code for one in losing(held, histories, RULES)] == ["a"]
    assert losing([lossy("b", 100, 120)], histories, RULES) == []


def test_the_explanation_has_its_parts_in_order() -> None:
    own = lossy("a", 1000, 800)
    index = series([1.0, 0.9, 1.0, 1.1, 1.0, 1.1, 1.2, 1.0])
    data = told("跌麻了", fallen(index=index, position=own), total=total_of([own]))
    assert [one["code"] for one in data["findings"]] == [
        "fall",
        "market",
        "usual",
        "recovery",
        "share",
    ]
    assert data["about"] == "loss"
    assert data["metrics"] == {"value": "800.00", "gain": "-200.00", "gain_rate": -0.2}
    fall = finding(data, "fall")
    assert "跌了20.00%" in fall["text"]
    assert "少了200元（-20.00%）" in fall["text"]
    assert finding(data, "market")["evidence"]["change"] == pytest.approx(-0.1667, abs=1e-4)
    assert finding(data, "usual")["evidence"]["percentile"] == pytest.approx(0.625)
    recovery = finding(data, "recovery")
    assert recovery["evidence"]["episodes"] == 2
    assert recovery["evidence"]["needed_rise"] == pytest.approx(0.25)
    assert "以后不一定" in recovery["text"]
    assert finding(data, "share")["evidence"]["share"] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("end", "word"),
    [
        (1.7, "更多是产品自己的原因"),
        (1.2, "幅度差不多"),
        (0.9, "比它还多"),
        (1.45, "多跌了"),
    ],
)
def test_the_market_beside_it_tells_whose_fault_it_is(end: float, word: str) -> None:
    index = series([1.0, 0.8, 1.0, 1.2, 0.9, 1.2, 1.5, end])
    assert word in finding(told("跌了", fallen(index=index)), "market")["text"]


def test_an_index_is_not_measured_by_itself() -> None:
    assert "market" not in {one["code"] for one in told("跌了")["findings"]}


def test_a_day_that_rose_is_told_as_it_was() -> None:
    data = told("今天又跌了吧", fallen(series([1.0, 0.5, 0.6])))
    assert "其实没有跌，涨了20.00%" in finding(data, "fall")["text"]


@pytest.mark.parametrize(
    ("values", "word"),
    [
        (np.tile([1.0, 0.9], 50), "不算少见"),
        (np.concatenate([np.linspace(1, 2, 90), np.full(10, 1.9)]), "不常见但出现过"),
        (np.concatenate([np.linspace(1, 2, 200), [1.0]]), "很少这么深"),
    ],
)
def test_how_usual_a_fall_is_goes_by_its_share_of_days(values: np.ndarray, word: str) -> None:
    assert word in finding(told("跌了", fallen(series(values))), "usual")["text"]


def test_what_never_came_back_gives_no_hope_away() -> None:
    data = told("什么时候回本", fallen(series([1.0, 0.9, 0.8])))
    text = finding(data, "recovery")["text"]
    assert "没法推测" in text
    assert "25.00%" in text


def test_once_is_told_as_once() -> None:
    data = told("跌了", fallen(series([1.0, 0.8, 1.0, 0.8])))
    assert "有1次" in finding(data, "recovery")["text"]


def test_a_small_share_is_told_calmly() -> None:
    own = lossy("a", 110, 100)
    rest = lossy("b", 10000, 10000)
    data = told("亏了", fallen(position=own), total=total_of([own, rest]))
    assert "影响有限" in finding(data, "share")["text"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("睡不着了", "难受"),
        ("是我太笨了吗", "别怪自己"),
        ("妈的又跌", "生气"),
        ("多久回本", "时间"),
        ("跌", "正常"),
    ],
)
def test_the_first_sentence_answers_the_mood(text: str, word: str) -> None:
    assert word in told(text)["comfort"]


def test_ways_on_are_offered_and_nothing_is_urged_or_promised() -> None:
    data = told("什么时候回本")
    payloads = {one["payload"] for one in data["actions"]}
    assert "转人工" in payloads
    everything = yaml.safe_dump(rules_file(), allow_unicode=True)
    for word in ("一定会涨", "保证", "稳赚", "赶紧", "马上买", "最佳", "抄底"):
        assert word not in everything.replace("没有人能保证", "")


def rules_file() -> dict[str, Any]:
    return yaml.safe_load(files("zhitou.wealth.rules").joinpath("loss.yml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("comfort", [{"words": ["x"], "text": "y"}], "comfort: the last entry"),
        ("findings", {"usual": "{wrong}"}, r"findings"),
        ("periods", [{"days": 0, "name": "x", "words": []}], r"periods\[0\].days"),
    ],
)
def test_a_wrong_rule_is_told_with_its_place(key: str, value: Any, why: str) -> None:
    whole = rules_file()
    whole[key] = value if key != "findings" else {**whole[key], **value}
    with pytest.raises(RulesError, match=why):
        parse_loss_rules(Node(whole, "loss.yml"))
