"""Finds and masks what identifies a person in a text: names, phones, papers, cards, addresses.

Pure, and never raises. Masking the same text twice changes nothing more. It prefers masking a
number too many to letting one through, yet leaves dates, money, fund codes, percentages and
public service numbers alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌"
    "马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚"
    "邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐"
    "邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊甄"
    "曲封储靳邴松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶"
    "黎薄印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边"
    "扈燕冀尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖庾终居衡步都耿满弘匡国文寇广东殴沃利蔚越夔隆师"
    "巩聂晁勾敖融冷辛阚那简饶空曾毋沙养鞠须丰巢关蒯相查后荆红游竺权盖益桓公肖付闫"
)
_COMPOUND = (
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|夏侯|诸葛|尉迟|皇甫|澹台|公孙|轩辕|令狐|慕容|司徒|司空"
)
_COMMON_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
"""After words that are mostly followed by something else than a name."""

_HAN_NAME = rf"(?:{_COMPOUND}|[{_SURNAMES}])[\u4e00-\u9fff·]{{1,3}}"
_COMMON_NAME = rf"(?:{_COMPOUND}|[{_COMMON_SURNAMES}])[\u4e00-\u9fff·]{{1,2}}"
_HAN_DIGIT = "零〇一二三四五六七八九幺两"

_AFTER_NAME = r"[\s，。,.!！?？；;、:：]|$|的|身份|手机|电话|今年|账|帐|卡"
_IS = r"\s*(?:是|为|叫|[:：=])?\s*"
_EDGE = r"(?<![0-9A-Za-z.])"
_END = r"(?![0-9A-Za-z])"


@dataclass(frozen=True)
class Finding:
    """A piece of personal data: what it is and where it stands, ``text[start:end]``."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class _Rule:
    """A pattern whose group ``value``, or ``other``, is masked unless ``accept`` refuses it."""

    kind: str
    pattern: re.Pattern[str]
    hide: Callable[[str], str]
    accept: Callable[[str], bool] = lambda _value: True


def _keep(head: int, tail: int) -> Callable[[str], str]:
    """Star all letters and digits but the first ``head`` and the last ``tail`` of them."""

    def hide(value: str) -> str:
        places = [index for index, character in enumerate(value) if character.isalnum()]
        shown = {*places[:head], *(places[-tail:] if tail else [])}
        return "".join(
            "*" if character.isalnum() and index not in shown else character
            for index, character in enumerate(value)
        )

    return hide


def _hide_name(value: str) -> str:
    return value[0] + "*" * (len(value) - 1)


def _hide_email(value: str) -> str:
    user, _, host = value.partition("@")
    return f"{user[0]}***@{host}"


def _digits(value: str) -> str:
    return "".join(str(int(character)) for character in value if character.isdigit())


def _luhn(value: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(_digits(value))):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _is_card(value: str) -> bool:
    """16 to 19 digits always; shorter ones only if their check digit is right."""
    length = len(_digits(value))
    return 16 <= length <= 19 or (13 <= length <= 15 and _luhn(value))


_RULES = (
    _Rule("email", re.compile(r"(?P<value>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)", re.ASCII), _hide_email),
    _Rule(
        "identity_card",
        re.compile(
            rf"(?:身份证|证件|护照|通行证|passport|id\s+card)(?:号码?|编号|\s*(?:no\.?|number))?"
            rf"(?:\s+is)?{_IS}(?P<value>[A-Za-z]{{0,2}}\d{{6,18}}[Xx]?){_END}",
            re.IGNORECASE,
        ),
        _keep(1, 2),
    ),
    _Rule(
        "account",
        re.compile(
            r"(?:账号|帐号|账户号?|帐户号?|卡号|客户号|客户编号|保单号|合同号|交易账户|微信号?|"
            r"account(?:\s*(?:no\.?|number))?|card(?:\s*(?:no\.?|number))|wechat)(?:\s+is)?"
            rf"{_IS}(?P<value>(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{{6,}}){_END}",
            re.IGNORECASE,
        ),
        _keep(0, 3),
    ),
    _Rule(
        "identity_card",
        re.compile(
            rf"{_EDGE}(?P<value>[1-9]\d{{5}}[ -]?(?:18|19|20)\d{{2}}(?:0[1-9]|1[0-2])"
            rf"(?:0[1-9]|[12]\d|3[01])[ -]?\d{{3}}[\dXxＸｘ]){_END}"
        ),
        _keep(3, 2),
    ),
    _Rule(
        "phone",
        re.compile(rf"{_EDGE}(?P<value>(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:[ -]?\d{{4}}){{2}}){_END}"),
        _keep(3, 2),
    ),
    _Rule(
        "phone",
        re.compile(rf"{_EDGE}(?P<value>[(（]?0\d{{2,3}}[)）]?[ -]?[2-9]\d{{6,7}}){_END}"),
        _keep(3, 2),
    ),
    _Rule(
        "phone",
        re.compile(
            rf"(?<![{_HAN_DIGIT}])(?P<value>[一幺][三四五六七八九](?:\s?[{_HAN_DIGIT}]){{9}})"
            rf"(?![{_HAN_DIGIT}])"
        ),
        _keep(2, 1),
    ),
    _Rule(
        "bank_card",
        re.compile(
            rf"{_EDGE}(?P<value>\d{{13,19}}|\d{{4}}(?:[ -]\d{{4}}){{2,3}}[ -]\d{{1,4}}){_END}"
        ),
        _keep(0, 4),
        _is_card,
    ),
    _Rule(
        "name",
        re.compile(
            rf"(?:姓名|户名){_IS}(?P<value>{_HAN_NAME})"
            r"|(?:持卡人|联系人|收款人|经办人|受益人|委托人|投保人|被保险人|开户人|客户名称?)"
            rf"\s*[是为叫:：=]\s*(?P<other>{_HAN_NAME})"
        ),
        _hide_name,
    ),
    _Rule(
        "name",
        re.compile(
            rf"(?:我叫|我的名字(?:叫|是)|名叫)\s*(?P<value>{_HAN_NAME}?)(?={_AFTER_NAME})"
            rf"|(?:我是|本人叫?)\s*(?P<other>{_COMMON_NAME}?)(?={_AFTER_NAME})"
        ),
        _hide_name,
    ),
    _Rule(
        "name",
        re.compile(
            r"(?i:my\s+name\s+is|account\s+holder\s*(?:is|:)|full\s+name\s*(?:is|:)|\bname\s*[:=])"
            r"\s*(?P<value>[A-Z][a-z'-]+(?:\s+[A-Z][a-z'-]+){0,2})"
        ),
        lambda value: " ".join(part[0] + "*" * (len(part) - 1) for part in value.split()),
    ),
)


_NARROW = str.maketrans({chr(0xFF01 + place): chr(0x21 + place) for place in range(94)})
"""Full-width letters, digits and signs to the plain ones, one for one."""


def _findings(text: str) -> Iterator[tuple[Finding, str]]:
    narrow = text.translate(_NARROW)
    taken = [False] * len(text)
    for rule in _RULES:
        for match in rule.pattern.finditer(narrow):
            named = "value" if match["value"] else "other"
            start, end = match.span(named)
            value = text[start:end]
            if any(taken[start:end]) or not rule.accept(value):
                continue
            taken[start:end] = [True] * (end - start)
            yield Finding(rule.kind, start, end), rule.hide(value)


def find(text: str) -> list[Finding]:
    """What identifies a person in ``text``, in its order, without overlaps."""
    return sorted((finding for finding, _ in _findings(text)), key=lambda finding: finding.start)


def mask(text: str) -> str:
    """``text`` with every finding starred, but for the few characters that help to recognise it."""
    found = sorted(_findings(text), key=lambda pair: pair[0].start, reverse=True)
    for finding, hidden in found:
        text = text[: finding.start] + hidden + text[finding.end :]
    return text
