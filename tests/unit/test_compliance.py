"""What the guard lets through, warns of and blocks, and which signals it hears."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from importlib.resources import files
from pathlib import Path
from time import process_time

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from zhitou.guard.commands import command
from zhitou.guard.compliance import check, load_rules, parse_rules
from zhitou.guard.language import Passage, normalise
from zhitou.guard.signals import parse_rules as parse_signals
from zhitou.guard.signals import scan
from zhitou.rulebook import Node, RulesError
from zhitou.wealth.questionnaire import load_questionnaire, versions
from zhitou.wealth.suitability_rules import load_rules as load_suitability

SENTENCES = yaml.safe_load(
    Path(__file__).with_name("guard_sentences.yml").read_text(encoding="utf-8")
)
FORBIDDEN = {"block"}
FLAGGED = {"warn", "block"}


def rules_file(name: str) -> dict:
    return yaml.safe_load(files("zhitou.guard.rules").joinpath(name).read_text("utf-8"))


def sentences(part: str, *decisions: str) -> Iterator[tuple[str, str]]:
    for decision in decisions:
        for speaker, texts in SENTENCES[part]["compliance"][decision].items():
            yield from ((speaker, text) for text in texts)


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


def test_there_are_many_labelled_sentences_about_half_of_them_innocent() -> None:
    innocent = [text for part in SENTENCES for _, text in sentences(part, "pass")]
    guilty = [text for part in SENTENCES for _, text in sentences(part, "block", "warn")]
    assert len(set(innocent + guilty)) >= 400
    assert 0.4 <= len(innocent) / len(innocent + guilty) <= 0.6


@pytest.mark.parametrize("part", ["worked_with", "held_back"])
def test_of_what_is_forbidden_at_least_98_percent_is_blocked(part: str) -> None:
    missed = [
        text
        for speaker, text in sentences(part, "block")
        if check(text, speaker).decision not in FORBIDDEN
    ]
    assert len(missed) <= 0.02 * len(list(sentences(part, "block"))), missed


@pytest.mark.parametrize("part", ["worked_with", "held_back"])
def test_of_what_needs_a_second_look_at_least_98_percent_is_warned_of(part: str) -> None:
    missed = [
        text
        for speaker, text in sentences(part, "warn")
        if check(text, speaker).decision not in FLAGGED
    ]
    assert len(missed) <= 0.02 * len(list(sentences(part, "warn"))), missed


@pytest.mark.parametrize("part", ["worked_with", "held_back"])
def test_of_what_is_innocent_at_most_2_percent_is_flagged(part: str) -> None:
    alarms = [
        text
        for speaker, text in sentences(part, "pass")
        if check(text, speaker).decision in FLAGGED
    ]
    assert len(alarms) <= 0.02 * len(list(sentences(part, "pass"))), alarms


@pytest.mark.parametrize("part", ["worked_with", "held_back"])
def test_signals_are_heard_and_nothing_is_heard_where_there_is_none(part: str) -> None:
    labelled = SENTENCES[part]["signals"]
    for signal, texts in labelled.items():
        heard = [(scan(text).signal or "none") == signal for text in texts]
        assert share(heard) >= (0.98 if part == "worked_with" else 0.9), signal
    assert sum(scan(text).signal is not None for text in labelled["none"]) <= 0.02 * len(
        labelled["none"]
    )


@pytest.mark.parametrize(
    "text",
    [
        "不保本", "不承诺收益", "并非无风险", "没有稳赚的投资", "“稳赚”这种说法不可信",
        "中低风险(R2)", "中低风险（R2）", "风险等级：R1（低风险）", "无风险利率取1.5%",
        "这款理财不保本", "No investment is risk-free.", "We can't guarantee any return.",
    ],
)  # fmt: skip
def test_denial_warning_and_grades_pass(text: str) -> None:
    assert check(text).decision == "pass"


@pytest.mark.parametrize(
    "text",
    [
        "保本", "保收益", "无风险", "承诺收益", "稳赚", "预期收益率5%", "国家级", "最高级", "最佳",
        "欲购从速", "申购良机", "低风险高收益", "高收益理财", "低门槛", "秒到账", "一定会涨",
        "肯定反弹", "抓紧买", "名额有限", "guaranteed return", "risk-free", "you can't lose",
        "ＧＵＡＲＡＮＴＥＥＤ profit", "保\u200b本", "穩賺不賠", "保 本 保 息",
        "不骗您，稳赚", "这不就是稳赚吗", "不是我吹，一定会涨",
    ],
)  # fmt: skip
def test_the_words_themselves_are_blocked(text: str) -> None:
    assert check(text).decision == "block"


def test_a_verdict_names_each_rule_once_the_strictest_first() -> None:
    verdict = check("业绩稳健，保本又保本，电话13812345678")
    assert verdict.decision == "block"
    assert [rule.decision for rule in verdict.rules] == ["block", "warn", "note"]
    assert [rule.id for rule in verdict.rules] == ["promise.principal", "evidence", "personal_data"]
    assert all(rule.source and rule.message for rule in verdict.rules)
    assert verdict.rules[0].evidence == "保本"


def test_personal_data_is_noted_and_goes_out() -> None:
    assert check("请核对手机号13812345678").decision == "note"


def test_shifting_blame_is_for_agents_to_avoid() -> None:
    assert check("这个不归我管", "agent").decision == "warn"
    assert check("这个不归我管", "bot").decision == "pass"


def test_a_customer_may_say_anything() -> None:
    assert check("你们说保本稳赚的，妈的", "customer").decision == "pass"


def test_an_unknown_speaker_is_refused() -> None:
    with pytest.raises(ValueError, match="speaker"):
        check("你好", "robot")


def test_a_rule_counts_from_its_day_on() -> None:
    text = "低门槛理财，欢迎了解"
    assert check(text, on=date(2026, 9, 29)).decision == "pass"
    assert check(text, on=date(2026, 9, 30)).decision == "block"


def test_our_own_words_to_customers_pass() -> None:
    rules = load_suitability()
    texts = [rule.text for rule in rules.rules] + [level.meaning for level in rules.levels.values()]
    for version in versions():
        questionnaire = load_questionnaire(version)
        texts += questionnaire.explanation.values()
        for question in questionnaire.questions:
            texts += [question.text, *(option.text for option in question.options)]
    assert {text for text in texts if check(text).decision in FLAGGED} == set()


def test_checking_is_quick() -> None:
    load_rules()
    times = []
    for speaker, text in sentences("worked_with", "block", "pass"):
        start = process_time()
        check(text, speaker)
        times.append(process_time() - start)
    assert sorted(times)[int(len(times) * 0.95)] <= 0.005


@given(st.text(max_size=80), st.sampled_from(["bot", "agent", "customer"]))
def test_no_text_breaks_the_guard(text: str, speaker: str) -> None:
    check(text, speaker)
    scan(text)


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "“”", "？？？", "<b>", "保" * 10_000, "“" * 3_000]
)
def test_odd_and_long_texts_are_answered(text: str) -> None:
    assert check(text).decision == "pass"
    assert scan(text).signal is None


@pytest.mark.parametrize("piece", ["“稳赚”", "1", "不", "收益能会", "年化1"])
def test_a_long_text_takes_no_more_than_two_seconds(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    start = process_time()
    check(text)
    scan(text)
    assert process_time() - start <= 2


def test_hidden_characters_width_and_traditional_writing_are_undone() -> None:
    assert normalise("穩\u200b賺 不*賠　ＡＢ") == "稳赚不赔 ab"
    assert Passage("1,000元").text == "1000元"


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("有人让我把钱转到安全账户", "fraud"),
        ("我不想活了", "distress"),
        ("我要投诉", "complaint"),
        ("妈的又跌了", "anger"),
        ("什么是杀猪盘", None),
        ("我没有被骗，就是问问", None),
        ("妈妈的养老金怎么存", None),
        ("帮我操作一下", None),
    ],
)
def test_signals_of_plain_words(text: str, signal: str | None) -> None:
    assert scan(text).signal == signal


def test_a_life_in_danger_counts_before_everything_else() -> None:
    assert scan("骗了我八万我不想活了，我要投诉你们这群骗子").signal == "distress"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda r: r["rules"][0]["patterns"].append("("), "rules[0].patterns["),
        (lambda r: r["rules"][0]["patterns"].append("{nothing}"), "rules[0].patterns["),
        (lambda r: r["rules"][0].update(decision="maybe"), "rules[0].decision"),
        (lambda r: r["rules"][0].update(excuses=["mood"]), "rules[0].excuses[0]"),
        (lambda r: r["rules"][0].update(speakers=["cat"]), "rules[0].speakers[0]"),
        (lambda r: r["rules"][0].pop("source"), "rules[0]"),
        (lambda r: r["rules"].append(r["rules"][0]), "rules"),
        (lambda r: r["words"].update(empty=[]), "words.empty"),
        (lambda r: r.pop("version"), "version"),
    ],
)
def test_a_wrong_rules_file_is_told_with_file_and_key(change, key: str) -> None:
    content = deepcopy(rules_file("compliance.yml"))
    change(content)
    with pytest.raises(RulesError) as told:
        parse_rules(Node(content, "compliance.yml"))
    assert str(told.value).startswith("compliance.yml: ")
    assert key in str(told.value)


def test_a_wrong_signals_file_is_told_too() -> None:
    content = rules_file("signals.yml")
    content["signals"][0]["signal"] = "joy"
    with pytest.raises(RulesError, match=r"signals\[0\].signal"):
        parse_signals(Node(content, "signals.yml"))


def test_the_check_command_prints_one_object_a_line(tmp_path: Path) -> None:
    file = tmp_path / "texts"
    file.write_text("这款产品保本\n不保本\n\n您自己点的确认\n", encoding="utf-8")
    arguments = ["check", str(file), "--speaker", "agent", "--json"]
    answer = CliRunner().invoke(command, arguments)
    told = [json.loads(line) for line in answer.output.splitlines()]
    assert [one["decision"] for one in told] == ["block", "pass", "pass", "warn"]
    assert [one["text"] for one in told] == ["这款产品保本", "不保本", "", "您自己点的确认"]
    assert told[0]["rules"][0]["id"] == "promise.principal"
    assert told[1]["rules"] == []


def test_the_scan_command_prints_one_object_a_line(tmp_path: Path) -> None:
    file = tmp_path / "texts"
    file.write_text("我要投诉\n你好\n", encoding="utf-8")
    answer = CliRunner().invoke(command, ["scan", str(file), "--json"])
    told = [json.loads(line) for line in answer.output.splitlines()]
    assert told == [
        {"text": "我要投诉", "signal": "complaint", "evidence": "投诉"},
        {"text": "你好", "signal": None, "evidence": ""},
    ]


def test_the_commands_read_for_people_and_from_a_pipe() -> None:
    assert CliRunner().invoke(command, ["check", "-"], input="保本\n").output.startswith("block ")
    assert CliRunner().invoke(command, ["scan", "-"], input="你好\n").output.startswith("-  ")


def test_a_file_that_is_no_text_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "texts"
    file.write_bytes(b"\xff\xfe\x00")
    answer = CliRunner().invoke(command, ["check", str(file)])
    assert answer.exit_code == 1
    assert "is not UTF-8" in answer.output
