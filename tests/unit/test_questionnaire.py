"""The questionnaire: its file, its score, and how a customer's words become an option."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from zhitou.rulebook import Node, RulesError
from zhitou.wealth.option_matching import match_option, wants_previous
from zhitou.wealth.questionnaire import (
    Questionnaire,
    evaluate,
    explain,
    level_of,
    load_questionnaire,
    parse_questionnaire,
    questionnaire_on,
    versions,
)
from zhitou.wealth.suitability_rules import load_rules

CURRENT = questionnaire_on(date(2026, 11, 22))
FILE = yaml.safe_load(
    files("zhitou.wealth.rules").joinpath("questionnaire_2026-1.yml").read_text("utf-8")
)


def of_length(length: int) -> Questionnaire:
    content = deepcopy(FILE)
    content["questions"] = [
        {
            "id": f"q{number}",
            "topic": f"话题{number}",
            "weight": number + 1,
            "text": f"第{number + 1}个问题？",
            "options": [
                {"id": "A", "text": "一点没有", "score": 0},
                {"id": "B", "text": "一半一半", "score": 50},
                {"id": "C", "text": "非常多", "score": 100},
            ],
        }
        for number in range(length)
    ]
    return parse_questionnaire(Node(content, "questionnaire_x.yml"))


def answered(questionnaire: Questionnaire, option: str, **others: str) -> dict[str, str]:
    return {
        question.id: others.get(question.id, option if question.option(option) else "A")
        for question in questionnaire.questions
    }


def test_the_packaged_questionnaire_covers_the_topics_and_two_gates() -> None:
    assert CURRENT.version == "2026-1"
    assert {question.id for question in CURRENT.questions} == {
        "capacity", "income_source", "disposable_income", "investable_share", "debt", "knowledge",
        "experience", "horizon", "products", "goal", "attitude", "greatest_loss",
    }  # fmt: skip
    gates = [
        question.id
        for question in CURRENT.questions
        if any(option.lowest_class for option in question.options)
    ]
    assert gates == ["capacity", "greatest_loss"]
    assert sum(question.weight for question in CURRENT.questions) == 100
    assert [*CURRENT.cut_offs.values()] == [0, 20, 40, 60, 80]


def test_every_packaged_edition_can_be_used() -> None:
    assert versions()
    for version in versions():
        assert load_questionnaire(version).version == version


def test_before_the_first_edition_there_is_none() -> None:
    with pytest.raises(RulesError, match="no questionnaire is in force"):
        questionnaire_on(date(2020, 1, 1))


@pytest.mark.parametrize("length", [1, 2, 30])
@pytest.mark.parametrize(
    ("option", "score", "level"), [("A", 0, "C1"), ("B", 50, "C3"), ("C", 100, "C5")]
)
def test_any_length_is_scored_out_of_100(length: int, option: str, score: int, level: str) -> None:
    questionnaire = of_length(length)
    result = evaluate(questionnaire, answered(questionnaire, option))
    assert (result.score, result.level, result.lowest_class) == (score, level, False)


def test_the_score_is_the_weighted_mean() -> None:
    questionnaire = of_length(2)  # weights 1 and 2
    result = evaluate(questionnaire, {"q0": "A", "q1": "C"})
    assert result.score == Decimal("66.67")
    assert result.level == "C4"
    assert (result.raised, result.lowered) == (("话题1",), ("话题0",))


@pytest.mark.parametrize(
    ("score", "level"),
    [("0", "C1"), ("19.99", "C1"), ("20", "C2"), ("39.99", "C2"), ("40", "C3"), ("60", "C4"),
     ("79.99", "C4"), ("80", "C5"), ("100", "C5")],
)  # fmt: skip
def test_a_cut_off_belongs_to_the_level_above(score: str, level: str) -> None:
    assert level_of(CURRENT, Decimal(score)) == level


@pytest.mark.parametrize(("gate", "option"), [("capacity", "B"), ("greatest_loss", "A")])
def test_a_gate_puts_even_the_boldest_into_the_lowest_class(gate: str, option: str) -> None:
    bold = answered(CURRENT, "E", capacity="A", debt="D", knowledge="D", investable_share="D")
    assert evaluate(CURRENT, bold).level == "C5"
    result = evaluate(CURRENT, bold | {gate: option})
    assert (result.level, result.lowest_class) == ("C1", True)
    words = explain(CURRENT, result, load_rules())
    assert "最低类别" in words
    assert "C1" in words


def test_an_unanswered_question_is_named() -> None:
    with pytest.raises(ValueError, match="greatest_loss"):
        evaluate(CURRENT, {q.id: "A" for q in CURRENT.questions if q.id != "greatest_loss"})


def test_the_explanation_says_the_score_the_level_and_what_moved_it() -> None:
    result = evaluate(CURRENT, answered(CURRENT, "C", attitude="A", horizon="E"))
    words = explain(CURRENT, result, load_rules())
    assert f"{result.score.normalize():f}分" in words
    assert "C3平衡型" in words or "C4成长型" in words
    assert "偏低的主要是：对亏损的态度" in words
    assert "投资期限" in words


@given(st.data())
def test_the_score_stays_between_0_and_100_and_fits_the_level(data: st.DataObject) -> None:
    answers = {
        question.id: data.draw(st.sampled_from([option.id for option in question.options]))
        for question in CURRENT.questions
    }
    result = evaluate(CURRENT, answers)
    assert 0 <= result.score <= 100
    assert result.level == ("C1" if result.lowest_class else level_of(CURRENT, result.score))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda q: q["cut_offs"].update(C2=0), "cut_offs"),
        (lambda q: q["cut_offs"].pop("C5"), "cut_offs"),
        (lambda q: q["questions"][1].update(weight=-1), "questions[1].weight"),
        (lambda q: q["questions"][1]["options"][0].update(score=101), "options[0].score"),
        (lambda q: q["questions"][1]["options"][0].pop("score"), "questions[1].options[0]"),
        (lambda q: q["questions"][1].update(options=[]), "questions[1].options"),
        (lambda q: q["questions"][2].pop("unit"), "questions[2]"),
        (lambda q: q["questions"][2]["options"][0].update(range=[5, 1]), "options[0].range"),
        (lambda q: q["questions"].append(deepcopy(q["questions"][0])), "questions"),
        (lambda q: q.update(questions=[]), "questions"),
        (lambda q: q["explanation"].pop("scored"), "explanation"),
    ],
)  # fmt: skip
def test_a_wrong_questionnaire_is_told_with_file_and_key(change, key: str) -> None:
    content = deepcopy(FILE)
    change(content)
    with pytest.raises(RulesError) as told:
        parse_questionnaire(Node(content, "questionnaire_x.yml"))
    assert str(told.value).startswith("questionnaire_x.yml: ")
    assert key in str(told.value)


QUESTIONS = {question.id: question for question in CURRENT.questions}

UNDERSTOOD = """
debt | B | B
debt | ｂ | B
debt | Ｂ | B
debt | 选A | A
debt | 我选 C 吧 | C
debt | 选c谢谢 | C
debt | B。 | B
debt | b、消费贷 | B
debt | 第5题选C | C
debt | option c | C
debt | I think b | B
debt | the second one | B
debt | 2nd | B
debt | last one please | D
debt | 第二个 | B
debt | 第2项 | B
debt | 我觉得应该是第三个吧 | C
debt | 最后一个 | D
debt | 倒数第二个 | C
debt | 3 | C
debt | ３ | C
debt | 三 | C
debt | 选3号 | C
debt | 房贷 | C
debt | 还在还房贷 | C
debt | 没有债务 | D
debt | 没有 | D
debt | 长期定额债务 | C
debt | 不是A，是B | B
debt | 第二个 不对 第三个 | C
debt | A 说错了 D | D
disposable_income | 大概30万 | C
disposable_income | 二十多万 | C
disposable_income | 三十来万吧 | C
disposable_income | 4w | A
disposable_income | 20-30万 | C
disposable_income | 一百五十万 | E
disposable_income | 不到五万 | A
disposable_income | 100万以上 | E
disposable_income | 500000 | D
disposable_income | 80,000元 | B
horizon | 三五年 | D
horizon | 两三年 | C
horizon | 半年 | B
horizon | 半年以内 | A
horizon | 三个月 | A
horizon | 一年半 | C
horizon | 5年以上 | E
horizon | 三到五年 | D
horizon | 长期持有 | E
greatest_loss | 10%以内 | C
greatest_loss | 最多百分之二十 | D
greatest_loss | 三分之一 | E
greatest_loss | 一成 | D
greatest_loss | 一半以上 | F
greatest_loss | 5%-10% | C
greatest_loss | 不超过5% | B
greatest_loss | 一分钱都不能亏 | A
greatest_loss | 不能亏 | A
investable_share | 一半 | D
investable_share | 两成 | B
capacity | 是的 | A
capacity | 嗯 有 | A
capacity | 没有 | B
capacity | yes | A
attitude | 趁低位加仓 | E
attitude | 全卖了 | A
attitude | 卖一部分 | B
attitude | 观察一下 | C
income_source | 我上班拿死工资的 | C
income_source | 退休了 | B
income_source | 收租金 | E
knowledge | 不太懂 | A
products | 债券 | B
goal | 稳一点 | B
goal | 翻倍 | E
experience | 没买过 | A
experience | 三年 | D
"""


@pytest.mark.parametrize(
    "line", [line for line in UNDERSTOOD.splitlines() if line.strip()], ids=str.strip
)
def test_what_the_customer_says_is_the_option(line: str) -> None:
    question, said, expected = (part.strip() for part in line.split("|"))
    option = match_option(QUESTIONS[question], said)
    assert option is not None
    assert option.id == expected


@pytest.mark.parametrize(
    "said",
    ["", "   ", "E", "9", "第九个", "A还是B呢", "A和B", "不选A", "网贷是什么意思", "什么是消费贷？",
     "第二个是什么意思", "我有房贷和网贷", "今天天气不错", "ok", "a little", "转人工", "🙂",
     "x" * 10_000, "<b>hi</b>", "'; DROP TABLE customers; --", "第零个", "第一千个"],
)  # fmt: skip
def test_where_it_is_not_certain_nothing_is_taken(said: str) -> None:
    assert match_option(QUESTIONS["debt"], said) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_matching(said: str) -> None:
    for question in CURRENT.questions:
        match_option(question, said)


@pytest.mark.parametrize("question", CURRENT.questions, ids=lambda question: question.id)
def test_each_option_is_found_by_letter_number_ordinal_and_its_own_text(question) -> None:
    for position, option in enumerate(question.options, start=1):
        letter = "ABCDEF"[position - 1]
        ordinal = "一二三四五六"[position - 1]
        ways = (letter, str(position), f"第{ordinal}个", f"选{letter}", option.text, *option.also)
        for said in ways:
            found = match_option(question, said)
            assert found is not None, said
            assert found.id == option.id, said


@pytest.mark.parametrize(
    "said", ["上一题", "我想改上一个", "返回上一题", "go back", "previous question"]
)
def test_going_back_is_understood(said: str) -> None:
    assert wants_previous(said)


@pytest.mark.parametrize(
    "said", ["B", "上个月买的理财到期了，今天想再看看别的产品有没有合适的", "加仓"]
)
def test_other_words_do_not_go_back(said: str) -> None:
    assert not wants_previous(said)
