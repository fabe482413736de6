"""Values are found where a careful reader finds them, and nowhere else."""

import time
from pathlib import Path

import pytest
import yaml

from zhitou.backends.product.catalogue import load_catalogue
from zhitou.nlu.entities.found import Found, without_overlaps
from zhitou.nlu.entities.numerals import number
from zhitou.nlu.entities.products import ProductMatcher
from zhitou.nlu.entities.quantities import find_quantities
from zhitou.nlu.entities.terms import TermMatcher
from zhitou.nlu.normalise import fold

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = yaml.safe_load((ROOT / "tests/nlu/entities.yml").read_text(encoding="utf-8"))["examples"]
TERMS = yaml.safe_load((ROOT / "data/lexicon/terms.yml").read_text(encoding="utf-8"))
LEAST_RIGHT = 0.97
"""Share of the held-out messages whose entities are all right."""


@pytest.fixture(scope="module")
def terms():
    return TermMatcher(TERMS)


@pytest.fixture(scope="module")
def products():
    catalogue = load_catalogue()
    return ProductMatcher(
        catalogue.products, [each.name for each in catalogue.managers], TERMS["issuers"]
    )


def found_in(text, *finders):
    folded = fold(text)
    candidates = [each for find in finders for each in find(folded)]
    return [(each.entity, each.value) for each in without_overlaps(candidates)]


def test_the_held_out_messages_are_read_as_a_careful_reader_does(terms):
    wrong = []
    for example in EXAMPLES:
        wanted = [(each["entity"], each["value"]) for each in example.get("entities") or []]
        found = found_in(example["text"], find_quantities, terms.find)
        if found != wanted:
            wrong.append((example["text"], wanted, found))
    assert 1 - len(wrong) / len(EXAMPLES) >= LEAST_RIGHT, wrong


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三百二", 320), ("一千五", 1500), ("两万零五十", 20050), ("十二", 12), ("一百零三", 103),
        ("三万五", 35000), ("1.2亿", 120_000_000), ("二〇二五", 2025), ("壹佰", 100),
        ("two thousand five hundred", 2500), ("a hundred", 100), ("三点五", 3.5),
        ("万", None), ("abc", None), ("", None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_said(text, value):
    read = number(text)
    assert (None if read is None else float(read)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我有3万蓝筹精选、两万货基", [("amount", 30000), ("amount", 20000)]),
        ("买110011", []),
        ("2023年的收益", []),
        ("沪深300怎么样", []),
        ("百万医疗险和千万别买", []),
        ("近三年收益", [("period", "P3Y")]),
        ("放三年", [("horizon", "P3Y")]),
        ("一年半以后用", [("horizon", "P18M")]),
        ("每个月定投两千", [("amount", 2000)]),
    ],
)
def test_sums_and_times_are_told_apart_from_what_looks_like_them(text, expected):
    assert found_in(text, find_quantities) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云杉蓝筹精选混合A还能拿吗", "988401"),
        ("988401怎么样", "988401"),
        ("蓝筹精选亏了", "988401"),
        ("易方达中小盘混合还能拿吗", "易方达中小盘混合"),
    ],
)
def test_a_product_is_named_by_code_name_alias_or_its_company(products, text, expected):
    assert ("product", expected) in found_in(text, products.find)


@pytest.mark.parametrize("text", ["招商银行的电话", "我想买个混合基金", "现在应该买哪只基金"])
def test_a_kind_or_a_bank_is_not_a_product(products, text):
    assert found_in(text, products.find) == []


def test_the_weightier_of_two_overlapping_values_stays_then_the_longer():
    short, long = Found("a", 1, 2, 4, weight=2), Found("b", 1, 0, 6, weight=1)
    assert without_overlaps([long, short]) == [short]
    assert without_overlaps([Found("a", 1, 0, 2), Found("b", 1, 0, 3)])[0].entity == "b"


def test_a_wording_under_two_values_is_refused_by_name():
    with pytest.raises(ValueError, match="稳"):
        TermMatcher({"risk_preference": {"steady": ["稳"], "balanced": ["稳"]}})


def test_a_message_is_searched_in_milliseconds(products, terms):
    text = fold("我有3万蓝筹精选、两万货基,还想买点易方达中小盘混合,三年不用,能接受亏5%,怎么弄")
    started = time.process_time()
    for _ in range(20):
        list(products.find(text)), list(terms.find(text)), list(find_quantities(text))
    assert (time.process_time() - started) / 20 < 0.02
