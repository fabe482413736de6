"""One question about one product is understood, and answered only with what is known of it."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import date
from time import perf_counter
from typing import Any

import pytest

from tests.products import ON, customer, deposit, fund, manager, policy, shelf, wealth
from zhitou.backends.product.catalogue import load_catalogue
from zhitou.rulebook import Node, RulesError, read
from zhitou.wealth.facts import answer, topic_of
from zhitou.wealth.facts_rules import load_facts_rules, parse_facts_rules
from zhitou.wealth.offers import Offers
from zhitou.wealth.product import Product
from zhitou.wealth.shelf import Shelf
from zhitou.wealth.total_return import Distribution
from zhitou.wealth.trading import deep_link, leaving_text, load_trade_rules, trade_notes

FORBIDDEN = re.compile(
    "稳赚|无风险|(?<!不)保收益|预期收益率|最佳|高收益|(?<!不)(?<!“)保本(?!金)|低风险|秒到账|国家级"
)


def told(product: Product, topic: str, level: str | None = None, **given: Any) -> str:
    decision = None
    if level is not None:
        decision = Offers(customer(level), ON, initiated_by="customer").decision(product)
    return answer(shelf(product), product, "", topic=topic, decision=decision, **given).answer


# --- what is asked -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("这款理财产品保本吗", "guarantee"),
        ("会不会亏本金", "guarantee"),
        ("is this product principal guaranteed", "guarantee"),
        ("这是存款还是理财", "nature"),
        ("银行破产了这个大额存单赔吗", "deposit_insurance"),
        ("管理费多少", "fee"),
        ("申购费打几折", "purchase_fee"),
        ("持有7天内卖收多少手续费", "redemption_fee"),
        ("中欧医疗C 7天后卖还收费吗", "redemption_fee"),
        ("基金经理是谁", "manager"),
        ("谁在管这只", "manager"),
        ("锁定期多长", "lock_up"),
        ("中间急用钱拿得出来吗", "lock_up"),
        ("今天净值多少", "nav"),
        ("what is the NAV of 005827 today", "nav"),
        ("赎回几天到账", "arrival"),
        ("卖了之后多久钱到", "arrival"),
        ("近三年收益怎么样", "performance"),
        ("近三年最大回撤是几个点", "risk_figures"),
        ("规模多大", "size"),
        ("有没有清盘风险，规模到底剩多少", "size"),
        ("风险等级", "risk_level"),
        ("是R几", "risk_level"),
        ("起购金额是多少", "min_amount"),
        ("等待期几天", "waiting_period"),
        ("犹豫期几天", "cooling_off"),
        ("65岁还能买你们那个防癌险么", "eligibility"),
        ("我有高血压能投保不", "eligibility"),
        ("能赎一半不", "redemption"),
        ("七日年化多少", "yield"),
        ("大额存单利率多少", "rate"),
        ("能提前支取吗", "early_withdrawal"),
        ("可以转让吗", "transfer"),
        ("业绩比较基准是多少", "comparison_basis"),
        ("跟踪什么指数", "tracks"),
        ("啥时候分红", "dividend"),
        ("限购多少", "limit"),
        ("前十大重仓股", "not_disclosed"),
        ("现在盘中估值", "not_disclosed"),
        ("这份年金几岁开始领", "payout"),
        ("猝死赔不赔", "coverage"),
        ("哪些不赔", "exclusions"),
        ("免赔额多少", "deductible"),
        ("现金价值怎么算", "cash_value"),
        ("一年保费多少钱", "premium"),
        ("保证续保几年", "renewal"),
        ("有没有C类份额", "share_class"),
        ("哪家公司发行的", "company"),
        ("代码是多少", "code"),
        ("成立多久了", "inception"),
        ("投资范围", "investment"),
        ("能定投吗", "auto_invest"),
        ("在哪里买", "channel"),
        ("介绍一下", "overview"),
        ("ＮＡＶ是多少", "nav"),
        ("嗯", None),
        ("", None),
    ],
)
def test_the_topic_is_found_in_the_words(text: str, topic: str | None) -> None:
    assert topic_of(text) == topic


def test_the_longest_word_decides() -> None:
    assert topic_of("赎回") == "redemption"
    assert topic_of("赎回费") == "redemption_fee"


def test_a_topic_that_is_given_needs_no_words_and_a_wrong_one_is_passed_over() -> None:
    product = fund("x")
    assert answer(shelf(product), product, "净值", topic="fee").topic == "fee"
    assert answer(shelf(product), product, "净值", topic="weather").topic == "nav"


def test_without_a_topic_the_product_is_described_and_the_answer_unsure() -> None:
    product = fund("x")
    said = answer(shelf(product), product, "嗯")
    assert (said.topic, said.confidence) == ("overview", 0.4)


# --- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("product", "words"),
    [
        (
            fund("x"),
            "不保本，净值会涨跌，风险等级R3。近3年里最多从高点跌过15.00%（截至2026-11-20）",
        ),
        (fund("x", type="money_fund", risk_level="R1"), "货币基金，不是存款，不保本"),
        (wealth("x"), "业绩比较基准2.00%至3.00%不是承诺，实际收益可能更低，也可能亏损"),
        (deposit("x"), "本息在50万元以内受存款保险保障，利率1.20%按约定计算"),
        (
            deposit(
                "x",
                type="structured_deposit",
                terms={"rate_low": 0.01, "rate_high": 0.02, "underlying": "金价"},
            ),
            "利息随金价变化，可能只拿到1.00%",
        ),
        (policy("x"), "保险，不是存款"),
    ],
)
def test_whether_the_principal_is_safe_follows_from_what_the_product_is(
    product: Product, words: str
) -> None:
    assert words in told(product, "guarantee")


@pytest.mark.parametrize(
    ("product", "level", "words"),
    [
        (fund("x"), "C3", "按您C3的等级，它在可选的范围之内。"),
        (fund("x"), "C2", "它高于您C2的等级，如果坚持要买需要先确认风险警示。"),
        (wealth("x", risk_level="R3"), "C2", "按您C2的等级，它不在可选的范围之内。"),
    ],
)
def test_the_customers_level_is_told_along(product: Product, level: str, words: str) -> None:
    assert told(product, "guarantee", level).endswith(words)
    assert "等级，" not in told(product, "guarantee")


@pytest.mark.parametrize(
    ("product", "topic", "words"),
    [
        (fund("x"), "fee", "管理费1.20%、托管费0.20%、销售服务费0.00%，合计1.40%"),
        (fund("x"), "purchase_fee", "买入费是1.50%，打1折，实际0.15%；买1万元约扣15元"),
        (fund("x"), "redemption_fee", "不满7天1.50%，不满1年0.50%，满1年免"),
        (fund("x"), "nav", "单位净值是1.2345，较前一交易日-0.31%（2026-11-20，模拟）"),
        (fund("x"), "arrival", "第1个工作日确认，3个工作日到账"),
        (fund("x"), "size", "20亿元（截至2026-11-20，模拟）"),
        (fund("x"), "min_amount", "10元起购；定投10元起"),
        (fund("x"), "lock_up", "没有锁定期"),
        (fund("x", terms={"lock_up_days": 365}), "lock_up", "最短持有1年，期间不能赎回"),
        (fund("x"), "risk_level", "风险等级是R3"),
        (
            fund("x", terms={"issuer_risk_level": "R2"}),
            "risk_level",
            "R3（发行机构评为R2，取高的一个）",
        ),
        (
            fund("x", terms={"subscription": "limited", "daily_limit": "1000"}),
            "limit",
            "每天最多买1000元",
        ),
        (fund("x", terms={"subscription": "suspended"}), "limit", "暂停申购"),
        (fund("x"), "limit", "正常申购"),
        (fund("x"), "dividend", "近几年没有分红记录"),
        (fund("x"), "manager", "没有单独的基金经理"),
        (fund("x"), "not_disclosed", "我这里没有x的数据"),
        (fund("x"), "waiting_period", "等待期是保险才有的"),
        (wealth("x"), "lock_up", "最短持有90天；持有满了以后随时可以赎回，2个工作日到账"),
        (wealth("x", terms={"operation": "closed"}), "redemption", "到期前不能赎回"),
        (wealth("x"), "rate", "没有约定利率"),
        (deposit("x"), "rate", "年利率是1.20%，存期91天，起点20万元"),
        (deposit("x"), "rate", "10万元存满一期的利息约299元"),
        (deposit("x"), "early_withdrawal", "可以提前支取"),
        (deposit("x"), "transfer", "不可以转让"),
        (deposit("x"), "yield", "不按七日年化计算，年利率1.20%"),
        (policy("x"), "waiting_period", "等待期是30天"),
        (policy("x", terms={"waiting_days": 0}), "waiting_period", "没有等待期"),
        (policy("x"), "eligibility", "接受出生满28天至60岁的人投保，需要如实做健康告知"),
        (policy("x"), "premium", "5岁男性，每年700元，交1年"),
        (policy("x"), "renewal", "保证续保6年"),
        (policy("x", terms={"guaranteed_renewal_years": 0}), "renewal", "不保证续保"),
        (policy("x"), "deductible", "免赔额是1万元"),
        (policy("x"), "exclusions", "既往症"),
        (policy("x"), "performance", "没有净值涨跌"),
    ],
)
def test_answers_are_made_of_the_terms(product: Product, topic: str, words: str) -> None:
    assert words in told(product, topic)


def test_performance_is_over_six_months_beside_the_benchmark_with_the_disclosure() -> None:
    said = told(fund("x"), "performance")
    assert "近1年+8.00%（同期基准+6.00%），近3年+25.00%（同期基准+20.00%）" in said
    assert "不满6个月的表现起伏大，这里不展示" in said
    assert said.endswith("过往业绩不预示其未来表现。")
    assert "近1月" not in said


def test_a_young_fund_has_no_performance_to_show() -> None:
    young = fund("x", metrics=dict.fromkeys(("return_1y", "return_3y", "max_drawdown_1y")))
    assert "还不满1年" in told(young, "performance")


def test_the_manager_is_told_with_the_day() -> None:
    product = fund("x", managers=("甲",))
    place = shelf(product, managers=(manager("M1", "甲", {"x": date(2020, 3, 1)}),))
    assert "甲（2020-03-01起）" in answer(place, product, "谁管").answer


def test_the_last_dividend_is_told() -> None:
    paid = [Distribution(date(2024, 12, 16), "dividend", 0.05)]
    assert "2024-12-16，每份0.05元" in told(fund("x"), "dividend", distributions=paid)


def test_share_classes_are_listed() -> None:
    a = fund("1", terms={"family": "f", "share_class": "A"})
    c = fund("2", terms={"family": "f", "share_class": "C"})
    assert "A类（1）、C类（2）" in answer(shelf(a, c), a, "份额").answer


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    product = fund("x")
    said = answer(shelf(product), product, "", topic="premium")
    assert said.confidence == 0.3
    assert "没有“保费”这一项" in said.answer


def test_the_source_says_that_it_is_demo_data() -> None:
    product = fund("x")
    assert answer(shelf(product), product, "净值").source_title == "x产品资料（演示数据）"


@pytest.fixture(scope="module")
def whole_shelf() -> Shelf:
    catalogue = load_catalogue()
    return Shelf(catalogue.products, catalogue.managers, ON)


def test_every_topic_of_every_product_has_a_lawful_answer(whole_shelf: Shelf) -> None:
    for product in whole_shelf.products:
        for topic in load_facts_rules().topics:
            said = answer(whole_shelf, product, "", topic=topic.id).answer
            assert not FORBIDDEN.search(said), said
            assert not re.search(r"[{}]|None|nan|。。|，。", said), said


def test_an_answer_takes_no_time(whole_shelf: Shelf) -> None:
    product = whole_shelf.products[0]
    answer(whole_shelf, product, "管理费多少")
    started = perf_counter()
    for _ in range(20):
        answer(whole_shelf, product, "管理费多少")
    assert (perf_counter() - started) / 20 < 0.01


# --- trades --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("product", "side", "words"),
    [
        (fund("x"), "buy", "买入费0.15%（打折后）"),
        (fund("x", terms={"min_amount": "100"}), "buy", "起点是100元，您说的金额不够"),
        (fund("x", terms={"subscription": "suspended"}), "buy", "暂停申购"),
        (fund("x", terms={"lock_up_days": 365}), "redeem", "没到期的部分赎不了"),
        (deposit("x"), "buy", "存期91天；可以提前支取"),
        (wealth("x", terms={"operation": "closed"}), "redeem", "到期前不能赎回"),
        (policy("x"), "buy", "等待期30天"),
        (fund("x"), "convert", "转换按赎回再买入收费"),
    ],
)
def test_before_a_trade_its_terms_are_told(product: Product, side: Any, words: str) -> None:
    notes = trade_notes(shelf(product), product, side, 50)  # type: ignore[arg-type]
    assert any(words in note for note in notes)
    assert len(notes) <= load_trade_rules().most_notes


def test_the_link_opens_the_banks_app_and_trades_nothing() -> None:
    product = fund("988401")
    link = deep_link("bank://trade/", product, "buy", None)
    assert link == "bank://trade/fund/988401?side=buy"
    assert deep_link("bank://trade", product, "redeem", None).endswith("/redeem?side=redeem")


def test_getting_out_needs_no_level() -> None:
    product = fund("x")
    assert "不需要测评等级" in leaving_text(shelf(product), product, "redeem")


# --- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("topics", [{"id": "a", "name": "b", "keywords": ["~("], "answers": []}], "expression"),
        (
            "topics",
            [{"id": "a", "name": "b", "keywords": [], "answers": [{"text": "{oops}"}]}],
            "{oops}",
        ),
        (
            "topics",
            [
                {
                    "id": "a",
                    "name": "b",
                    "keywords": [],
                    "answers": [{"text": "a", "kinds": ["car"]}],
                }
            ],
            "car",
        ),
        ("fallback_topic", "weather", "weather"),
        ("confidence", {"keyword": 1}, "missing"),
        ("oops", 1, "oops"),
    ],
)
def test_wrong_rules_are_refused_with_file_and_key(key: str, value: Any, words: str) -> None:
    changed = deepcopy(read("zhitou.wealth.rules", "facts.yml").value)
    with pytest.raises(RulesError) as refused:
        parse_facts_rules(Node(changed | {key: value}, "facts.yml"))
    assert words in str(refused.value)
    assert "facts.yml" in str(refused.value)
