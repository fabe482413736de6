"""The end-to-end runner notices what is wrong in a dialogue."""

import pytest
import yaml

from zhitou.conversation.dialogue_file import BadTestFile, load, said, turns
from zhitou.conversation.dialogue_test import (
    BROKEN,
    Turn,
    assertion_failures,
    broken,
    failures,
)
from zhitou.conversation.pattern import mismatch
from zhitou.settings import PROJECT_ROOT

TURN = Turn(
    messages=[
        {"text": "您好", "utter_action": "utter_greet", "buttons": [{"title": "选基金"}]},
        {
            "text": "三只",
            "utter_action": "utter_ok",
            "custom": {"type": "x", "data": {"n": [1, 2]}},
        },
    ],
    actions=["action_x", "action_listen"],
    slots={"amount": 50000, "horizon": None},
)


@pytest.mark.parametrize(
    "steps",
    [
        [{"bot": "您好"}],
        [{"utter": "utter_greet"}, {"utter": "utter_ok"}],
        [{"custom": {"type": "x", "data": {"n": {"$length": 2}}}}],
        [{"slot_was_set": [{"amount": 50000}]}, {"slot_was_not_set": ["horizon"]}],
        [{"slot_was_set": ["amount"]}],
    ],
)
def test_what_happened_as_expected_passes(steps):
    assert failures(steps, TURN) == []


@pytest.mark.parametrize(
    "steps",
    [
        [{"bot": "您"}],
        [{"utter": "utter_ok"}],
        [{"utter": "utter_greet"}, {"utter": "utter_ok"}, {"utter": "utter_more"}],
        [{"custom": {"type": "y"}}],
        [{"custom": {"data": {"n": {"$length": 3}}}}],
        [{"slot_was_set": [{"amount": 5}]}],
        [{"slot_was_set": [{"horizon": None}]}],
        [{"slot_was_not_set": ["amount"]}],
    ],
)
def test_what_happened_otherwise_is_named(steps):
    assert failures(steps, TURN) != []


def test_an_assertion_holds_when_one_message_matches():
    wanted = {
        "bot_uttered": {"utter_name": "utter_ok", "text_matches": "三", "custom": {"type": "x"}}
    }
    unwanted = {"bot_did_not_utter": {"utter_name": "utter_ok", "text_matches": "两只"}}
    ran = {"action_executed": "action_x"}
    assert assertion_failures([wanted, unwanted, ran], TURN) == []


@pytest.mark.parametrize(
    "assertion",
    [
        {"bot_uttered": {"utter_name": "utter_no"}},
        {"bot_uttered": {"text_matches": "^只"}},
        {"bot_uttered": {"buttons": [{"title": "买保险"}]}},
        {"bot_did_not_utter": {"utter_name": "utter_ok"}},
        {"bot_did_not_utter": {"custom": {"type": "x"}}},
        {"action_executed": "action_y"},
    ],
)
def test_an_assertion_fails_when_no_message_matches(assertion):
    assert len(assertion_failures([assertion], TURN)) == 1


def test_a_mismatch_names_the_place():
    assert mismatch({"data": {"items": [{"code": "1"}]}}, {"data": {"items": [{"code": "2"}]}}) == (
        "custom.data.items[0].code: expected '1', got '2'"
    )


def test_a_list_shown_before_can_be_told_from_the_next():
    kept = {}
    first = [{"custom": {"data": {"n": [{"$keep": "one"}]}}}]
    other = [{"custom": {"data": {"n": {"$every": {"$other_than": "one"}}}}}]
    assert failures(first, TURN, kept) == []
    assert failures(other, TURN, kept) != []


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"text": " "}],
        [{"text": "您有{count}只"}],
        [{"text": "收益None"}],
        [{"text": "请稍后再试，错误编号 12ab"}],
    ],
)
def test_some_turns_are_wrong_whatever_was_expected(messages):
    assert broken(Turn(messages=messages)) != []
    assert broken(TURN) == []


def test_the_sentence_in_place_of_a_blocked_one_is_known():
    wording = PROJECT_ROOT / "zhitou" / "channels" / "wording.yml"
    assert BROKEN.search(yaml.safe_load(wording.read_text(encoding="utf-8"))["blocked"])


def _case(steps, **more):
    return yaml.safe_dump({"test_cases": [{"test_case": "a", "steps": steps, **more}]})


@pytest.mark.parametrize(
    "content",
    [
        "- a",
        "test_cases: 3",
        "a: [",
        "",
        _case([]),
        _case([{"says": "hi"}]),
        _case([{"utter": "utter_greet"}]),
        _case([{"user": "hi"}]),
        _case([{"user": "hi"}, {"utter": "utter_greet"}, {"user": "bye"}]),
        _case([{"user": "hi"}, {"utter": "utter_greet", "custom": {"type": "x"}}]),
        _case([{"user": "hi"}, {"custom": {}}]),
        _case([{"user": "hi"}, {"custom": {"data": {"$presnt": True}}}]),
        _case([{"user": "hi"}, {"slot_was_not_set": []}]),
        _case([{"user": "hi", "assertions": [{"bot_utered": {"utter_name": "utter_greet"}}]}]),
        _case([{"user": "hi", "assertions": [{"bot_uttered": {"name": "utter_greet"}}]}]),
        _case([{"user": "hi"}, {"utter": "utter_greet"}], metadata="nobody"),
        _case([{"user": "hi"}, {"utter": "utter_greet"}], metdata={}),
    ],
)
def test_a_file_that_could_not_fail_is_refused_and_named(tmp_path, content):
    file = tmp_path / "test.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BadTestFile, match=r"test\.yml"):
        load(file)


def test_a_dialogue_is_read_turn_by_turn(tmp_path):
    file = tmp_path / "test.yml"
    steps = [
        {"user": "ab", "times": 3},
        {"utter": "utter_greet"},
        {"user": "bye", "assertions": [{"action_executed": "x"}]},
    ]
    file.write_text(_case(steps, metadata={"customer_id": "demo-3"}), encoding="utf-8")
    (case,) = load(file)
    assert [(said(step), len(expected)) for step, expected in turns(case)] == [
        ("ababab", 1),
        ("bye", 0),
    ]
    assert case.metadata == {"customer_id": "demo-3"}
    assert not case.changes_customer


def test_every_dialogue_of_the_project_can_be_held():
    files = sorted((PROJECT_ROOT / "tests" / "e2e").rglob("*.yml"))
    assert len(files) >= 60
    for file in files:
        assert file.read_text(encoding="utf-8").startswith("# "), file
        assert [case.name for case in load(file)] == [file.stem.replace("_", " ")]
