"""The demo's knowledge: complete, dated, sourced, careful in its words, checked when it is read."""

from __future__ import annotations

import re
from datetime import date

import pytest

from zhitou.backends.demo import knowledge
from zhitou.rulebook import Node, RulesError

TODAY = date(2026, 1, 5)
ENTRIES = knowledge.load(TODAY)

PROMISES = re.compile(r"稳赚|包赚|无风险|零风险|最佳|第一名|必涨|一定赚(?!。)|翻倍收益|预期收益率")
GUARANTEE = re.compile(r"(?<!不)(?<!不得承诺)(?<!没有)保本(?!付息|保收益)")


def test_there_are_at_least_150_entries_on_all_topics() -> None:
    assert len(ENTRIES) >= 150
    assert {entry.topic for entry in ENTRIES} == {
        "app_procedures",
        "bonds_markets",
        "deposits_wealth",
        "fraud_safety",
        "fund_basics",
        "fund_dealing",
        "insurance",
        "metrics",
        "pension_tax_trust",
        "strategy",
        "suitability_rights",
    }


def test_every_entry_has_a_source_and_a_date_that_is_not_old() -> None:
    for entry in ENTRIES:
        assert entry.source_title
        assert 0 <= (TODAY - entry.updated_at).days <= 200


def test_no_answer_promises_anything() -> None:
    for entry in ENTRIES:
        assert not PROMISES.search(entry.answer), entry.id
        assert not GUARANTEE.search(entry.answer), entry.id


def test_most_entries_are_also_asked_in_english() -> None:
    in_english = [e for e in ENTRIES if any(q.isascii() for q in e.questions)]
    assert len(in_english) > 0.95 * len(ENTRIES)


GOOD = {
    "id": "a",
    "title": "什么是甲",
    "questions": ["甲是啥", "甲怎么看", "what is a"],
    "answer": "甲" * 80,
    "source": "知投编辑部整理",
    "days_ago": 3,
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answer": "太短"}, r"entries\[0\].answer: must have 60 to 160 characters, not 2"),
        ({"questions": ["一个"]}, r"entries\[0\].questions: must be three to six"),
        ({"days_ago": -1}, r"entries\[0\].days_ago: must be at least 0"),
        ({"days_ago": "soon"}, r"entries\[0\].days_ago: must be a whole number"),
        ({"source": ""}, r"entries\[0\].source: must be a text"),
        ({"colour": "red"}, r"unknown key 'colour'"),
        ({"questions": ["甲是啥", "甲是啥？", "乙"]}, "'甲是啥' stands twice"),
    ],
)
def test_a_wrong_entry_is_refused_with_file_and_key(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, object], message: str
) -> None:
    root = {"topic": "x", "entries": [{**GOOD, **change}]}
    monkeypatch.setattr(knowledge, "names", lambda *_: ["x.yml"])
    monkeypatch.setattr(knowledge, "read", lambda *_: Node(root, "demo/knowledge/x.yml"))
    with pytest.raises(RulesError, match=message) as refused:
        knowledge.load(TODAY)
    assert "demo/knowledge/x.yml" in str(refused.value)
