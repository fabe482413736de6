"""Sums of money, shares, ordinals and times in a message.

Values: ``amount`` in yuan (int, or float below one yuan's precision), ``percentage`` a fraction,
``ordinal`` an int (-1: the last), ``period`` (looking back) and ``horizon`` (looking ahead) an
ISO-8601 duration or ``YTD``, ``MAX``, ``long``. Of a range the lower end counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from zhitou.nlu.entities.found import Found
from zhitou.nlu.entities.numerals import (
    ARABIC,
    CHINESE,
    CHINESE_FRACTION,
    DIGITS,
    ENGLISH,
    number,
)

_CN_DIGIT = f"[{''.join(DIGITS)}]"
_NUMBER = rf"(?:{ARABIC}|{CHINESE}+)"

# ── money ─────────────────────────────────────────────────────────────────────────────────────
_CURRENCY = r"(?:块钱|元钱|块|元|人民币|rmb|yuan|cny|大洋|圆)"
_VAGUE = r"(?:几|多|来|余)"
_PAYING = (
    r"(?:转|投|存|放|扣|打|买|取|拿|出|加仓?|赎回?|充|交|追加|有|每个?月|每次|一个月|是|就|改成"
    r"|invest|put|transfer|save|buy|of|about)"
)
"""What stands before a bare number that is a sum."""
_NO_SUM = r"(?<=\d{3})(?![\d.]|年|号|指数|etf|[%％]|天|个|只|期|联接|点|份)"
_AMOUNTS = (
    # 十来万, 几十万, 二十多万, 两三万, 3-5万, 5万到8万, 三万五, 1个亿, 1.5w, 100w块
    rf"(?!千万[别不要记注])(?P<n>{CHINESE_FRACTION}|{_NUMBER}){_VAGUE}?\s*"
    rf"(?:[-~到至]\s*{_NUMBER})?\s*个?(?P<unit>亿|万|w)"
    rf"(?P<tail>{_CN_DIGIT}|\d)?(?![年月天日周份只个岁度季]|\d|医疗|富翁)\s*{_CURRENCY}?",
    rf"(?P<n>{ARABIC}){_VAGUE}?\s*(?P<unit>千|百)(?P<tail>{_CN_DIGIT}|\d)?\s*{_CURRENCY}?",
    rf"(?P<n>{ARABIC})\s*(?P<unit>k|m|grand|million|thousand|w)(?![a-z])"
    rf"(?:\s*{_CURRENCY})?",
    rf"(?P<n>{_NUMBER}){_VAGUE}?\s*{_CURRENCY}",
    rf"(?:[¥￥$]|rmb\s*)\s*(?P<n>{ARABIC})(?P<unit>万|亿|k|w)?",
    rf"(?P<n>(?<![a-z])(?:{ENGLISH}\s+)+(?:hundred|thousand|grand|million)(?:\s+{ENGLISH})*)"
    rf"(?![a-z]| times)(?:\s*{_CURRENCY})?",
    rf"{_PAYING}\s*(?P<n>{ARABIC}){_NO_SUM}",
    rf"^\s*(?P<n>{ARABIC}){_NO_SUM}\s*[。.!！]?$",
    rf"(?P<n>[{''.join(DIGITS)}][百千](?:{_CN_DIGIT}[十百]?){{0,2}})(?![{CHINESE[1:-1]}年月天日周份只个岁分成%])",
)
_UNITS = {"亿": 10**8, "万": 10**4, "w": 10**4, "千": 1000, "百": 100, "k": 1000, "m": 10**6}
_UNITS |= {"grand": 1000, "thousand": 1000, "million": 10**6}

# ── shares ────────────────────────────────────────────────────────────────────────────────────
_SHARES = (
    (rf"百分之(?P<n>{CHINESE_FRACTION}|{_NUMBER})", Decimal("0.01")),
    (rf"千分之(?P<n>{CHINESE_FRACTION}|{_NUMBER})", Decimal("0.001")),
    (rf"万分之(?P<n>{_NUMBER})", Decimal("0.0001")),
    (rf"(?P<n>{ARABIC})\s*(?:%|％|(?:percent|per cent|pct)(?![a-z]))", Decimal("0.01")),
    (
        rf"(?P<n>(?<![a-z]){ENGLISH}(?:[ -]{ENGLISH})*)\s+(?:percent|per cent)(?![a-z])",
        Decimal("0.01"),
    ),
    (rf"(?P<n>{_NUMBER})个(?:百分)?点", Decimal("0.01")),
    (rf"(?P<n>{_CN_DIGIT}|\d)成(?P<half>半)?(?![立为本交长熟功员])", Decimal("0.1")),
    (r"(?P<n>一)半(?![年个天月夜])", Decimal("0.5")),
)

# ── ordinals ──────────────────────────────────────────────────────────────────────────────────
_THING = r"(?:只|个|款|项|种|支|条|份|位|家|档)"
_ORDINALS = (
    rf"第\s*(?P<n>{_NUMBER})\s*(?P<thing>{_THING}|(?![年季月周天次期大产批时眼步反感名线手]))",
    rf"(?:选择?|要|就)\s*(?P<n>[1-9]|[一二三四五])(?:号|{_THING})?(?=$|[\s，。,.!！吧呢啊])",
    r"(?P<n>[1-9])号(?![楼线公])",
)
_LAST = (
    rf"(?:最后(?:那|面那|这)?|倒数第[一1])(?:一)?{_THING}|the last (?:one|fund|product)|last one"
)
_ENGLISH_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "5th": 5,
}
_ENGLISH_ORDINAL = (
    rf"(?<!\ba )(?:the )?\b(?P<word>{'|'.join(_ENGLISH_ORDINALS)})\b"
    r"(?: (?:one|fund|product|option))?"
    rf"|\b(?:option|number|no\.?) (?P<digit>[1-9])\b"
)

# ── times ─────────────────────────────────────────────────────────────────────────────────────
_TIME_UNIT = r"(?:年|个?季度|个月|月|周|个?星期|礼拜|天|日)"
_ISO = {"年": "Y", "季": "Q", "月": "M", "周": "W", "星": "W", "礼": "W", "天": "D", "日": "D"}
_ENGLISH_TIME = r"(?:year|yr|quarter|month|week|day)s?"
_LENGTH = (
    rf"(?:(?P<half>半)(?P<hunit>年|个月|个季度)|(?P<n>{_NUMBER}){_VAGUE}?(?P<half2>个?半)?"
    rf"(?:\s*[-~到至]\s*{_NUMBER})?\s*(?P<unit>{_TIME_UNIT})(?P<half3>半)?"
    rf"|(?P<en>{ARABIC}|(?<=for )an?(?= )|(?<=in )an?(?= )|(?:(?!an?\b){ENGLISH}[ -]?)+)"
    rf"[\s-]*(?P<eunit>{_ENGLISH_TIME})\b)"
)
_BACK = (
    rf"(?:最近|过去|近|前|这|往前|历史|past|last|previous|recent)(?:的|这)?\s*(?:the\s+)?{_LENGTH}"
    r"(?:以来|来|里|内)?"
)
_BACK_AFTER = (
    rf"{_LENGTH}(?:以来|来(?=[的涨跌收最表业])|前(?=买|入)"
    r"|的?(?:收益|业绩|回报|涨幅|表现|走势|回撤|波动))"
)
_NAMED_PERIODS = (
    (
        r"今年以来|今年到现在|年初到现在|年初至今|从年初"
        r"|今年(?=[的一]*(?:收益|涨|跌|表现|业绩|赚|亏))|year[ -]to[ -]date|\bytd\b|this year",
        "YTD",
    ),
    (r"成立以来|成立到现在|成立至今|since inception|since launch", "MAX"),
    (r"上个?月|last month", "P1M"),
    (r"上个?季度?|上季|last quarter", "P3M"),
    (r"上半年|下半年", "P6M"),
    (r"去年(?:一年|全年)?|last year", "P1Y"),
    (r"上(?:一)?周|上个?星期|last week", "P1W"),
    (r"昨天|昨日|yesterday", "P1D"),
)
_NAMED_HORIZONS = (
    (
        r"随时(?:都)?(?:要|能|可以?)?(?:用|取|赎|支取|取用|拿)(?:出来)?"
        r"|随用随取|随存随取|any ?time",
        "P0D",
    ),
    (r"长期|很久|一直放|养老用|退休前|long[ -]?term|for the long run", "long"),
    (r"短期|short[ -]?term", "P6M"),
    (r"中期|medium[ -]?term", "P2Y"),
    (r"(?:明年|下一年|next year)(?:底|年底)?", "P1Y"),
    (r"后年", "P2Y"),
    (r"下个月|next month", "P1M"),
    (r"下个?季度|next quarter", "P3M"),
    (r"年底|end of (?:the )?year", "P6M"),
)


def find_quantities(folded: str) -> Iterator[Found]:
    """Find sums, shares, ordinals and times.

    Args:
        folded: the message with half-width, lower-case, simplified characters in their places.

    """
    yield from _percentages(folded)
    yield from _ordinals(folded)
    yield from _times(folded)
    yield from _amounts(folded)


def _amounts(text: str) -> Iterator[Found]:
    for pattern in _COMPILED["amounts"]:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            value = _first_number(match["n"])
            if value is None or _inside_code(text, match.start("n")):
                continue
            if _FUND_CODE.search(match.group()):
                continue
            unit = groups.get("unit")
            if unit:
                value *= _UNITS[unit]
                tail = groups.get("tail")
                if tail:
                    digit = number(tail)
                    value += (digit or 0) * Decimal(_UNITS[unit]) / 10
            if value <= 0:
                continue
            start, end = _trimmed(text, match.start(), match.end())
            yield Found("amount", _plain(value), start, end, weight=1)


def _percentages(text: str) -> Iterator[Found]:
    for pattern, factor in _COMPILED_SHARES:
        for match in pattern.finditer(text):
            value = Decimal(1) if "一半" in match.group() else _first_number(match["n"])
            if value is None:
                continue
            if match.groupdict().get("half"):
                value += Decimal("0.5")
            yield Found("percentage", float(value * factor), match.start(), match.end(), weight=3)


def _ordinals(text: str) -> Iterator[Found]:
    for match in _COMPILED["last"][0].finditer(text):
        yield Found("ordinal", -1, match.start(), match.end(), weight=3)
    for match in _COMPILED["english_ordinal"][0].finditer(text):
        word = match["word"]
        value = _ENGLISH_ORDINALS[word] if word else int(match["digit"])
        yield Found("ordinal", value, match.start(), match.end(), weight=2)
    for pattern in _COMPILED["ordinals"]:
        for match in pattern.finditer(text):
            parsed = number(match["n"])
            if parsed is not None and parsed == parsed.to_integral_value() and 0 < parsed < 100:
                yield Found("ordinal", int(parsed), match.start(), match.end(), weight=2)


def _times(text: str) -> Iterator[Found]:
    for pattern, value in _COMPILED_PERIODS:
        for match in pattern.finditer(text):
            yield Found("period", value, match.start(), match.end(), weight=3)
    for pattern, value in _COMPILED_HORIZONS:
        for match in pattern.finditer(text):
            yield Found("horizon", value, match.start(), match.end(), weight=2)
    for name, entity, weight in (
        ("back", "period", 4),
        ("back_after", "period", 3),
        ("length", "horizon", 2),
    ):
        for match in _COMPILED[name][0].finditer(text):
            length = _duration(match)
            if length is None or _inside_code(text, match.start()):
                continue
            end = match.end()
            if name == "length" and _is_rate(text, match.start(), end):
                continue
            if name == "back_after":
                end = match.end("unit") if match["unit"] else match.end()
                end = match.end("hunit") if match["hunit"] else end
                if match.group().endswith("以来"):
                    end = match.end()
            if name == "length":
                end += len(_MORE_OR_LESS.match(text, end).group())  # type: ignore[union-attr]
            yield Found(entity, length, match.start(), end, weight=weight)


def _duration(match: re.Match[str]) -> str | None:
    """Read the parts of ``_LENGTH`` as an ISO-8601 duration."""
    if match["half"]:
        return {"年": "P6M", "个月": "P15D", "个季度": "P45D"}[match["hunit"]]
    if match["en"]:
        value = _first_number(match["en"])
        unit = match["eunit"][0].upper()
    else:
        value = _first_number(match["n"])
        unit = _ISO[match["unit"].lstrip("个")[0]]
    if value is None:
        return None
    halves = bool(match["half2"] or match["half3"]) + 0
    months = {"Y": 12, "Q": 3, "M": 1}.get(unit)
    if months is None:
        whole = int(value) if value == value.to_integral_value() else None
        return None if whole is None or not 0 < whole <= 10_000 else f"P{whole}{unit}"
    total = value * months + (Decimal(months) / 2 if halves else 0)
    if unit == "Y" and not halves and value == value.to_integral_value():
        # 2023年, 24年: a calendar year, not a length.
        return f"P{int(value)}Y" if 0 < value <= 60 else None
    if total != total.to_integral_value() or not 0 < total <= 720:
        return None
    return f"P{int(total)}M"


def _first_number(text: str) -> Decimal | None:
    """Read a number; of 两三 (two or three) the lower."""
    pair = re.fullmatch(rf"({_CN_DIGIT})({_CN_DIGIT})(十|百|千|万)?", text)
    if pair and (DIGITS[pair[2]] == DIGITS[pair[1]] + 1 or text.startswith("三五")):
        return number(pair[1] + (pair[3] or ""))
    pair = re.fullmatch(rf"(十)({_CN_DIGIT})({_CN_DIGIT})", text)
    if pair and DIGITS[pair[3]] == DIGITS[pair[2]] + 1:
        return number(pair[1] + pair[2])
    return number(text)


def _is_rate(text: str, start: int, end: int) -> bool:
    """Tell whether the length is how often something happens, not how long it may take."""
    return bool(_EACH.search(text[:start]) or _PER_UNIT.match(text[start:]))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _inside_code(text: str, position: int) -> bool:
    """Tell whether the number is the tail of a longer word or number, such as a product code."""
    return position > 0 and (text[position - 1].isdigit() or text[position - 1] in "rc.")


_FUND_CODE = re.compile(r"(?<!\d)\d{4}(?:[1-9]\d|\d[1-9])$")
"""Six digits without a unit that are no round sum."""
_EACH = re.compile(r"(?:每|每隔|every |per |each )$")
_PER_UNIT = re.compile(
    r"[一1](?:个月|年|天|周|个季度)(?:定?投|存|扣|省|攒|拿|几|多少|大概|能|赚|要?交|收|掉|跌|亏|涨)"
    r"|三天两头"
)
_MORE_OR_LESS = re.compile(r"(?:以上|以内|之内|之后|以后|后)?")
_COMPILED = {
    "amounts": [re.compile(pattern) for pattern in _AMOUNTS],
    "ordinals": [re.compile(pattern) for pattern in _ORDINALS],
    "last": [re.compile(_LAST)],
    "english_ordinal": [re.compile(_ENGLISH_ORDINAL)],
    "back": [re.compile(_BACK)],
    "back_after": [re.compile(_BACK_AFTER)],
    "length": [re.compile(_LENGTH)],
}
_COMPILED_SHARES = [(re.compile(pattern), factor) for pattern, factor in _SHARES]
_COMPILED_PERIODS = [(re.compile(pattern), value) for pattern, value in _NAMED_PERIODS]
_COMPILED_HORIZONS = [(re.compile(pattern), value) for pattern, value in _NAMED_HORIZONS]
