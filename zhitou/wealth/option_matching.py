"""Which option of a question a customer means: by letter, ordinal, number, figure or words.

It never guesses: where two options fit, or none, there is no match and the question is asked
again. A customer who asks something back has not answered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from zhitou.wealth.questionnaire import Option, Question

LONGEST_ANSWER = 300
"""Characters; a longer text is a story, not an answer."""

_LONGEST_WISH = 20
"""Characters of a wish to go back to the question before."""

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_NUMBER = "[零〇一二两三四五六七八九十百千]+"
_ENGLISH_ORDINALS = {
    word: f"第{position}"
    for position, words in enumerate(
        ("first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th"), start=1
    )
    for word in words.split()
} | {"last one": "末", "last": "末", "最后": "末", "倒数第一": "末"}
_ENGLISH_ORDINAL = re.compile("|".join(sorted(_ENGLISH_ORDINALS, key=len, reverse=True)))
_NOISE = re.compile(r"<[^<>]*>|(?<=\d),(?=\d{3})")
"""Markup, and the commas inside large figures."""
_CORRECTION = re.compile(r"不对|说错了?|选错了?|错了|改成|改选|更正|no wait|i mean")
_ASKS_BACK = re.compile(
    r"什么|怎么|为啥|为何|是啥|啥意思|哪[个种款项里]|多少|是不是|有没有|能不能|可不可以|吗|意思|区别|解释|"
    r"\b(?:what|why|how|which|mean)\b"
)
_FILLER = re.compile(
    r"嗯+|呃+|额+|啊+|哦+|那个|这个|就是说|就是|我觉得|我想|我认为|感觉|大概|可能|差不多|估计|左右|麻烦|谢谢|"
    r"请|帮我|应该|还是|那就|就|我的?|答案|选择|选项?|填|勾|吧|呢|呀|嘛|了(?!解)|的|"
    r"\b(?:i(?:'d| would| will|'ll)? ?(?:choose|pick|say|go with|think|take)|my answer is|"
    r"answer|option|choice|number|the|one|please|is|it's)\b"
)
_GO_BACK = re.compile(r"上一?[题道问个]|前一[题道个]|返回上|previous|go back")
_PUNCTUATION = re.compile(r"[^\w%+]+|_")
_QUESTION_NUMBER = re.compile(rf"第(?:\d+|{_HAN_NUMBER})[题问道]")
_AFFIX = "[项号条种款个]?"
_CHOICE = re.compile(
    r"(?<![a-z0-9])(?P<letter>[a-z])(?![a-z0-9股类轮+])"
    rf"|倒数第(?P<from_end>\d+|{_HAN_NUMBER})|第(?P<ordinal>\d+|{_HAN_NUMBER})|(?P<last>末)"
)
_ENGLISH_ARTICLE = re.compile(r"\b[ai] +(?=[a-z]{2})")
_BARE_NUMBER = re.compile(rf"(\d+|{_HAN_NUMBER}){_AFFIX}")
_NEGATED = re.compile(r"(?:没有?|不(?:是|想|会|要|太|能)?|别|非|无)\s*$")
_FIGURE = re.compile(
    rf"(?:(?P<of>\d+|{_HAN_NUMBER})分之)?(?P<number>\d+(?:\.\d+)?|{_HAN_NUMBER}|半)[多来几]?个?"
    r"(?P<scale>[万亿千百wk])?(?P<unit>月|年半|年|%|成|元|块)?"
)
_SCALES = {"百": 100, "千": 1000, "k": 1000, "万": 10**4, "w": 10**4, "亿": 10**8}
_UNITS = {"yuan": ("元", "块"), "percent": ("%", "成"), "year": ("年", "年半", "月")}
_INTERVAL = re.compile(r"\s*[-~到至—]\s*")
_BELOW = re.compile(
    r"以内|之内|不(?:能|会)?超过|别超过|不到|没到|最多|以下|少于|小于|低于|less than|under"
)
_ABOVE = re.compile(r"以上|超过|多|大于|高于|不止|more than|over|above")
_NUDGE = Decimal("0.001")

_Figure = tuple[Decimal, str | None]


def match_option(question: Question, said: str) -> Option | None:
    """The option that the customer's words mean, or None where that is not certain."""
    text = _NOISE.sub("", unicodedata.normalize("NFKC", said).casefold()).strip()
    if not text or len(text) > LONGEST_ANSWER:
        return None
    text = _CORRECTION.split(text)[-1] or text
    exact = _by_exact_words(question, text)
    if exact or _ASKS_BACK.search(text):
        return exact
    return _by_choice(question, text) or _by_figure(question, text) or _by_part(question, text)


def wants_previous(said: str) -> bool:
    """Whether the customer asks for the question before, to answer it otherwise."""
    text = unicodedata.normalize("NFKC", said).casefold()
    return len(text) <= _LONGEST_WISH and bool(_GO_BACK.search(text))


def _bare(text: str) -> str:
    """The words that carry meaning, without spaces and punctuation."""
    return _PUNCTUATION.sub("", _FILLER.sub("", text))


def _forms(text: str) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _PUNCTUATION.sub("", plain), _bare(plain)


def _by_exact_words(question: Question, text: str) -> Option | None:
    for position in (0, 1):
        said = _forms(text)[position]
        found = [
            option
            for option in question.options
            if said and said in {_forms(words)[position] for words in (option.text, *option.also)}
        ]
        if len(found) == 1:
            return found[0]
    return None


def _by_choice(question: Question, text: str) -> Option | None:
    """A letter, an ordinal or a bare number: ``选B``, ``第二个``, ``3``, ``the last one``."""
    text = _ENGLISH_ORDINAL.sub(lambda word: _ENGLISH_ORDINALS[word[0]], text)
    text = _ENGLISH_ARTICLE.sub("", _QUESTION_NUMBER.sub("", text))
    number = _BARE_NUMBER.fullmatch(_bare(text))
    if number:
        return _at(question, _integer(number[1]))
    spoken = _FILLER.sub(" ", text)
    count = len(question.options)
    positions = set()
    for match in _CHOICE.finditer(spoken):
        if _NEGATED.search(spoken[: match.start()]):
            continue
        if match["letter"]:
            positions.add(ord(match["letter"]) - ord("a") + 1)
        elif match["ordinal"]:
            positions.add(_integer(match["ordinal"]))
        else:
            positions.add(count + 1 - (_integer(match["from_end"]) if match["from_end"] else 1))
    return _at(question, positions.pop()) if len(positions) == 1 else None


def _at(question: Question, position: int) -> Option | None:
    return question.options[position - 1] if 1 <= position <= len(question.options) else None


def _by_figure(question: Question, text: str) -> Option | None:
    """A figure in the question's unit: ``大概30万``, ``三五年``, ``10%以内``, ``半年``."""
    if question.unit is None:
        return None
    ends = list(_figures(question.unit, text))
    if not ends:
        return None
    if len(ends) > 1:
        ends = [min(ends), max(ends) * (1 - _NUDGE)]
    elif _BELOW.search(text):
        ends = [ends[0] * (1 - _NUDGE)]
    elif _ABOVE.search(text):
        ends = [ends[0] * (1 + _NUDGE)]
    fitting = [
        option
        for option in question.options
        if option.has_range
        and all(
            (option.low is None or option.low <= figure)
            and (option.high is None or figure < option.high)
            for figure in ends
        )
    ]
    return fitting[0] if len(fitting) == 1 else None


def _figures(kind: str, text: str) -> Iterator[Decimal]:
    """All figures of the text that can be of this kind, in its base unit."""
    compact = text.replace(" ", "").replace("一半", "50%" if kind == "percent" else "一半")
    matches = list(_FIGURE.finditer(compact))
    for index, match in enumerate(matches):
        scale, unit = match["scale"], _unit(match)
        following = matches[index + 1] if index + 1 < len(matches) else None
        if following and _INTERVAL.fullmatch(compact, match.end(), following.start()):
            scale = scale or following["scale"]
            unit = unit or _unit(following)
        if unit is not None and unit not in _UNITS[kind]:
            continue
        if scale and kind != "yuan":
            continue
        of = Decimal(_integer(match["of"])) if match["of"] else Decimal(100)
        for number in _numbers(match["number"]):
            if of:
                yield _in_base_unit(number * 100 / of * _SCALES.get(scale or "", 1), unit)


def _unit(match: re.Match[str]) -> str | None:
    return "%" if match["of"] else match["unit"]


def _in_base_unit(number: Decimal, unit: str | None) -> Decimal:
    if unit == "月":
        return number / 12
    if unit == "成":
        return number * 10
    return number + Decimal("0.5") if unit == "年半" else number


def _numbers(written: str) -> list[Decimal]:
    """``3.5`` → one number; ``三五`` (three to five) → two."""
    if written == "半":
        return [Decimal("0.5")]
    if written[0].isdigit() and written[0] not in _DIGITS:
        return [Decimal(written)]
    if len(written) == 2 and all(char in _DIGITS for char in written):
        return [Decimal(_DIGITS[char]) for char in written]
    return [Decimal(_integer(written))]


def _integer(written: str) -> int:
    """A whole number in digits or Chinese numerals up to the thousands."""
    if written.isdecimal():
        return int(written)
    total, digit = 0, 0
    for char in written:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (digit or 1) * _TENS[char]
            digit = 0
    return total + digit


def _by_part(question: Question, text: str) -> Option | None:
    """Words that occur in the text and belong to one option, or a text that is a part of one."""
    said = _bare(text)
    spans = []
    for option in question.options:
        for words in (option.text, *re.split(r"[，、。；（）“”]", option.text), *option.also):
            phrase = _forms(words)[1]
            start = said.find(phrase) if len(phrase) > 1 else -1
            if start >= 0 and not _NEGATED.search(said[:start]):
                spans.append((start, start + len(phrase), option))
    longest = [
        span
        for span in spans
        if not any(
            other[0] <= span[0] and span[1] <= other[1] and other[:2] != span[:2] for other in spans
        )
    ]
    found = {option.id: option for _, _, option in longest}
    if not found and len(said) > 1:
        found = {
            option.id: option
            for option in question.options
            if any(said in _forms(words)[1] for words in (option.text, *option.also))
        }
    return found.popitem()[1] if len(found) == 1 else None
