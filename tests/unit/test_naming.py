"""What customers call a product finds it, and nothing else."""

import json
import time

import pytest

from tests.market_data import market_data
from zhitou.backends.product.catalogue import load_catalogue
from zhitou.wealth.naming import NameIndex
from zhitou.wealth.product import Product


@pytest.fixture(scope="module")
def index():
    return NameIndex(load_catalogue().products)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("988401", "云杉蓝筹精选混合A"),
        ("我买的988402怎么样", "云杉蓝筹精选混合C"),
        ("ztlc001", "江澜理财天天丰现金管理1号"),
        ("云杉蓝筹精选混合A", "云杉蓝筹精选混合A"),
        ("云杉 蓝筹精选 混合 Ａ", "云杉蓝筹精选混合A"),
        ("云杉蓝筹精选混合", "云杉蓝筹精选混合A"),
        ("蓝筹精选", "云杉蓝筹精选混合A"),
        ("云杉蓝筹", "云杉蓝筹精选混合A"),
        ("云杉基金的蓝筹精选", "云杉蓝筹精选混合A"),
        ("我的蓝筹精选怎么样", "云杉蓝筹精选混合A"),
        ("云杉红利", "云杉红利低波指数A"),
        ("江澜天天丰", "江澜理财天天丰现金管理1号"),
        ("康佑重疾险", "安屿人寿康佑重大疾病保险"),
        ("知远纳指", "知远纳斯达克100联接(QDII)A"),
    ],
)
def test_a_code_a_name_a_nickname_or_a_part_finds_the_product(index, words, name):
    found = index.find(words)
    assert (found.outcome, [item.name for item in found.products]) == ("found", [name])


@pytest.mark.parametrize(
    "words",
    ["云山兰筹精选", "雲杉藍籌精選", "yslc", "yunshanlanchou", "云杉蓝筹精远", "云彬蓝筹精选"],
)
def test_a_slip_of_tongue_or_finger_still_finds_it(index, words):
    assert [item.code for item in index.find(words).products] == ["988401"]


@pytest.mark.parametrize(
    "words",
    ["", " ", "云", "😀😀", "'; DROP TABLE products; --", "基金", "货币", "etf", "110011",
     "华夏蓝筹精选", "易方达蓝筹精选", "易方达蓝筹还能拿吗", "x" * 10_000],
)  # fmt: skip
def test_what_is_not_on_the_shelf_is_unknown(index, words):
    assert index.find(words).outcome == "unknown"


@pytest.mark.parametrize(
    ("words", "companies"),
    [
        ("蓝筹", {"云杉基金", "恒川基金"}),
        ("价值精选", {"知远基金", "明岳基金"}),
        ("价值精选C", {"知远基金", "明岳基金"}),
        ("纳斯达克100", {"知远基金", "海屿基金"}),
    ],
)
def test_a_part_that_two_funds_share_is_ambiguous(index, words, companies):
    found = index.find(words)
    assert found.outcome == "ambiguous"
    assert {item.company for item in found.products} == companies
    assert len(found.scores) == len(found.products)


def test_the_a_class_is_taken_and_said(index):
    found = index.find("云杉蓝筹")
    assert found.products[0].terms["share_class"] == "A"
    assert found.note == "云杉蓝筹精选有A、C类份额，这里按A类查询"


@pytest.mark.parametrize("words", ["云杉蓝筹C", "蓝筹精选C类", "蓝筹精选c份额", "988402"])
def test_a_class_that_is_named_is_taken_without_a_word(index, words):
    found = index.find(words)
    assert (found.products[0].code, found.note) == ("988402", "")


def test_the_kind_narrows_the_search(index):
    assert index.find("安盈", kind="fund").products[0].company == "明岳基金"
    assert index.find("988401", kind="insurance").outcome == "unknown"


def test_every_product_is_found_by_its_code_its_name_and_its_short_name(index):
    for item in index.products:
        for words in (item.code, item.name, item.short_name):
            assert [hit.code for hit in index.find(words).products] == [item.code]


def test_an_empty_shelf_answers_unknown():
    assert NameIndex(()).find("蓝筹").outcome == "unknown"


def test_twelve_thousand_names_are_searched_in_five_milliseconds():
    funds = json.loads(market_data("all_fund_2021-01-15.json").read_text())
    index = NameIndex(
        Product(code, name, name, (), "fund", "mixed_fund", None, "", (), "R3")
        for code, _, name, *_ in funds
    )

    def seconds(words):
        best = 1.0
        for _ in range(5):
            start = time.process_time()
            index.find(words)
            best = min(best, time.process_time() - start)
        return best

    some = [name for _, _, name, *_ in funds[::600]]
    asked = [words for name in some for words in (name, name[2:6], name[:3] + "哈" + name[4:])]
    assert max(map(seconds, [*asked, "hxcz", "没有这样一只基金产品"])) < 0.005
    assert index.find("华夏成长混合").products[0].code == "000001"
