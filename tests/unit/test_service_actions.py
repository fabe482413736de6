"""The service skills' reading of what customers say, with a backend that answers from a script."""

from pathlib import Path

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions.ask_family_trust import AskFamilyTrust, AskFamilyTrustForm, AskPurpose
from actions.backend import Reply
from actions.complain import ComplainForm
from actions.diagnose_portfolio import DiagnosePortfolio, told_holdings
from actions.heard import Heard
from actions.meanings import meaning
from actions.query_product import AskQueriedProduct, QueryProductForm
from actions.request_human import RequestHuman
from actions.set_alert import SetAlertForm
from actions.skill import back_to_interrupted
from tests.dialogues import Entity, heard, scripted_backends, slots_of, tracker

ROOT = Path(__file__).parent.parent.parent


def amount(words: str, value: float) -> Entity:
    return ("amount", words, value)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            heard(
                "我有3万蓝筹精选、两万货基",
                "diagnose_portfolio",
                amount("3万", 30000),
                ("product", "蓝筹精选", "988401"),
                amount("两万", 20000),
                ("product_type", "货基", "money_fund"),
            ),
            [("988401", 30000), ("货基", 20000)],
        ),
        (
            heard(
                "蓝筹精选3万，货基两万",
                "inform",
                ("product", "蓝筹精选", "988401"),
                amount("3万", 30000),
                ("product_type", "货基", "money_fund"),
                amount("两万", 20000),
            ),
            [("988401", 30000), ("货基", 20000)],
        ),
        (
            heard(
                "30万本金，10万纳指10万短债",
                "diagnose_portfolio",
                amount("30万", 300000),
                amount("10万", 100000),
                ("sector", "纳指", "nasdaq"),
                amount("10万", 100000),
                ("product_type", "短债", "short_bond_fund"),
            ),
            [("纳指", 100000), ("短债", 100000)],
        ),
        (
            heard(
                "白酒30%，债基70%",
                "diagnose_portfolio",
                ("sector", "白酒", "liquor"),
                ("percentage", "30%", 0.3),
                ("product_type", "债基", "bond_fund"),
                ("percentage", "70%", 0.7),
            ),
            [("白酒", 30000), ("债基", 70000)],
        ),
        (heard("帮我看看我的持仓", "diagnose_portfolio"), []),
        (
            heard(
                "我有10万蓝筹，5万货币基金，帮我看看",
                "diagnose_portfolio",
                amount("10万", 100000),
                amount("5万", 50000),
                ("product_type", "货币基金", "money_fund"),
            ),
            [("蓝筹", 100000), ("货币基金", 50000)],
        ),
        (
            heard(
                "我有蓝筹10万，亏了2万，货基5万",
                "diagnose_portfolio",
                amount("10万", 100000),
                amount("2万", 20000),
                ("product_type", "货基", "money_fund"),
                amount("5万", 50000),
            ),
            [("蓝筹", 100000), ("货基", 50000)],
        ),
        (
            heard(
                "蓝筹精选亏了20%",
                "diagnose_portfolio",
                ("product", "蓝筹精选", "988401"),
                ("percentage", "20%", 0.2),
            ),
            [],
        ),
        (
            heard(
                "我10万块的基金有没有问题",
                "diagnose_portfolio",
                amount("10万块", 100000),
                ("product_type", "基金", "fund"),
            ),
            [],
        ),
    ],
)
def test_sums_are_paired_with_the_products_they_stand_beside(
    said: Heard, told: list[tuple[str, float]]
) -> None:
    found = told_holdings(said)
    assert [(one["product"], one["amount"]) for one in found] == told
    assert all(one["said"] in said.text for one in found)


@pytest.mark.parametrize(
    ("choice", "text", "expected"),
    [
        ("trade_side", "帮我赎回一半", "redeem"),
        ("trade_side", "撤销昨天的赎回", "cancel"),
        ("trade_side", "兴全合润转到兴全合宜", "convert"),
        ("trade_side", "我要买5万蓝筹", "buy"),
        ("trade_side", "surrender my annuity", "redeem"),
        ("trade_side", "今天天气不错", None),
        ("alert_wish", "烦死了，全给我关了", "stop"),
        ("alert_wish", "我设了哪些提醒", "list"),
        ("alert_wish", "跌了5%提醒我", None),
        ("holdings_part", "我赎回的钱怎么还没到账", "pending"),
        ("holdings_part", "我的保单有几份", "policies"),
        ("holdings_part", "我一共赚了多少", None),
        ("distress", "亏成这样不想活了", "danger"),
        ("distress", "气死我了", None),
    ],
)
def test_words_choose_the_meaning(choice: str, text: str, expected: str | None) -> None:
    assert meaning(choice, text) == expected


TWO = [{"code": "1", "name": "云杉蓝筹混合A"}, {"code": "2", "name": "恒川蓝筹混合A"}]
FOUND = {"/resolve": Reply("found", {"items": TWO[1:]})}


async def test_a_name_of_several_products_is_asked_back_and_an_ordinal_picks_one() -> None:
    question = heard("蓝筹保本吗", "query_product", ("product", "蓝筹", "蓝筹"))
    form = QueryProductForm()
    with scripted_backends({"/resolve": Reply("ambiguous", {"items": TWO})}):
        opened = tracker(question, form.form)
        slots = slots_of(await form.run(CollectingDispatcher(), opened, {}))
    assert slots["requested_slot"] == "product"
    assert slots["product_question"] == "蓝筹保本吗"
    assert [item["code"] for item in slots["product_choices"]["items"]] == ["1", "2"]

    pick = heard("第二个", "inform", ("ordinal", "第二个", 2))
    with scripted_backends(FOUND) as asked:
        answered = tracker(pick, form.form, "product", **{**slots, "requested_slot": "product"})
        chosen = slots_of(await form.run(CollectingDispatcher(), answered, {}))
    assert asked == [("/resolve", {"text": "2", "limit": 5})]
    assert (chosen["product"], chosen["requested_slot"]) == ("2", None)
    assert "product_question" not in chosen


async def test_a_part_of_a_name_picks_among_what_was_asked_back() -> None:
    form = QueryProductForm()
    choices = {"query": "蓝筹", "items": TWO}
    with scripted_backends(FOUND):
        said = tracker(heard("恒川的", "inform"), form.form, "product", product_choices=choices)
        slots = slots_of(await form.run(CollectingDispatcher(), said, {}))
    assert slots["product"] == "2"


async def test_products_offered_by_a_question_can_be_picked_by_their_place() -> None:
    said = tracker(heard("手续费多少", "query_product"), last_products=["1", "2"])
    dispatcher = CollectingDispatcher()
    with scripted_backends(FOUND):
        events = await AskQueriedProduct().run(dispatcher, said, {})
    assert slots_of(events) == {"last_products": ["2", "2"]}
    assert [button["title"] for button in dispatcher.messages[0]["buttons"]] == [
        "恒川蓝筹混合A",
        "恒川蓝筹混合A",
    ]


async def test_the_question_is_asked_even_where_nothing_can_be_offered() -> None:
    said = tracker(heard("手续费多少", "query_product"), last_products=["1"])
    dispatcher = CollectingDispatcher()
    with scripted_backends({}):
        assert await AskQueriedProduct().run(dispatcher, said, {}) == []
    assert dispatcher.messages[0]["response"] == "utter_ask_query_product_form_product"


async def test_another_wish_in_the_middle_of_a_product_question_is_left_to_its_own_rule() -> None:
    form = QueryProductForm()
    answered = tracker(heard("明天大盘会涨吗", "ask_market"), form.form, "product")
    events = await form.run(CollectingDispatcher(), answered, {})
    assert [event["event"] for event in events] == ["action_execution_rejected"]


@pytest.mark.parametrize(
    ("said", "kind", "percentage", "price"),
    [
        (heard("跌了5%提醒我", "set_alert", ("percentage", "5%", 0.05)), "fall", 0.05, None),
        (heard("跌到5%提醒我", "set_alert", ("percentage", "5%", 0.05)), "fall", 0.05, None),
        (heard("涨到2块告诉我", "set_alert", amount("2块", 2)), "price", None, 2),
        (heard("净值跌破1.2叫我", "set_alert"), "price", None, 1.2),
        (heard("翻红了叫我", "set_alert"), "rise", None, None),
        (heard("理财到期提醒我", "set_alert"), "maturity", None, None),
    ],
)
async def test_an_alert_is_read_from_the_words(
    said: Heard, kind: str, percentage: float | None, price: float | None
) -> None:
    form = SetAlertForm()
    known = tracker(said, form.form, customer="demo-4")
    slots = slots_of(await form.run(CollectingDispatcher(), known, {}))
    assert slots["alert_kind"] == kind
    assert slots["alert_percentage"] == percentage
    assert slots["alert_price"] == price


async def test_a_visitor_is_asked_nothing_about_alerts() -> None:
    form = SetAlertForm()
    visitor = tracker(heard("跌了提醒我", "set_alert"), form.form, customer=None)
    slots = slots_of(await form.run(CollectingDispatcher(), visitor, {}))
    assert slots["requested_slot"] is None


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("我要投诉", "complaint_text"),
        ("I want to complain", "complaint_text"),
        ("你们城西网点的柜员昨天对我态度特别差，我要投诉", None),
    ],
)
async def test_a_complaint_that_was_told_is_not_asked_again(text: str, asked: str | None) -> None:
    form = ComplainForm()
    slots = slots_of(
        await form.run(CollectingDispatcher(), tracker(heard(text, "complain"), form.form), {})
    )
    assert slots["requested_slot"] == asked
    assert slots["complaint_text"] == (None if asked else text)


async def test_what_is_added_to_a_complaint_is_taken_however_short() -> None:
    form = ComplainForm()
    said = tracker(heard("补充一下，扣了两次", "complain"), form.form)
    said.events.insert(0, {"event": "action", "name": "action_complain"})
    slots = slots_of(await form.run(CollectingDispatcher(), said, {}))
    assert slots["requested_slot"] is None


async def test_assets_of_unknown_size_go_on_record_with_a_note() -> None:
    form = AskFamilyTrustForm()
    unsure = tracker(heard("说不准", "deny"), form.form, "trust_amount", trust_purpose="传承")
    slots = slots_of(await form.run(CollectingDispatcher(), unsure, {}))
    assert slots["trust_amount"] == 0
    known = {"trust_purpose": "传承", "trust_assets": "房产", "trust_amount": 0}
    filed = tracker(heard("周末", "inform"), trust_family="孩子", trust_contact="周末", **known)
    data = {"queue": "family_office", "position": 1, "ticket": "FT1", "text": "已登记"}
    with scripted_backends({"/requests": Reply("ok", data)}) as asked:
        await AskFamilyTrust().run(CollectingDispatcher(), filed, {})
    assert asked[0][1]["fields"]["note"] == "客户暂时说不准规模"


async def test_an_answer_that_is_not_about_succession_is_left_to_the_adviser() -> None:
    data = {"title": "基金要交税吗", "answer": "基金差价暂不征收个人所得税。", "sources": []}
    dispatcher = CollectingDispatcher()
    said = tracker(heard("要不要交税", "ask_family_trust"))
    with scripted_backends({"/ask": Reply("ok", data)}):
        await AskPurpose().run(dispatcher, said, {})
    assert [message["response"] for message in dispatcher.messages] == [
        "utter_ask_family_trust_unknown",
        "utter_ask_ask_family_trust_form_trust_purpose",
    ]


@pytest.mark.parametrize(
    ("data", "ran", "response"),
    [
        ({}, [], "utter_request_human_ok"),
        ({"repeated": True}, ["action_request_human"], "utter_request_human_again"),
        ({"repeated": True}, ["action_complain"], "utter_request_human_ok"),
        ({"callback_at": "2026-11-23T08:30+08:00"}, [], "utter_request_human_closed"),
    ],
)
async def test_who_asks_for_a_person_is_told_how_the_queue_stands(
    data: dict[str, object], ran: list[str], response: str
) -> None:
    said = tracker(heard("转人工", "request_human"))
    said.events[:0] = [{"event": "action", "name": name} for name in ran]
    queue = {"queue": "general", "position": 1, "ticket": "ZX1", "text": "正在接通"}
    dispatcher = CollectingDispatcher()
    with scripted_backends({"/": Reply("ok", {**queue, **data})}):
        await RequestHuman().run(dispatcher, said, {})
    assert [message["response"] for message in dispatcher.messages] == [response]


async def test_an_ambiguous_holding_is_offered_as_whole_sentences() -> None:
    told = [
        {"product": "蓝筹", "amount": 30000.0, "said": "蓝筹"},
        {"product": "money_fund", "amount": 20000.0, "said": "货基"},
    ]
    dispatcher = CollectingDispatcher()
    said = heard("我有3万蓝筹、两万货基", "diagnose_portfolio")
    reply = Reply("ambiguous_product", {"items": TWO, "query": "蓝筹"})
    with scripted_backends({"/diagnose": reply}):
        await DiagnosePortfolio().run(dispatcher, tracker(said, told_holdings=told), {})
    payloads = [button["payload"] for button in dispatcher.messages[0]["buttons"]]
    assert payloads == [
        "我有3万元云杉蓝筹混合A、2万元货基，帮我看看",
        "我有3万元恒川蓝筹混合A、2万元货基，帮我看看",
    ]


@pytest.mark.parametrize(
    ("said", "event"),
    [
        (heard("不用了", "deny"), "action_execution_rejected"),
        (heard("算了", "inform"), "action_execution_rejected"),
        (heard("想留给孩子", "inform"), "slot"),
        (heard("有2000万，想留给女儿", "plan_allocation"), "slot"),
    ],
)
async def test_the_aim_of_a_trust_is_told_in_any_words_and_a_no_leaves(
    said: Heard, event: str
) -> None:
    form = AskFamilyTrustForm()
    answered = tracker(said, form.form, "trust_purpose")
    events = await form.run(CollectingDispatcher(), answered, {})
    assert events[0]["event"] == event


@pytest.mark.parametrize(
    ("loops", "goes_on"),
    [
        (["select_fund_form", "query_product_form", None], "select_fund_form"),
        (["query_product_form", None], None),
        (["select_fund_form", None, "query_product_form", None], None),
        (["query_product_form", "query_product_form", None], None),
        (["action_two_stage_fallback", "query_product_form", None], None),
    ],
)
def test_an_answer_in_between_goes_back_to_the_form_it_interrupted(
    loops: list[str | None], goes_on: str | None
) -> None:
    said = tracker(heard("云杉蓝筹精选", "inform"))
    said.events[:0] = [{"event": "active_loop", "name": name} for name in loops]
    events = back_to_interrupted(said)
    assert [event["name"] for event in events] == ([goes_on] if goes_on else [])


def test_the_domain_lists_exactly_the_actions_that_there_are() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    listed = {each if isinstance(each, str) else next(iter(each)) for each in domain["actions"]}
    assert listed == set(executor.actions)
