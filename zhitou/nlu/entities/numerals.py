"""Numbers as people write them: 5万, 1.5w, 十来万, 一千五, 12万8, 三点五, fifty thousand.

Works on folded text. Of an imprecise number the lower end counts: 两三百 is 200, 十几万 is 100000.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    "〇": 0,
    "两": 2,
    "俩": 2,
}
_UNITS = {
    "十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000,
    "万": 10_000, "w": 10_000, "亿": 100_000_000,
}  # fmt: skip
_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {
    "hundred": 100, "thousand": 1000, "k": 1000, "grand": 1000, "million": 1_000_000,
    "mil": 1_000_000, "m": 1_000_000, "billion": 1_000_000_000,
}  # fmt: skip

_HAN = "".join(_DIGITS) + "十拾百佰千仟万亿"
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CHINESE = re.compile(
    rf"(?:{_ARABIC}|[{_HAN}])"
    rf"(?:{_ARABIC}|[{_HAN}]|[来多几余](?=[十百千万亿个块元])|个(?=[亿万])|[wk](?![a-z])|点(?=[{_HAN}]))*"
)
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_ENGLISH = re.compile(
    rf"(?<![a-z\d])(?:(?:{_ARABIC})\s?(?:{_SCALE})(?![a-z])"
    rf"|(?:(?:{_WORD})|(?:an?\s)?(?:hundred|thousand|million|billion))"
    rf"(?:[\s-](?:and\s)?(?:{_WORD}|hundred|thousand|million|billion))*(?![a-z]))"
)
_RANGE = frozenset({"-", "~", "—", "到", "至", " to "})
_PIECE = re.compile(rf"{_ARABIC}|.")


class Number(NamedTuple):
    """A number found in text; ``scaled`` tells whether it names a unit such as 万 or thousand."""

    start: int
    end: int
    value: float
    scaled: bool


def numbers(folded: str) -> list[Number]:
    """All numbers in already folded text, from left to right."""
    found = [
        Number(match.start(), match.end(), value, scaled)
        for match in _ENGLISH.finditer(folded)
        if (parsed := _english(match.group())) is not None
        for value, scaled in (parsed,)
    ]
    taken = [(number.start, number.end) for number in found]
    for match in _CHINESE.finditer(folded):
        if any(match.start() < end and start < match.end() for start, end in taken):
            continue
        parsed = chinese(match.group())
        if parsed is not None:
            found.append(Number(match.start(), match.end(), *parsed))
    return _join_ranges(folded, sorted(found))


def _join_ranges(folded: str, found: list[Number]) -> list[Number]:
    """Of 5-10万 and 三到五年 make one number with the lower value."""
    joined: list[Number] = []
    for number in found:
        if joined and folded[joined[-1].end : number.start] in _RANGE:
            low = joined[-1]
            unit = _UNITS.get(folded[number.end - 1], 1)
            value = low.value if low.scaled or unit < 100 else low.value * unit
            if low.value > 0 and value < number.value:
                joined[-1] = Number(low.start, number.end, value, number.scaled or low.scaled)
                continue
        joined.append(number)
    return joined


def chinese(text: str) -> tuple[float, bool] | None:
    """The value of a Chinese or Arabic numeral, and whether a unit from 百 on stands in it."""
    if "点" in text:
        whole, _, fraction = text.partition("点")
        head = chinese(whole)
        if head is None or not all(char in _DIGITS for char in fraction):
            return None
        digits = "".join(str(_DIGITS[char]) for char in fraction)
        return head[0] + float(f"0.{digits}"), head[1]
    total = section = 0.0
    current: float | None = None
    last_unit, scaled, after_zero = 1, False, False
    for piece in _PIECE.findall(text):
        if piece in "来多几余个":
            continue
        if piece in _UNITS:
            unit = _UNITS[piece]
            scaled = scaled or unit >= 100
            if unit >= 10_000:
                total = (total + section + (current or 0.0) or 1.0) * unit
                section = 0.0
            else:
                section += (1.0 if current is None else current) * unit
            current, last_unit, after_zero = None, unit, False
        elif piece in _DIGITS:
            # Of 两三百 the first digit counts; 二零二四 is read as digits.
            if current is None:
                current = float(_DIGITS[piece])
            elif current == 0 or _DIGITS[piece] == 0:
                current = current * 10 + _DIGITS[piece]
            after_zero = after_zero or piece in "零〇"
        else:
            current = float(piece.replace(",", ""))
    if current is not None and last_unit >= 100 and not after_zero and 0 < current < 10:
        current *= last_unit / 10
    return total + section + (current or 0.0), scaled


def _english(text: str) -> tuple[float, bool] | None:
    words = [w for w in re.split(r"[\s-]+|(?<=\d)(?=[a-z])", text) if w not in {"and", ""}]
    total, current, scaled = 0.0, 0.0, False
    if words and words[0] in {"a", "an"}:
        words = words[1:]
        current = 1.0
    for word in words:
        if word in _SCALES:
            scaled = True
            current = (current or 1.0) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0.0
        elif word in _WORDS:
            current = (0.0 if current % 100 and _WORDS[word] >= 20 else current) + _WORDS[word]
        else:
            current = float(word.replace(",", ""))
    return (total + current, scaled) if words else None
