"""Find amounts, percentages and ordinals, and hand durations to :mod:`.durations`.

Amounts come out in yuan, percentages as fractions (0.05), ordinals as 1, 2, … and -1 for the last.
What the words around a number must or must not be stands in ``terms.yml`` under ``quantities``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from zhitou.nlu.entities.durations import DurationFinder
from zhitou.nlu.entities.found import Found
from zhitou.nlu.entities.numerals import Number, chinese, numbers
from zhitou.nlu.normalise import fold
from zhitou.nlu.phrases import Phrases

_HAN = "零一二两三四五六七八九十"
_CURRENCY = re.compile(
    r"[来多]?(?:元|块钱|块|圆|人民币|rmb(?![a-z])|cny(?![a-z])|\s?yuan(?![a-z])|\s?bucks(?![a-z]))"
)
_SIGN = re.compile(r"[¥$￥]\s?$")
_PERCENT = re.compile(
    r"\s?(?:%|个百分点|百分点|个点|percent(?![a-z])|per cent(?![a-z])|pct(?![a-z]))"
)
_PARTS = re.compile(
    r"(?P<of>百|千|万)分之(?P<n>[零一二两三四五六七八九十百]+(?:点[零一二三四五六七八九]+)?|\d+(?:\.\d+)?)"
)
_TENTHS = re.compile(
    r"(?P<n>[一二两三四五六七八九])成(?P<half>半)?(?![立为功本交年人品熟色都长员不])"
)
_HALF = re.compile(r"(?:赎回?|卖掉?|卖出|减|减掉|留|取|转|投|亏了?|换)(?:个|掉|出)?(?P<half>一半)")
_ORDINAL = re.compile(
    rf"第(?P<n>[{_HAN}]+|\d{{1,2}})"
    r"(?:个(?!月)|只|支(?!柱)|款|项|种|条|档|号|(?=$|[,，。?？!！ 呢吧啊]))"
    rf"|(?<![{_HAN}\d])(?:选|要|就)(?P<pick>[1-9一二三四五六])(?=$|[,，。!！ 号吧呀啊])"
    r"|(?P<last>最后(?:那|这)?(?:一)?(?:个|只|支|款|项|种)|倒数第一(?:个|只|款))"
)
_ORDINAL_ENGLISH = re.compile(
    r"(?<![a-z])(?:the\s)?(?P<n>first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)"
    r"\s(?:one|fund|option|product|choice|item)(?![a-z])"
    r"|(?<![a-z])(?:option|number)\s?(?P<d>[1-9])(?!\d)"
)
_ENGLISH_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "last": -1,
}  # fmt: skip
_SHORTEST_ALONE = 100
"""A bare number that is the whole message is money from this many yuan on."""
_MOST_DIGITS = 9


class QuantityFinder:
    """Finds every kind of quantity in a message."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._ignore = Phrases((phrase, True) for phrase in rules["ignore"])
        self._money_before = _endings(rules["money_before"])
        self._not_money_after = tuple(fold(word) for word in rules["not_money_after"])
        self._not_money_before = tuple(fold(word) for word in rules["not_money_before"])
        self._durations = DurationFinder(rules)

    def find(self, text: str) -> list[Found]:
        """Quantities in ``text``; of those that overlap, the resolver keeps the longest."""
        folded = fold(text)
        ignored = [(start, end) for start, end, _ in self._ignore.find(folded)]
        kept = [
            number
            for number in numbers(folded)
            if not any(start <= number.start < end for start, end in ignored)
        ]
        percentages = self._percentages(folded, kept)
        ordinals = self._ordinals(folded)
        elsewhere = [(item.start, item.end) for item in (*percentages, *ordinals)]
        amounts = [
            amount
            for number in kept
            if not any(start <= number.start < end for start, end in elsewhere)
            if (amount := self._amount(folded, number)) is not None
        ]
        return [*amounts, *percentages, *ordinals, *self._durations.find(folded, kept)]

    def _amount(self, folded: str, number: Number) -> Found | None:
        start, end = number.start, number.end
        before, after = folded[:start].rstrip(), folded[end:]
        if before.endswith(self._not_money_before):
            return None
        currency = _CURRENCY.match(after)
        if currency:
            return _money(number, start, end + currency.end())
        sign = _SIGN.search(folded[:start])
        if sign:
            return _money(number, sign.start(), end)
        plain = folded[start:end].isdigit()
        rest = after.lstrip().lstrip("来多余")
        if rest.startswith(self._not_money_after) or (plain and end - start > _MOST_DIGITS):
            return None
        scaled = number.scaled and number.value >= _SHORTEST_ALONE
        cued = self._money_before.search(before) is not None and number.value > 0
        alone = folded.strip(" 吧。.!") == folded[start:end] and number.value >= _SHORTEST_ALONE
        if scaled or alone or (cued and _looks_like_money(folded, number)):
            return _money(number, start, end)
        return None

    def _percentages(self, folded: str, kept: Sequence[Number]) -> list[Found]:
        found = []
        for match in _PARTS.finditer(folded):
            parsed = chinese(match["n"])
            if parsed is not None:
                whole = {"百": 100, "千": 1000, "万": 10_000}[match["of"]]
                found.append(_share(parsed[0] / whole, *match.span()))
        for match in _TENTHS.finditer(folded):
            parsed = chinese(match["n"])
            if parsed is not None:
                found.append(_share(parsed[0] / 10 + (0.05 if match["half"] else 0), *match.span()))
        for match in _HALF.finditer(folded):
            found.append(_share(0.5, *match.span("half")))
        for number in kept:
            unit = _PERCENT.match(folded, number.end)
            if unit:
                found.append(_share(number.value / 100, number.start, unit.end()))
        return found

    def _ordinals(self, folded: str) -> list[Found]:
        found = []
        for match in _ORDINAL.finditer(folded):
            written = match["n"] or match["pick"]
            parsed = chinese(written) if written else (-1.0, False)
            if parsed is not None:
                found.append(Found("ordinal", int(parsed[0]), *match.span()))
        for match in _ORDINAL_ENGLISH.finditer(folded):
            place = _ENGLISH_ORDINALS[match["n"]] if match["n"] else int(match["d"])
            found.append(Found("ordinal", place, *match.span()))
        return found


def _endings(words: Sequence[str]) -> re.Pattern[str]:
    """Matches where one of the words ends the text, with a filler such as 个 or 了 after it."""
    longest_first = sorted({fold(word) for word in words}, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, longest_first))})(?:个|了|它|差不多|大概)?$")


def _looks_like_money(folded: str, number: Number) -> bool:
    """Whether a bare number after a word of money is money: 投2000, 跌到1.2, but not 买3."""
    written = folded[number.start : number.end]
    return number.value >= 10 or "." in written


def _money(number: Number, start: int, end: int) -> Found:
    value = round(number.value, 4)
    return Found("amount", int(value) if value.is_integer() else value, start, end)


def _share(value: float, start: int, end: int) -> Found:
    return Found("percentage", round(value, 8), start, end)
