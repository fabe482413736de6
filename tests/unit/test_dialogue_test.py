"""The end-to-end runner notices what is wrong in a dialogue."""

import pytest

from zhitou.conversation.dialogue_test import (
    BadTestFile,
    Turn,
    assertion_failures,
    failures,
    load,
    mismatch,
)

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
    assert assertion_failures([wanted, {"action_executed": "action_x"}], TURN) == []


@pytest.mark.parametrize(
    "assertion",
    [
        {"bot_uttered": {"utter_name": "utter_no"}},
        {"bot_uttered": {"text_matches": "^只"}},
        {"bot_uttered": {"buttons": [{"title": "买保险"}]}},
        {"action_executed": "action_y"},
    ],
)
def test_an_assertion_fails_when_no_message_matches(assertion):
    assert len(assertion_failures([assertion], TURN)) == 1


def test_a_mismatch_names_the_place():
    assert mismatch({"data": {"items": [{"code": "1"}]}}, {"data": {"items": [{"code": "2"}]}}) == (
        "custom.data.items[0].code: expected '1', got '2'"
    )


@pytest.mark.parametrize(
    "content",
    ["- a", "test_cases: 3", "test_cases: [{test_case: a, steps: [{says: hi}]}]", "a: [", ""],
)
def test_a_file_that_is_not_a_dialogue_is_named(tmp_path, content):
    file = tmp_path / "test.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BadTestFile, match=r"test\.yml"):
        load(file)
