"""Numbers as people write them: digits, Chinese numerals, a mixture of both, English words."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "两": 2,
    "俩": 2,
    "仨": 3,
}
_SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE_UNITS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}

CHINESE = f"[{''.join(DIGITS)}{''.join(_SMALL_UNITS)}万萬亿]"
"""A character that Chinese numerals are made of."""

CHINESE_FRACTION = f"{CHINESE}+点[{''.join(DIGITS)}]+"
"""Chinese numerals with a decimal point, such as 三点五."""

ARABIC = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
"""Digits with thousands' commas and a decimal point."""

ENGLISH_WORDS: dict[str, int | Decimal] = {
    **{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7},
    **{"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13},
    **{"fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18},
    **{"nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60},
    **{"seventy": 70, "eighty": 80, "ninety": 90},
    "a": 1,
    "an": 1,
    "half": Decimal("0.5"),
}
_ENGLISH_UNITS = {
    "hundred": 100,
    "thousand": 1000,
    "grand": 1000,
    "k": 1000,
    "million": 1_000_000,
    "m": 1_000_000,
    "billion": 1_000_000_000,
}
ENGLISH = rf"(?:{'|'.join([*ENGLISH_WORDS, *_ENGLISH_UNITS, 'and'])})"
"""A word that English numbers are made of."""


def number(text: str) -> Decimal | None:
    """Read ``text`` as a number, or None where it is none.

    ``1,200.5``, ``三百二``, ``一千五`` (1500), ``两万零五十``, ``3万5`` (35000), ``1.2亿``,
    ``two thousand``, ``50 k``.
    """
    cleaned = text.strip().lower().replace(",", "")
    if re.fullmatch(r"\d+(\.\d+)?", cleaned):
        return Decimal(cleaned)
    if re.search(r"[a-z]", cleaned):
        return _english(cleaned)
    whole, point, fraction = cleaned.partition("点")
    if point and whole and fraction and all(character in DIGITS for character in fraction):
        before = _chinese(whole)
        digits = "".join(str(DIGITS[character]) for character in fraction)
        return None if before is None else before + Decimal(f"0.{digits}")
    return _chinese(cleaned)


def _chinese(text: str) -> Decimal | None:
    total = Decimal(0)  # of finished 亿 and 万
    section = Decimal(0)  # below 万
    digit: Decimal | None = None
    unit = 1  # the last unit that was read, for 一千五
    position = 0
    while position < len(text):
        character = text[position]
        digits = re.match(r"\d+(\.\d+)?", text[position:])
        if digits:
            digit = Decimal(digits.group())
            position += digits.end()
            continue
        if character in DIGITS:
            value = Decimal(DIGITS[character])
            in_a_row = digit is not None and text[position - 1] in DIGITS
            digit = (digit or 0) * 10 + value if in_a_row else value
            if character in "零〇":
                unit = 10
        elif character in _SMALL_UNITS:
            unit = _SMALL_UNITS[character]
            section += (1 if digit is None else digit) * unit
            digit = None
        elif character in _LARGE_UNITS:
            unit = _LARGE_UNITS[character]
            section += digit or 0
            if section == 0 and total == 0:
                return None
            total = (total + section) * unit if total and unit > 10_000 else total + section * unit
            section, digit = Decimal(0), None
        else:
            return None
        position += 1
    if digit is not None:
        # 一千五 is 1500 and 三万五 is 35000: a last digit counts a tenth of the unit before it.
        elliptic = unit >= 100 and digit < 10 and digit == digit.to_integral_value()
        section += digit * unit / 10 if elliptic else digit
    result = total + section
    says_a_number = any(each in DIGITS or each in _SMALL_UNITS or each.isdigit() for each in text)
    return result if says_a_number else None


def _english(text: str) -> Decimal | None:
    total, section, seen = Decimal(0), Decimal(0), False
    words = re.findall(r"\d+(?:\.\d+)?|[a-z]+", text)
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "and" or (word in {"a", "an"} and following in ENGLISH_WORDS):
            continue
        if re.match(r"\d", word):
            section += Decimal(word)
        elif word in ENGLISH_WORDS:
            section += ENGLISH_WORDS[word]
        elif word in _ENGLISH_UNITS:
            unit = _ENGLISH_UNITS[word]
            section = section or Decimal(1)
            if unit == 100:
                section *= unit
            else:
                total, section = total + section * unit, Decimal(0)
        else:
            return None
        seen = True
    return total + section if seen else None
