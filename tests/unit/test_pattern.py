"""Patterns of dialogue tests match what they say, and nothing else."""

import pytest

from zhitou.conversation.pattern import BadPattern, check_pattern, mismatch

CARD = {
    "type": "product_list",
    "data": {
        "items": [{"code": "1", "risk_level": "R1"}, {"code": "2", "risk_level": "R3"}],
        "amount": "50000.00",
        "link": None,
        "text": "不保本",
        "allows": ["R1", "R2"],
    },
}


@pytest.mark.parametrize(
    "pattern",
    [
        {"type": "product_list"},
        {"data": {"items": [{"code": "1"}]}},
        {"data": {"items": {"$length": 2, "$every": {"risk_level": {"$one_of": ["R1", "R3"]}}}}},
        {"data": {"items": {"$some": {"risk_level": "R3"}}}},
        {"data": {"amount": {"$at_least": 50000, "$at_most": 50000}}},
        {"data": {"items": {"$at_least": 2}}},
        {"data": {"link": {"$present": False}, "text": {"$present": True}}},
        {"data": {"text": {"$matches": "保本", "$lacks": "稳赚"}}},
        {"data": {"allows": {"$one_of": ["R1", "R2", "R3"]}}},
    ],
)
def test_what_is_as_the_pattern_says_matches(pattern):
    check_pattern(pattern)
    assert mismatch(pattern, CARD) is None


@pytest.mark.parametrize(
    "pattern",
    [
        {"type": "comparison"},
        {"data": {"unknown": {"$present": False}}},
        {"data": {"items": [{"code": "2"}]}},
        {"data": {"items": {"$length": 2, "$every": {"risk_level": "R1"}}}},
        {"data": {"items": {"$some": {"risk_level": "R5"}}}},
        {"data": {"amount": {"$at_least": 50001}}},
        {"data": {"text": {"$at_least": 1}}},
        {"data": {"link": {"$at_least": 0}}},
        {"data": {"link": {"$present": True}}},
        {"data": {"link": {"$lacks": "x"}}},
        {"data": {"text": {"$matches": "本", "$lacks": "保"}}},
        {"data": {"allows": {"$one_of": ["R1"]}}},
        {"data": {"text": {"$every": {"$present": True}}}},
    ],
)
def test_what_is_otherwise_is_named_with_its_place(pattern):
    check_pattern(pattern)
    assert (mismatch(pattern, CARD) or "").startswith("custom.")


def test_every_and_some_want_items():
    assert mismatch({"$every": {"$present": True}}, []) is not None
    assert mismatch({"$some": {"$present": True}}, []) is not None


def test_what_was_kept_can_be_asked_for_again():
    kept = {}
    assert mismatch({"items": [{"code": {"$keep": "first"}}]}, CARD["data"], kept=kept) is None
    assert kept == {"first": "1"}
    assert mismatch({"$kept": "first"}, "1", kept=kept) is None
    assert mismatch({"$kept": "first"}, "2", kept=kept) is not None
    assert mismatch({"$other_than": ["first"]}, "2", kept=kept) is None
    assert mismatch({"$other_than": ["first"]}, "1", kept=kept) is not None


def test_what_was_never_kept_matches_nothing():
    assert mismatch({"$kept": "first"}, None) is not None
    assert mismatch({"$other_than": ["first"]}, "1") is not None


def test_a_pattern_that_does_not_match_keeps_nothing():
    kept = {}
    assert mismatch({"code": {"$keep": "code"}, "name": "x"}, {"code": "1", "name": "y"}, kept=kept)
    assert kept == {}


@pytest.mark.parametrize(
    "pattern",
    [{}, {"$match": "a"}, {"$present": True, "code": "1"}, {"items": [{"$evry": {}}]}],
)
def test_a_pattern_that_could_match_by_mistake_is_refused(pattern):
    with pytest.raises(BadPattern):
        check_pattern(pattern)
