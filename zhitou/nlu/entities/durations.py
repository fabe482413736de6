"""Find durations and decide whether they look back (period) or ahead (horizon); in doubt ahead.

Values are ISO 8601 durations (P3Y, P6M, P2W, P90D) or the words of ``terms.yml``: YTD, MAX, long,
short.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from zhitou.nlu.entities.found import Found
from zhitou.nlu.entities.numerals import Number
from zhitou.nlu.normalise import fold
from zhitou.nlu.phrases import Phrases, expand

_UNIT = re.compile(
    r"[来多几]?(?:个)?(?:(?P<y>年(?P<yhalf>半)?)|(?P<q>季度)|(?P<w>星期|礼拜|周(?!岁|边|刊|报))"
    r"|(?P<d>天|日(?!元|经|股)))"
    r"|[来多几]?个(?P<m>半?月)"
    r"|[\s-]?(?P<e>year|month|week|day|yr|mo)s?(?![a-z])"
)
_HALF = re.compile(r"(?:大)?半(?:(?P<y>年)|个(?P<m>月))|half an? (?P<ey>year)|six[- ]months?")
_OPEN_END = ("以上", "及以上", " or more", " or longer", "+")
_ISO = {"year": "Y", "yr": "Y", "month": "M", "mo": "M", "week": "W", "day": "D"}
_LONGEST_YEARS = 60
_SHORTEST_DAYS = 7


class DurationFinder:
    """Finds durations among the numbers of a message."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._words = Phrases(
            (text, (entity, value))
            for entity, key in (("horizon", "horizon_words"), ("period", "period_words"))
            for value, entries in rules[key].items()
            for entry in entries
            for text in expand(entry)
        )
        self._backward_before = _one_of(rules["backward_before"], r"(?:这)?\s?$")
        self._backward_after = _one_of(rules["backward_after"], "", r"(?![说看讲自回电到])")
        self._passed_before = tuple(fold(word) for word in rules["passed_before"])
        self._never_before = _one_of(rules["no_duration_before"], r"\s?$")
        self._never_after = tuple(fold(word) for word in rules["no_duration_after"])
        self._rate_after = tuple(fold(word) for word in rules["rate_after"])
        self._wait_before = _one_of(rules["horizon_before"], r"(?:个|了|满|在)?\s?$")

    def find(self, folded: str, numbers: Sequence[Number]) -> list[Found]:
        """Periods and horizons in already folded text with these numbers in it."""
        found = [
            Found(entity, value, start, end)
            for start, end, (entity, value) in self._words.find(folded)
        ]
        for number in numbers:
            unit = _UNIT.match(folded, number.end)
            if unit:
                value = _iso(number.value, unit)
                if value is not None:
                    found.extend(self._judge(folded, number.start, unit.end(), value))
        for match in _HALF.finditer(folded):
            if match["y"] or match["m"] or match["ey"]:
                value = "P15D" if match["m"] else "P6M"
                found.extend(self._judge(folded, match.start(), match.end(), value))
        return found

    def _judge(self, folded: str, start: int, end: int, value: str) -> list[Found]:
        before, after = folded[:start], folded[end:]
        if self._never_before.search(before):
            return []
        cue = self._backward_before.search(before)
        since = self._backward_after.match(after)
        if cue or since:
            begin = cue.start() if cue else start
            return [Found("period", value, begin, end + (since.end() if since else 0))]
        if after.startswith(self._never_after):
            return []
        ahead = after.startswith(("后", "之后", "以后"))
        if not ahead and (before.endswith(self._passed_before) or after.startswith("了")):
            return [Found("period", value, start, end)]
        waits = self._wait_before.search(before.rstrip()) is not None
        single = value in {"P1Y", "P1M", "P1W", "P1D"}
        if single and not waits and after.lstrip().startswith(self._rate_after):
            return []
        if value.endswith("D") and int(value[1:-1]) < _SHORTEST_DAYS and not waits:
            return []
        for ending in _OPEN_END:
            if after.startswith(ending):
                return [Found("horizon", value, start, end + len(ending))]
        return [Found("horizon", value, start, end)]


def _iso(count: float, unit: re.Match[str]) -> str | None:
    """``P3Y`` for three years, or None for what is no duration (2023年)."""
    letter = _ISO[unit["e"]] if unit["e"] else ""
    if unit["y"] or letter == "Y":
        if count > _LONGEST_YEARS:
            return None
        months = round(count * 12) + (6 if unit["yhalf"] else 0)
        return f"P{months // 12}Y" if months % 12 == 0 else f"P{months}M"
    whole = int(count)
    if whole != count or whole <= 0:
        return None
    if unit["q"]:
        return f"P{whole * 3}M"
    if unit["m"]:
        return f"P{whole}M" if unit["m"] == "月" else f"P{whole * 30 + 15}D"
    if letter:
        return f"P{whole}{letter}"
    return f"P{whole}{'W' if unit['w'] else 'D'}"


def _one_of(words: Sequence[str], after: str, not_after: str = "") -> re.Pattern[str]:
    longest_first = sorted({fold(word) for word in words}, key=len, reverse=True)
    pattern = "|".join(
        (rf"(?<![a-z]){re.escape(word)}" if word.isascii() else re.escape(word))
        for word in longest_first
    )
    return re.compile(rf"(?:{pattern}){not_after}{after}")
