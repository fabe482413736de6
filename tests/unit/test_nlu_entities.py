"""Values are found where a careful reader finds them, and nowhere else."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from zhitou.nlu import lexicon
from zhitou.nlu.entities.found import Found, resolve
from zhitou.nlu.entities.numerals import chinese, numbers
from zhitou.nlu.entities.products import ProductFinder
from zhitou.nlu.entities.quantities import QuantityFinder
from zhitou.nlu.entities.terms import TermFinder

EXAMPLES = yaml.safe_load(
    (Path(__file__).parent.parent / "nlu/entities.yml").read_text(encoding="utf-8")
)["examples"]
LEAST_RIGHT = 0.97
"""Share of the held-out messages whose entities are all right, wording and value."""


@pytest.fixture(scope="module")
def words():
    return lexicon.read("data/lexicon")


@pytest.fixture(scope="module")
def finders(words):
    quantities = QuantityFinder(words.vocabulary["quantities"])
    return TermFinder(words.terms), quantities, ProductFinder(words)


def found_in(text, finders):
    return resolve(found for finder in finders for found in finder.find(text))


def values(text, finders, *kinds):
    return [(f.entity, f.value) for f in found_in(text, finders) if not kinds or f.entity in kinds]


def test_held_out_messages_are_read_as_a_careful_reader_does(finders):
    wrong = []
    for example in EXAMPLES:
        text = example["text"]
        found = [
            (f.entity, text[f.start : f.end], f.value)
            for f in found_in(text, finders)
            if f.entity not in {"product", "fund_manager"}
        ]
        wanted = [(e["entity"], e["text"], e["value"]) for e in example["entities"]]
        if found != wanted:
            wrong.append((text, wanted, found))
    assert 1 - len(wrong) / len(EXAMPLES) >= LEAST_RIGHT, wrong


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三百二", 320), ("一千五", 1500), ("两万零五十", 20050), ("十二", 12), ("一百零三", 103),
        ("三万五", 35000), ("1.2亿", 120_000_000), ("壹佰", 100), ("三点五", 3.5),
        ("3万5千", 35000), ("十几万", 100_000), ("两三百", 200),
        ("1.5w", 15000), ("12万8", 128_000), ("2,000", 2000),
    ],
)  # fmt: skip
def test_a_chinese_number_is_read_as_it_is_said(text, value):
    read = chinese(text)
    assert read is not None
    assert read[0] == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("two thousand five hundred", 2500), ("a hundred", 100), ("50k", 50000),
        ("one hundred and twenty", 120), ("1 million", 1_000_000),
    ],
)  # fmt: skip
def test_an_english_number_is_read_as_it_is_said(text, value):
    assert [number.value for number in numbers(text)] == [value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("买110011", []),
        ("2023年的收益", []),
        ("沪深300怎么样", []),
        ("百万医疗险和千万别买", []),
        ("这市场一万多只基金", []),
        ("二选一", []),
        ("近三年收益", [("period", "P3Y")]),
        ("投了三年了", [("period", "P3Y")]),
        ("放三年", [("horizon", "P3Y")]),
        ("一年半以后用", [("horizon", "P18M")]),
        ("为了三年后买车", [("horizon", "P3Y")]),
        ("3-5年不用", [("horizon", "P3Y")]),
        ("5-10万", [("amount", 50000)]),
        ("每个月定投两千", [("amount", 2000)]),
        ("跌到1.2提醒我", [("amount", 1.2)]),
        ("帮我赎回一半", [("percentage", 0.5)]),
        ("第二只亏了5%", [("ordinal", 2), ("percentage", 0.05)]),
        ("my name is i'm 25", []),
    ],
)
def test_quantities_are_told_apart_from_what_looks_like_them(finders, text, expected):
    kinds = ("amount", "percentage", "period", "horizon", "ordinal")
    assert values(text, finders, *kinds) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云杉蓝筹精选混合A还能拿吗", "988401"),
        ("988401怎么样", "988401"),
        ("蓝筹精选亏了", "988401"),
        ("蓝愁精选能买不", "988401"),
        ("恒川高端制造能买吗", "988501"),
        ("高端制造能买吗", "988501"),
        ("恒川高瑞制造股票A", "988501"),
        ("cmxjb收益多少", "988001"),
        ("chengmingxianjinbao", "988001"),
        ("ztlc001保本吗", "ZTLC001"),
        ("易方达中小盘混合还能拿吗", "易方达中小盘混合"),
        ("招商中证白酒", "招商中证白酒"),
        ("富國天惠值不值得買", "富國天惠"),
        ("003096卖不卖", "003096"),
        ("余额宝和理财哪个好", "余额宝"),
    ],
)
def test_a_product_is_named_whole_or_in_part_by_sound_or_with_a_typo(finders, text, expected):
    assert ("product", expected) in values(text, finders)


@pytest.mark.parametrize(
    "text",
    [
        "招商银行的电话", "平安银行那款", "我想买个混合基金", "现在应该买哪只基金", "投100000",
        "验证码483920", "个人养老金怎么开", "放18个月", "202401买的", "happy new year",
    ],
)  # fmt: skip
def test_a_kind_a_bank_or_a_number_is_not_a_product(finders, text):
    assert values(text, finders, "product", "fund_manager") == []


def test_a_manager_is_named_by_name(finders):
    assert values("林知夏管的基金", finders, "fund_manager") == [("fund_manager", "林知夏")]


def test_the_longest_of_overlapping_candidates_wins_in_any_order():
    short, long, apart = Found("a", 1, 2, 4), Found("b", 1, 0, 6), Found("c", 1, 6, 7)
    assert resolve([short, long, apart]) == resolve([apart, short, long]) == [long, apart]


def test_places_are_those_of_the_original_text(finders):
    text = "😂我有５萬，買納指"
    found = {f.entity: text[f.start : f.end] for f in found_in(text, finders)}
    assert found == {"amount": "５萬", "sector": "納指"}


@pytest.mark.parametrize(
    "text",
    ["", " ", "😂", "\x00\ud800", "基" * 10_000, "9" * 10_000, "一" * 10_000],
    ids=["empty", "blank", "emoji", "control", "Chinese", "digits", "numerals"],
)
def test_awkward_text_is_survived(finders, text):
    started = time.process_time()
    found_in(text, finders)
    assert time.process_time() - started < 5


def test_twelve_thousand_names_are_searched_in_milliseconds(words):
    names = [
        f"{a}{b}{c}混合" for a in ("云杉", "海屿", "汇舟") for b in "东南西北春夏秋冬风雨" * 20
        for c in ("成长", "价值")
    ][:1200]  # fmt: skip
    products = [
        lexicon.ProductName(f"{i:06}", (f"{name}{chr(0x4E00 + i % 5000)}",), f"{i:06}")
        for i, name in enumerate(names * 10)
    ]
    finder = ProductFinder(replace(words, products=products))
    text = "我有3万蓝筹精选、两万货基，还想买点易方达中小盘混合，三年不用，能接受亏5%，怎么弄"
    started = time.process_time()
    for _ in range(20):
        finder.find(text)
    assert (time.process_time() - started) / 20 < 0.02
