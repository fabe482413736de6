"""The service skills' reading of what customers say, with a backend that answers from a script."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.backend import Reply
from actions.complain import ComplainForm
from actions.diagnose_portfolio import DiagnosePortfolio, told_holdings
from actions.heard import Heard
from actions.meanings import meaning
from actions.query_product import QueryProductForm
from actions.set_alert import SetAlertForm

Entity = tuple[str, str, Any]


def heard(text: str, intent: str, *entities: Entity) -> Heard:
    found = []
    position = 0
    for name, words, value in entities:
        start = text.index(words, position)
        position = start + len(words)
        found.append({"entity": name, "value": value, "start": start, "end": position})
    return Heard(text, intent, tuple(found))


def tracker(
    said: Heard, form: str | None = None, asked: str | None = None, **slots: Any
) -> Tracker:
    """A conversation in which ``said`` came last, as an answer where ``asked`` is given."""
    opened = {"event": "active_loop", "name": form}
    user = {"event": "user", "text": said.text, "metadata": slots.pop("metadata", {})}
    ran = {"event": "action", "name": form}
    events = [opened, user, ran] if asked else [user, ran, opened] if form else [user]
    message = {"text": said.text, "intent": {"name": said.intent}, "entities": list(said.entities)}
    return Tracker(
        "conversation",
        {"requested_slot": asked, **slots},
        message,
        events,
        False,
        None,
        {"name": form} if form else {},
        form or "action_listen",
    )


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Reply]:
    """What the backends answer, by path; what they were asked is kept under ``asked``."""
    script: dict[str, Any] = {"asked": []}

    async def call(self: backend.Backend, method: str, path: str, **arguments: Any) -> Reply:
        script["asked"].append((method, path, arguments))
        return script[path]

    monkeypatch.setattr(backend.Backend, "_call", call)
    return script


def slots_of(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


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
    ],
)
def test_sums_are_paired_with_the_products_they_stand_beside(
    said: Heard, told: list[tuple[str, float]]
) -> None:
    expected = [{"product": product, "amount": float(value)} for product, value in told]
    assert told_holdings(said) == expected


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


async def test_a_name_of_several_products_is_asked_back_and_an_ordinal_picks_one(
    answers: dict[str, Any],
) -> None:
    two = [{"code": "1", "name": "云杉蓝筹混合A"}, {"code": "2", "name": "恒川蓝筹混合A"}]
    answers["/resolve"] = Reply("ambiguous", {"items": two})
    question = heard("蓝筹保本吗", "query_product", ("product", "蓝筹", "蓝筹"))
    form = QueryProductForm()
    opened = tracker(question, form.form)
    slots = slots_of(await form.run(CollectingDispatcher(), opened, {}))
    assert slots["requested_slot"] == "product"
    assert slots["product_question"] == "蓝筹保本吗"
    assert [item["code"] for item in slots["product_choices"]["items"]] == ["1", "2"]

    answers["/resolve"] = Reply("found", {"items": two[1:]})
    pick = heard("第二个", "inform", ("ordinal", "第二个", 2))
    answered = tracker(pick, form.form, "product", **{**slots, "requested_slot": "product"})
    chosen = slots_of(await form.run(CollectingDispatcher(), answered, {}))
    assert answers["asked"][-1][2]["params"]["text"] == "2"
    assert (chosen["product"], chosen["requested_slot"]) == ("2", None)
    assert "product_question" not in chosen


async def test_a_part_of_a_name_picks_among_what_was_asked_back(answers: dict[str, Any]) -> None:
    items = [{"code": "1", "name": "云杉蓝筹混合A"}, {"code": "2", "name": "恒川蓝筹混合A"}]
    answers["/resolve"] = Reply("found", {"items": items[1:]})
    form = QueryProductForm()
    choices = {"query": "蓝筹", "items": items}
    answered = tracker(heard("恒川的", "inform"), form.form, "product", product_choices=choices)
    assert slots_of(await form.run(CollectingDispatcher(), answered, {}))["product"] == "2"


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
    known = tracker(said, form.form, metadata={"customer_id": "demo-4"})
    slots = slots_of(await form.run(CollectingDispatcher(), known, {}))
    assert slots["alert_kind"] == kind
    assert slots["alert_percentage"] == percentage
    assert slots["alert_price"] == price


async def test_a_visitor_is_asked_nothing_about_alerts() -> None:
    form = SetAlertForm()
    visitor = tracker(heard("跌了提醒我", "set_alert"), form.form)
    slots = slots_of(await form.run(CollectingDispatcher(), visitor, {}))
    assert slots["requested_slot"] is None


@pytest.mark.parametrize(
    ("text", "asked"),
    [("我要投诉", "complaint_text"), ("你们城西网点的柜员昨天对我态度特别差，我要投诉", None)],
)
async def test_a_complaint_that_was_told_is_not_asked_again(text: str, asked: str | None) -> None:
    form = ComplainForm()
    slots = slots_of(
        await form.run(CollectingDispatcher(), tracker(heard(text, "complain"), form.form), {})
    )
    assert slots["requested_slot"] == asked
    assert slots["complaint_text"] == (None if asked else text)


async def test_an_ambiguous_holding_is_offered_as_whole_sentences(answers: dict[str, Any]) -> None:
    two = [{"code": "1", "name": "云杉蓝筹混合A"}, {"code": "2", "name": "恒川蓝筹混合A"}]
    answers["/diagnose"] = Reply("ambiguous_product", {"items": two, "query": "蓝筹"})
    told = [{"product": "蓝筹", "amount": 30000.0}, {"product": "货基", "amount": 20000.0}]
    dispatcher = CollectingDispatcher()
    said = heard("我有3万蓝筹、两万货基", "diagnose_portfolio")
    await DiagnosePortfolio().run(dispatcher, tracker(said, told_holdings=told), {})
    payloads = [button["payload"] for button in dispatcher.messages[0]["buttons"]]
    assert payloads == [
        "我有3万元云杉蓝筹混合A、2万元货基，帮我看看",
        "我有3万元恒川蓝筹混合A、2万元货基，帮我看看",
    ]
