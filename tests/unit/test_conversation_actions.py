"""Yes, no, leaving, bare values, ratings, not understanding; and another round of suggestions."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.assess_risk import AssessRisk
from actions.backend import Reply
from actions.conversation import (
    Affirm,
    AskAffirmation,
    Cancel,
    DefaultFallback,
    Inform,
    RateService,
)
from actions.heard import phrases
from actions.query_risk_profile import QueryRiskProfile
from actions.refine_selection import RefineSelection, refined
from actions.select_fund import SelectFund
from tests.dialogues import heard, scripted_backends, slots_of, tracker

ROOT = Path(__file__).parent.parent.parent


async def ran(
    action: Any, conversation: Tracker, script: dict[str, Reply] | None = None, domain: Any = None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[tuple[str, Any]]]:
    """Events, messages, and what the backends were asked."""
    dispatcher = CollectingDispatcher()
    with scripted_backends(script or {}) as asked:
        events = await action().run(dispatcher, conversation, domain or {})
    return events, dispatcher.messages, asked


def followed(events: list[dict[str, Any]]) -> str | None:
    return next((event["name"] for event in events if event["event"] == "followup"), None)


def bot(response: str) -> dict[str, Any]:
    return {"event": "bot", "metadata": {"utter_action": response}}


def after(said: Any, *events: dict[str, Any], **slots: Any) -> Tracker:
    """``said`` after what the bot had said."""
    conversation = tracker(said, **slots)
    conversation.events = [*events, *conversation.events]
    return conversation


LAST = {
    "skill": "select_fund",
    "kind": "fund",
    "criteria": {"horizon": "P3Y", "risk_preference": "balanced"},
    "level": "C3",
    "shown": ["a", "b"],
}
FOUND = Reply(
    "ok",
    {
        "items": [
            {"code": "c", "name": "丙", "type": "bond_fund", "risk_level": "R2", "reasons": []}
        ],
        "as_of": "2026-11-20",
        "disclosure": "",
        "level": "C3",
        "recommendation_id": "r-2",
    },
)


async def test_leaving_closes_the_form_and_clears_what_it_asked_for():
    domain = {"forms": {"plan_allocation_form": {"required_slots": ["amount", "horizon"]}}}
    conversation = tracker(heard("算了", "cancel"), amount=50000)
    conversation.active_loop = {"name": "plan_allocation_form"}
    events, messages, _ = await ran(Cancel, conversation, domain=domain)
    assert {"event": "active_loop", "name": None, "timestamp": None} in events
    assert slots_of(events)["amount"] is None
    assert messages[0]["response"] == "utter_cancelled"


async def test_leaving_the_questionnaire_tells_its_backend_and_survives_its_absence():
    conversation = tracker(heard("不测了", "cancel"))
    conversation.active_loop = {"name": "assess_risk_form"}
    events, messages, asked = await ran(Cancel, conversation)
    assert asked[0][0] == "/demo-3/assessment"
    assert [message["response"] for message in messages] == ["utter_assess_risk_cancelled"]
    assert slots_of(events)["requested_slot"] is None


async def test_a_no_to_what_was_guessed_asks_for_other_words():
    conversation = after(heard("都不是", "deny"), bot("utter_ask_affirmation"))
    _, messages, _ = await ran(Cancel, conversation)
    assert messages[0]["response"] == "utter_ask_rephrase"


async def test_who_is_not_understood_after_other_words_gets_a_person():
    conversation = after(heard("呜啦啦", "nlu_fallback"), bot("utter_ask_rephrase"))
    data = {"conversation_id": "c", "queue": "general", "position": 1, "text": "已转接"}
    _, messages, asked = await ran(AskAffirmation, conversation, {"/": Reply("ok", data)})
    assert messages[0]["response"] == "utter_default_fallback"
    assert asked[0][1]["trigger"] == "fallback"


async def test_what_was_probably_meant_is_offered_in_words_a_customer_could_type():
    conversation = tracker(heard("那个啥", "nlu_fallback"))
    names = ["nlu_fallback", "select_fund", "chitchat", "query_holdings", "complain"]
    conversation.latest_message["intent_ranking"] = [{"name": name} for name in names]
    _, messages, _ = await ran(AskAffirmation, conversation)
    payloads = [button["payload"] for button in messages[0]["buttons"]]
    assert payloads == ["推荐只基金", "我的持仓", "都不是"]


async def test_a_yes_takes_up_what_was_asked():
    offered = bot("utter_needs_assessment")
    events, _, _ = await ran(Affirm, after(heard("好的", "affirm"), offered))
    assert followed(events) == "assess_risk_form"


async def test_a_yes_chooses_nothing_from_a_menu():
    offered = bot("utter_ask_capabilities")
    events, messages, _ = await ran(Affirm, after(heard("好的", "affirm"), offered))
    assert followed(events) is None
    assert messages[0]["response"] == "utter_what_next"


def test_all_that_is_offered_is_in_the_domain():
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    names = {
        name
        for entry in domain["actions"]
        for name in ([entry] if isinstance(entry, str) else entry)
    }
    for response, action in phrases()["offers"].items():
        assert response in domain["responses"]
        assert action.text() in {*names, *domain["forms"]}


async def test_the_last_rung_is_a_person_and_the_message_is_forgotten():
    data = {"conversation_id": "c", "queue": "general", "position": 1, "text": "已转接"}
    said = tracker(heard("呜啦啦", "nlu_fallback"))
    events, messages, _ = await ran(DefaultFallback, said, {"/": Reply("ok", data)})
    assert messages[0]["custom"]["type"] == "handoff"
    assert [event["event"] for event in events] == ["rewind"]
    events, messages, _ = await ran(DefaultFallback, said)
    assert messages[0]["response"] == "utter_backend_unavailable"
    assert [event["event"] for event in events] == ["rewind"]


async def test_a_yes_to_nothing_asks_what_to_do():
    events, messages, _ = await ran(Affirm, tracker(heard("好的", "affirm")))
    assert followed(events) is None
    assert messages[0]["response"] == "utter_what_next"


@pytest.mark.parametrize(
    ("said", "slots", "next_action"),
    [
        (heard("算了吧", "inform"), {}, "action_cancel"),
        (
            heard("第二只", "inform", ("ordinal", "第二只", 2)),
            {"last_products": ["a", "b"]},
            "query_product_form",
        ),
        (heard("第二只", "inform", ("ordinal", "第二只", 2)), {}, None),
        (
            heard("不对，是5万", "inform", ("amount", "5万", 50000)),
            {"last_selection": LAST},
            "action_refine_selection",
        ),
        (heard("不对，是5万", "inform", ("amount", "5万", 50000)), {}, None),
        (heard("那R2呢", "inform"), {}, "action_query_risk_profile"),
    ],
)
async def test_a_value_nobody_asked_for_goes_where_it_belongs(said, slots, next_action):
    events, _, _ = await ran(Inform, tracker(said, **slots))
    assert followed(events) == next_action


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("给五星", 5),
        ("⭐⭐", 2),
        ("很不满意", 1),
        ("不满意", 2),
        ("还行，给三分", 3),
        ("比较满意", 4),
        ("非常满意", 5),
        ("five stars", 5),
    ],
)
async def test_a_rating_is_read_and_kept(text, score):
    said = heard(text, "rate_service")
    events, _, asked = await ran(RateService, tracker(said), {"/ratings": Reply("ok", {})})
    assert asked[0][1]["score"] == score
    assert slots_of(events)["rating"] == score


async def test_a_rating_without_a_score_is_asked_for():
    _, messages, asked = await ran(RateService, tracker(heard("我要评价", "rate_service")))
    assert messages[0]["response"] == "utter_ask_rating"
    assert asked == []


@pytest.mark.parametrize(
    ("said", "wish", "changed"),
    [
        (heard("再稳一点的", "refine_selection"), "safer", {"risk_preference": "steady"}),
        (
            heard("换成保守的", "refine_selection", ("risk_preference", "保守", "conservative")),
            "safer",
            {"risk_preference": "conservative"},
        ),
        (
            heard(
                "能不能再保守点", "refine_selection", ("risk_preference", "保守", "conservative")
            ),
            "safer",
            {"risk_preference": "steady"},
        ),
        (heard("别太激进", "refine_selection"), "safer", {"risk_preference": "steady"}),
        (heard("太保守了，收益高点", "refine_selection"), "bolder", {}),
        (heard("收益再高点", "refine_selection"), "bolder", {}),
        (heard("期限短一点", "refine_selection"), "shorter", {"horizon": "P1Y"}),
        (heard("期限长一点", "refine_selection"), "longer", {"horizon": "P5Y"}),
        (heard("换一批", "refine_selection"), None, {}),
        (
            heard("只看债基", "refine_selection", ("product_type", "债基", "bond_fund")),
            None,
            {"product_type": "bond_fund"},
        ),
        (heard("不要白酒", "refine_selection", ("sector", "白酒", "liquor")), None, {}),
    ],
)
def test_the_next_round_follows_the_wish(said, wish, changed):
    criteria = LAST["criteria"]
    assert said.choice("wishes") == wish
    assert refined(criteria, said, wish, "C3") == {**criteria, **changed}


def test_steadier_than_steady_is_a_step_below_although_the_word_is_the_same():
    said = heard("再稳一点的", "refine_selection", ("risk_preference", "稳一点", "steady"))
    steady = {"risk_preference": "steady"}
    assert refined(steady, said, "safer", "C4") == {"risk_preference": "conservative"}


def test_a_first_wish_for_less_risk_starts_below_the_customers_level():
    said = heard("再稳一点的", "refine_selection")
    assert refined({}, said, "safer", "C4") == {"risk_preference": "balanced"}


async def test_others_are_asked_for_without_those_shown():
    conversation = tracker(heard("换一批", "refine_selection"), last_selection=LAST)
    events, messages, asked = await ran(RefineSelection, conversation, {"/select": FOUND})
    assert asked[0][1]["exclude"] == ["a", "b"]
    assert messages[0]["response"] == "utter_select_fund_ok"
    assert slots_of(events)["last_selection"]["shown"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "preference", "response"),
    [
        ("再稳一点的", "conservative", "utter_refine_selection_not_safer"),
        ("收益再高点", "balanced", "utter_refine_selection_not_bolder"),
    ],
)
async def test_at_the_end_of_the_scale_it_says_so(text, preference, response):
    last = {**LAST, "criteria": {"risk_preference": preference}}
    conversation = tracker(heard(text, "refine_selection"), last_selection=last)
    _, messages, asked = await ran(RefineSelection, conversation)
    assert messages[0]["response"] == response
    assert asked == []


async def test_another_kind_of_product_opens_its_own_form():
    said = heard("换成大额存单", "refine_selection", ("product_type", "大额存单", "deposit"))
    events, _, _ = await ran(RefineSelection, tracker(said, last_selection=LAST))
    assert followed(events) == "select_wealth_product_form"
    assert slots_of(events)["product_type"] == "deposit"


async def test_another_round_of_a_plan_lays_it_out_again():
    last = {**LAST, "skill": "plan_allocation", "criteria": {"amount": 500000, "horizon": "P3Y"}}
    said = heard("不对，是80万", "inform", ("amount", "80万", 800000))
    events, _, _ = await ran(RefineSelection, tracker(said, last_selection=last))
    assert followed(events) == "action_plan_allocation"
    assert slots_of(events)["amount"] == 800000


async def test_a_suggestion_is_remembered_for_what_comes_next():
    said = heard("推荐只基金", "select_fund")
    conversation = tracker(said, horizon="P3Y", sector=None)
    events, messages, asked = await ran(SelectFund, conversation, {"/select": FOUND})
    assert asked[0][1]["criteria"] == {"horizon": "P3Y"}
    assert messages[0]["custom"]["type"] == "product_list"
    slots = slots_of(events)
    assert (slots["last_products"], slots["recommendation_id"]) == (["c"], "r-2")


async def test_what_waits_for_the_assessment_is_taken_up_after_it():
    conversation = tracker(heard("推荐只基金", "select_fund"))
    script = {"/select": Reply("needs_assessment", {})}
    events, messages, _ = await ran(SelectFund, conversation, script)
    assert messages[0]["response"] == "utter_needs_assessment"
    waiting = slots_of(events)["after_assessment"]
    data = {"level": "C3", "valid_until": "2027-11-21", "allows": ["R1"], "explanation": ""}
    ended = {"outcome": "result", "data": data}
    said = heard("B", "inform")
    conversation = tracker(said, risk_outcome=ended, after_assessment=waiting)
    events, _, _ = await ran(AssessRisk, conversation)
    assert followed(events) == "select_fund_form"
    assert slots_of(events)["after_assessment"] is None


@pytest.mark.parametrize(
    ("text", "name"), [("我是C几", "valid"), ("我能买R2吗", "allowed"), ("能买r4不", "not_allowed")]
)
async def test_a_product_level_asked_about_is_answered_from_what_is_allowed(text, name):
    data = {"level": "C3", "valid_until": "2027-11-21", "allows": ["R1", "R2", "R3"]}
    said = heard(text, "query_risk_profile")
    _, messages, _ = await ran(QueryRiskProfile, tracker(said), {"/demo-3": Reply("valid", data)})
    assert messages[0]["response"] == f"utter_query_risk_profile_{name}"


async def test_a_backend_that_is_away_is_said_with_an_id():
    conversation = tracker(heard("推荐只基金", "select_fund"), horizon="P3Y")
    events, messages, _ = await ran(SelectFund, conversation)
    assert events == []
    assert messages[0]["response"] == "utter_backend_unavailable"
    assert messages[0]["error_id"]
