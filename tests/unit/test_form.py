"""Forms: which messages answer, what is corrected, who interrupts, when patience ends."""

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.assess_risk import AssessRiskForm
from actions.backend import Reply
from actions.compare_products import CompareProductsForm
from actions.form import OFFERED, PATIENCE
from actions.plan_allocation import PlanAllocationForm
from actions.plan_auto_invest import PlanAutoInvestForm
from actions.select_fund import SelectFundForm
from actions.select_insurance import SelectInsuranceForm
from actions.suggestion import ANY
from tests.dialogues import heard, scripted_backends, slots_of, tracker

VALID = {"/demo-3": Reply("valid", {"level": "C3"})}
THREE_YEARS = ("horizon", "三年", "P3Y")
FUND, PLAN = "select_fund_form", "plan_allocation_form"


async def validated(form, conversation, script=VALID):
    """Events and responses of the form's validation."""
    dispatcher = CollectingDispatcher()
    with scripted_backends(script):
        events = await form().run(dispatcher, conversation, {})
    return events, [message["response"] for message in dispatcher.messages]


def is_rejected(events):
    return any(event["event"] == "action_execution_rejected" for event in events)


async def test_what_is_missing_is_asked_and_old_values_are_forgotten():
    said = heard("推荐只基金", "select_fund")
    events, _ = await validated(SelectFundForm, tracker(said, FUND, horizon="P1Y", sector="liquor"))
    slots = slots_of(events)
    assert slots["requested_slot"] == "horizon"
    assert slots["horizon"] is None
    assert slots["sector"] is None


async def test_what_was_said_along_is_not_asked():
    said = heard("推荐只能拿三年的基金", "select_fund", THREE_YEARS)
    events, _ = await validated(SelectFundForm, tracker(said, FUND))
    assert slots_of(events)["horizon"] == "P3Y"
    assert slots_of(events)["requested_slot"] is None


async def test_a_form_opened_again_by_another_action_keeps_what_is_known():
    said = heard("是的", "affirm")
    before = [{"event": "action", "name": "action_assess_risk"}]
    conversation = tracker(said, FUND, before=before, horizon="P3Y")
    events, _ = await validated(SelectFundForm, conversation)
    assert "horizon" not in slots_of(events)
    assert slots_of(events)["requested_slot"] is None


async def test_nothing_is_asked_of_someone_without_a_valid_level():
    said = heard("推荐只基金", "select_fund")
    script = {"/demo-3": Reply("expired", {})}
    events, _ = await validated(SelectFundForm, tracker(said, FUND), script)
    assert slots_of(events)["requested_slot"] is None


async def test_a_visitor_is_not_asked_and_no_backend_is_bothered():
    said = heard("推荐只基金", "select_fund")
    events, _ = await validated(SelectFundForm, tracker(said, FUND, customer=None), {})
    assert slots_of(events)["requested_slot"] is None


async def test_a_value_answers():
    said = heard("三年吧", "inform", THREE_YEARS)
    events, _ = await validated(SelectFundForm, tracker(said, FUND, asked="horizon"))
    assert slots_of(events)["horizon"] == "P3Y"
    assert slots_of(events)["requested_slot"] is None


async def test_a_bare_value_answers_whatever_the_intent():
    said = heard("大概三年左右", "select_wealth_product", THREE_YEARS)
    events, _ = await validated(SelectFundForm, tracker(said, FUND, asked="horizon"))
    assert slots_of(events)["horizon"] == "P3Y"


@pytest.mark.parametrize(
    "said",
    [
        heard("三年定期利率多少", "ask_knowledge", THREE_YEARS),
        heard("什么是最大回撤", "ask_knowledge"),
        heard("有没有放三年的理财产品给我看看", "select_wealth_product", THREE_YEARS),
        heard("转人工", "request_human"),
        heard("算了", "cancel"),
        heard("不用了", "deny"),
        heard("不弄了", "inform"),
    ],
)
async def test_another_wish_interrupts(said):
    events, responses = await validated(SelectFundForm, tracker(said, FUND, asked="horizon"))
    assert is_rejected(events)
    assert responses == []


async def test_an_answer_with_a_question_is_kept_and_the_question_answered():
    said = heard("三年，手续费怎么算", "ask_knowledge", THREE_YEARS)
    events, _ = await validated(SelectFundForm, tracker(said, FUND, asked="horizon"))
    assert is_rejected(events)
    assert slots_of(events)["horizon"] == "P3Y"


async def test_after_an_interruption_the_same_question_comes_again():
    said = heard("什么是最大回撤", "ask_knowledge")
    before = [{"event": "action", "name": "action_ask_knowledge"}]
    conversation = tracker(said, FUND, asked="horizon", before=before, sector="liquor")
    events, _ = await validated(SelectFundForm, conversation)
    assert slots_of(events) == {"requested_slot": "horizon"}


async def test_who_cannot_say_is_not_pressed():
    said = heard("说不好", "inform")
    events, _ = await validated(SelectFundForm, tracker(said, FUND, asked="horizon"))
    assert slots_of(events)["horizon"] == ANY


async def test_a_correction_changes_the_earlier_answer_and_says_so():
    said = heard("不对，是5万", "inform", ("amount", "5万", 50000))
    conversation = tracker(said, PLAN, asked="horizon", amount=500000)
    events, responses = await validated(PlanAllocationForm, conversation)
    assert slots_of(events)["amount"] == 50000
    assert slots_of(events)["requested_slot"] == "horizon"
    assert responses == ["utter_corrected"]


async def test_what_is_said_beside_the_question_is_noted_and_the_question_comes_again():
    said = heard("十万", "inform", ("amount", "十万", 100000))
    events, responses = await validated(SelectFundForm, tracker(said, FUND, asked="horizon"))
    assert responses == ["utter_noted"]
    assert slots_of(events)["requested_slot"] == "horizon"


async def test_a_correction_is_understood_whatever_the_intent():
    said = heard("不对，是20万", "plan_auto_invest", ("amount", "20万", 200000))
    conversation = tracker(said, PLAN, asked="horizon", amount=500000)
    events, _ = await validated(PlanAllocationForm, conversation)
    assert slots_of(events)["amount"] == 200000


async def test_of_a_correction_that_names_both_the_last_value_counts():
    values = (("amount", "50万", 500000), ("amount", "5万", 50000))
    said = heard("不是50万，是5万", "deny", *values)
    events, _ = await validated(PlanAllocationForm, tracker(said, PLAN, asked="amount"))
    assert slots_of(events)["amount"] == 50000


async def test_what_is_not_understood_is_asked_again_with_a_hint():
    said = heard("嗯嗯啊", "inform")
    events, responses = await validated(SelectFundForm, tracker(said, FUND, asked="horizon"))
    assert responses == ["utter_not_an_answer"]
    assert slots_of(events) == {"misunderstood": 1, "requested_slot": "horizon"}


async def test_when_patience_ends_a_person_is_offered_and_the_form_stays():
    said = heard("嗯嗯啊", "nlu_fallback")
    conversation = tracker(said, FUND, asked="horizon", misunderstood=PATIENCE - 1)
    events, responses = await validated(SelectFundForm, conversation)
    assert responses == ["utter_offer_human"]
    assert slots_of(events) == {"misunderstood": OFFERED, "requested_slot": "horizon"}


async def test_a_yes_to_the_person_offered_brings_one():
    conversation = tracker(heard("好的", "affirm"), FUND, asked="horizon", misunderstood=OFFERED)
    events, _ = await validated(SelectFundForm, conversation)
    assert is_rejected(events)
    assert [event["name"] for event in events if event["event"] == "followup"] == [
        "action_request_human"
    ]


async def test_a_no_to_the_person_offered_goes_on_with_the_question():
    conversation = tracker(heard("不用了", "deny"), FUND, asked="horizon", misunderstood=OFFERED)
    events, _ = await validated(SelectFundForm, conversation)
    assert not is_rejected(events)
    assert slots_of(events) == {"misunderstood": 0, "requested_slot": "horizon"}


@pytest.mark.parametrize(
    ("text", "insured"),
    [
        ("给孩子买什么保险好", "child"),
        ("给我爸妈买份医疗险", "parents"),
        ("给自己买", "self"),
        ("我们全家都想保", "family"),
        ("insurance for my wife", "spouse"),
        ("想买份保险", None),
    ],
)
def test_for_whom_an_insurance_is_stands_in_the_words(text, insured):
    said = heard(text, "select_insurance")
    assert SelectInsuranceForm().read("insured", said, tracker(said), False) == insured


@pytest.mark.parametrize(
    ("said", "slot", "value"),
    [
        (heard("给老伴买", "request_trade"), "insured", "spouse"),
        (heard("怕得大病", "chitchat"), "product_type", "critical_illness"),
        (heard("主要是住院报销", "ask_knowledge"), "product_type", "medical"),
    ],
)
async def test_a_few_words_answer_whatever_else_they_might_mean(said, slot, value):
    conversation = tracker(said, "select_insurance_form", asked=slot)
    events, _ = await validated(SelectInsuranceForm, conversation)
    assert slots_of(events)[slot] == value


def test_me_is_an_answer_only_where_we_asked():
    said = heard("我", "inform")
    form = SelectInsuranceForm()
    assert form.read("insured", said, tracker(said), True) == "self"
    assert form.read("insured", said, tracker(said), False) is None


async def test_two_named_products_are_compared_at_once():
    names = (("product", "988401", "988401"), ("product", "恒川蓝筹", "988403"))
    said = heard("988401和恒川蓝筹哪个好", "compare_products", *names)
    events, _ = await validated(CompareProductsForm, tracker(said, "compare_products_form"), {})
    assert slots_of(events)["products"] == ["988401", "988403"]
    assert slots_of(events)["requested_slot"] is None


async def test_a_single_product_waits_for_the_other():
    said = heard("拿恒川蓝筹比一比", "compare_products", ("product", "恒川蓝筹", "988403"))
    events, _ = await validated(CompareProductsForm, tracker(said, "compare_products_form"), {})
    assert slots_of(events)["product"] == "988403"
    assert slots_of(events)["requested_slot"] == "products"
    said = heard("988401", "inform", ("product", "988401", "988401"))
    asked = tracker(said, "compare_products_form", asked="products", product="988403")
    events, _ = await validated(CompareProductsForm, asked, {})
    assert slots_of(events)["products"] == ["988403", "988401"]


@pytest.mark.parametrize(
    ("said", "products"),
    [
        (heard("这两只哪个好", "compare_products"), ["a", "b"]),
        (heard("这几只哪个好", "compare_products"), ["a", "b", "c"]),
        (
            heard(
                "第一只和第三只比",
                "compare_products",
                ("ordinal", "第一只", 1),
                ("ordinal", "第三只", 3),
            ),
            ["a", "c"],
        ),
        (heard("它和988403比呢", "compare_products", ("product", "988403", "x")), ["f", "x"]),
    ],
)
def test_products_are_pointed_at(said, products):
    shown = {"last_products": ["a", "b", "c"], "product": "f"}
    conversation = tracker(said, "compare_products_form", **shown)
    assert CompareProductsForm().read("products", said, conversation, False) == products


AUTO = "plan_auto_invest_form"


async def test_a_regular_plan_into_an_unclear_product_asks_which_one():
    items = [{"code": "988401", "name": "云杉蓝筹"}, {"code": "988403", "name": "恒川蓝筹"}]
    script = {**VALID, "/resolve": Reply("ambiguous", {"items": items})}
    words = (("product", "蓝筹", "蓝筹"), ("amount", "1000", 1000))
    said = heard("定投蓝筹每月1000", "plan_auto_invest", *words)
    events, _ = await validated(PlanAutoInvestForm, tracker(said, AUTO), script)
    assert slots_of(events)["requested_slot"] == "product"
    choices = slots_of(events)["product_choices"]
    answer = tracker(heard("你看着办", "inform"), AUTO, "product", product_choices=choices)
    events, _ = await validated(PlanAutoInvestForm, answer, script)
    assert slots_of(events)["product"] == ANY


async def test_a_plan_that_is_changed_keeps_what_was_not_changed():
    said = heard("改成每月2000", "plan_auto_invest", ("amount", "2000", 2000))
    last = {"skill": "plan_auto_invest"}
    conversation = tracker(said, AUTO, amount=1000, horizon="P3Y", last_selection=last)
    events, _ = await validated(PlanAutoInvestForm, conversation)
    assert slots_of(events)["amount"] == 2000
    assert slots_of(events)["requested_slot"] is None


async def test_a_regular_plan_takes_the_day_and_no_product_nobody_named():
    said = heard("每月15号定投1000", "plan_auto_invest", ("amount", "1000", 1000))
    conversation = tracker(said, AUTO, product="988401")
    events, _ = await validated(PlanAutoInvestForm, conversation)
    assert (slots_of(events)["day"], slots_of(events)["product"]) == (15, None)
    assert slots_of(events)["requested_slot"] == "horizon"


QUESTION = {
    "id": "income_source",
    "index": 2,
    "total": 12,
    "text": "您家庭的主要收入来源是什么？",
    "options": [{"id": "A", "text": "没有固定收入"}, {"id": "B", "text": "工资、劳务报酬"}],
    "resumed": False,
}
ASSESSMENT = "/demo-3/assessment"
ASSESS = "assess_risk_form"


def answering(text, intent, **slots):
    said = heard(text, intent)
    slots = {"asked": "risk_answer", "risk_question": {**QUESTION, "told": True}, **slots}
    return tracker(said, ASSESS, **slots)


async def test_the_questionnaire_opens_with_the_backends_question():
    script = {ASSESSMENT: Reply("question", QUESTION)}
    said = heard("我要做风险测评", "assess_risk")
    events, _ = await validated(AssessRiskForm, tracker(said, ASSESS), script)
    assert slots_of(events)["risk_question"] == {**QUESTION, "told": False}
    assert slots_of(events)["requested_slot"] == "risk_answer"


async def test_a_questionnaire_that_may_not_begin_ends_the_form():
    script = {ASSESSMENT: Reply("limit_reached", {"next_possible_at": "2026-11-23T00:00:00+08:00"})}
    said = heard("重新测评", "assess_risk")
    events, _ = await validated(AssessRiskForm, tracker(said, ASSESS), script)
    assert slots_of(events)["requested_slot"] is None
    assert slots_of(events)["risk_outcome"]["outcome"] == "limit_reached"


async def test_words_that_stand_in_an_option_answer_whatever_the_intent():
    script = {f"{ASSESSMENT}/answer": Reply("question", {**QUESTION, "index": 3})}
    events, _ = await validated(AssessRiskForm, answering("工资", "query_holdings"), script)
    assert slots_of(events)["risk_question"]["index"] == 3


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("推荐只基金", "select_fund"),
        ("不测了", "cancel"),
        ("不用了", "deny"),
        ("转人工", "request_human"),
    ],
)
async def test_another_wish_interrupts_the_questionnaire(text, intent):
    events, _ = await validated(AssessRiskForm, answering(text, intent), {})
    assert is_rejected(events)


async def test_a_no_may_be_an_answer_of_the_questionnaire():
    script = {f"{ASSESSMENT}/answer": Reply("question", QUESTION)}
    events, _ = await validated(AssessRiskForm, answering("没有", "deny"), script)
    assert not is_rejected(events)


async def test_an_answer_that_fits_no_option_is_asked_again():
    script = {f"{ASSESSMENT}/answer": Reply("not_an_answer", QUESTION)}
    events, responses = await validated(AssessRiskForm, answering("嗯", "inform"), script)
    assert responses == ["utter_assess_risk_not_an_answer"]
    assert slots_of(events)["requested_slot"] == "risk_answer"


async def test_a_changed_level_waits_for_the_customers_yes():
    data = {"level": "C4", "changed_from": "C3", "needs_confirmation": True}
    script = {f"{ASSESSMENT}/answer": Reply("result", data)}
    events, _ = await validated(AssessRiskForm, answering("A", "inform"), script)
    assert slots_of(events)["requested_slot"] == "level_confirmed"
    script = {f"{ASSESSMENT}/confirm": Reply("confirmed", {"level": "C4"})}
    yes = tracker(heard("确认", "affirm"), ASSESS, asked="level_confirmed")
    events, _ = await validated(AssessRiskForm, yes, script)
    assert slots_of(events)["requested_slot"] is None
    assert slots_of(events)["risk_outcome"]["outcome"] == "confirmed"


async def test_a_backend_that_is_away_is_said_and_the_question_stays():
    events, responses = await validated(AssessRiskForm, answering("A", "inform"), {})
    assert responses == ["utter_backend_unavailable"]
    assert slots_of(events)["requested_slot"] == "risk_answer"
