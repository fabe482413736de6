"""Personal data is masked wherever it is written, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhitou.guard.personal_data import Finding, find, mask

MASKED = [
    # phones
    ("我的手机是13812345678", "我的手机是138******78"),
    ("+86 138 1234 5678 打给我", "+86 1** **** **78 打给我"),
    ("138-1234-5678", "138-****-**78"),
    ("电话010-62345678", "电话010-******78"),
    ("一三八一二三四五六七八", "一三********八"),
    ("１３８１２３４５６７８", "１３８******７８"),
    # identity papers
    ("身份证11010519491231002X", "身份证1***************2X"),
    ("110105194912310021", "110*************21"),
    ("护照号E12345678", "护照号E******78"),
    # cards and accounts
    ("卡号6222 0212 3456 7890 123", "卡号**** **** **** ***0 123"),
    ("6222021234567890", "************7890"),
    ("账号：zt_0098123", "账号：**_****123"),
    ("my account number is 00123456789", "my account number is ********789"),
    ("微信号 wang_lei88", "微信号 ****_**i88"),
    # e-mail
    ("发到 zhang.san+bank@example.com.cn", "发到 z***@example.com.cn"),
    # names after a label
    ("姓名：张三", "姓名：张*"),
    ("姓名张三丰", "姓名张**"),
    ("户名是欧阳修文", "户名是欧***"),
    ("我叫李雷，想赎回", "我叫李*，想赎回"),
    ("本人王小明身份证丢了", "本人王**身份证丢了"),
    ("收款人: 诸葛亮", "收款人: 诸**"),
    ("受益人是王芳", "受益人是王*"),
    ("我是李明的家属", "我是李*的家属"),
    ("My name is Zhang San.", "My name is Z**** S**."),
]


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_what_identifies_a_person_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "我有50万怎么配置",
        "110011还能拿吗",
        "2026-01-05 15:00 前提交，净值 1.0231",
        "12378 和 12386 是什么电话，还有 95588、96110、400-800-8888",
        "年化 3.25%，一万元约 325.00 元",
        "编号 ZX20260105-0001",
        "trace=cec4b0b21c474f34 id=43de254b5028",
        "route=api/portfolio/<customer_id>/holdings ms=12.5",
        "我叫你转人工",
        "我是想问一下怎么赎回",
        "本人觉得很好",
        "姓名怎么改",
        "联系人工客服",
        "客户经理电话多少",
        "账户里有多少钱",
        "受益人能写没出生的孙子吗",
        "投保人被保人受益人都是谁",
        "我是平衡型，能不能碰QDII",
        "110011 519697 163406 三只都有，怎么样",
        "demo-3 的持仓",
        "名字很好听",
        "1234567890",
        "",
    ],
)
def test_what_identifies_nobody_stays(text: str) -> None:
    assert mask(text) == text


def test_several_findings_are_told_in_order_without_overlap() -> None:
    text = "姓名：李雷 手机13812345678 邮箱a@b.cn"
    found = find(text)
    assert [finding.kind for finding in found] == ["name", "phone", "email"]
    assert [text[f.start : f.end] for f in found] == ["李雷", "13812345678", "a@b.cn"]
    assert isinstance(found[0], Finding)


def test_a_card_number_of_another_length_is_masked_only_if_its_check_digit_is_right() -> None:
    assert mask("4111111111111") == "4111111111111"
    assert mask("378282246310005") == "***********0005"


@given(st.text(alphabet="我叫张三姓名：0123456789X@a.c -+一二三", max_size=60))
def test_masking_twice_changes_nothing_more_and_keeps_the_length_sane(text: str) -> None:
    once = mask(text)
    assert mask(once) == once
    assert len(once) <= len(text) + 3 * text.count("@")


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    mask(text)


def test_a_long_text_takes_no_time() -> None:
    mask("1 " * 5_000 + "我叫" * 2_500 + "a@" * 2_500)
