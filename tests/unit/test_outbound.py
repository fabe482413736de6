"""Nothing reaches a customer that the guard has not seen."""

import pytest

from zhitou.channels import outbound
from zhitou.channels.outbound import JoinedOutput, guarded, wording
from zhitou.rulebook import RulesError


def test_an_ordinary_message_goes_out_as_it_is():
    card = {"type": "answer", "data": {"answer": "净值会涨跌，过往业绩不预示其未来表现。"}}
    assert guarded("这只基金不保本。", card) == ("这只基金不保本。", card)


def test_a_promise_in_the_text_is_held_back_with_its_card():
    assert guarded("这只基金稳赚不赔，放心买。", {"type": "x"}) == (wording()["blocked"], None)


def test_a_promise_in_the_card_is_held_back_too():
    card = {"type": "product_list", "data": {"items": [{"reasons": ["承诺收益，保证不亏"]}]}}
    assert guarded("为您选了一只。", card) == (wording()["blocked"], None)


def test_without_rules_nothing_is_said(monkeypatch):
    def broken(*_, **__):
        raise RulesError("compliance.yml: rules: is missing")

    monkeypatch.setattr(outbound, "check", broken)
    assert guarded("您好", None) == (wording()["blocked"], None)


async def test_text_buttons_and_card_are_one_message_with_its_paragraphs():
    output = JoinedOutput()
    await output.send_response(
        "someone",
        {
            "text": "第一段\n\n第二段",
            "buttons": [{"title": "好", "payload": "好"}],
            "custom": {"a": 1},
        },
    )
    assert output.messages == [
        {
            "recipient_id": "someone",
            "text": "第一段\n\n第二段",
            "buttons": [{"title": "好", "payload": "好"}],
            "custom": {"a": 1},
        }
    ]


@pytest.mark.parametrize("key", ["empty", "too_long", "starting", "failed", "blocked"])
def test_every_sentence_of_the_channel_leaves_a_way_on(key):
    assert len(wording()[key]) > 10
