"""Finds phrases in a text and knows when their surroundings take the sting out of them.

A forbidden word does no harm where it is denied (不保本), warned of (“稳赚”这种说法不可信), told
as another's words (您说的“保证8%”), or asked about (是否一定会反弹). The words that do this are
``zhitou/guard/rules/context.yml``.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from zhitou.rulebook import Node, read

EXCUSES = ("negation", "rejection", "quotation", "question")
"""What a rule grants unless it says otherwise."""

_ALL_EXCUSES = (*EXCUSES, "condition")

_SIGHT = 80
"""Characters before and after a match that can excuse it."""

_HAN = "\u4e00-\u9fff"
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x09\x0b-\x1f\x7f]")
_SEPARATED = re.compile(rf"(?<=[{_HAN}])[ *·_|^`•]{{1,3}}(?=[{_HAN}])")
_QUOTED = re.compile(
    r"“[^“”]{1,40}”|‘[^‘’]{1,40}’|「[^「」]{1,40}」|『[^『』]{1,40}』|\"[^\"]{1,40}\""
)
_SOFT = re.compile(r"[,:]|——|—|\.\.\.|(?<=[a-z])\.(?=\s|$)")
_HARD = re.compile(r"[。!?;\n]|(?<=[a-z\d])\.(?=\s|$)")
_DIGIT_COMMA = re.compile(r"(?<=\d),(?=\d{3})")
_CONNECTED = re.compile(r"[、又和且或与还也及\s”“\"]*(?:不|无|没有)?")
_NAMED = re.compile(r"\{([a-z_]+)\}")
_ENGLISH = re.compile(r"[a-z]")


@dataclass(frozen=True)
class _Context:
    """``context.yml`` with its lists as compiled patterns."""

    simplify: dict[int, int]
    negated: re.Pattern[str]
    not_negators: re.Pattern[str]
    double_negators: re.Pattern[str]
    resets: re.Pattern[str]
    rejected_before: re.Pattern[str]
    rejected_after: re.Pattern[str]
    rejection_of_others: re.Pattern[str]
    reported: re.Pattern[str]
    questions: re.Pattern[str]
    rhetorical: re.Pattern[str]
    conditions: re.Pattern[str]


@dataclass(frozen=True)
class Phrases:
    """Patterns to look for, what spares a match, and by which surroundings it is excused."""

    pattern: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    excuses: frozenset[str]


class Passage:
    """A text made comparable, cut into clauses and sentences."""

    def __init__(self, text: str) -> None:
        self.text = normalise(text)

    @cached_property
    def _quotes(self) -> list[tuple[int, int]]:
        return [match.span() for match in _QUOTED.finditer(self.text)]

    @cached_property
    def _hard(self) -> list[int]:
        return [m.end() for m in _HARD.finditer(self.text) if not self._quote_around(m.start())]

    @cached_property
    def _clauses(self) -> list[int]:
        soft = [m.end() for m in _SOFT.finditer(self.text) if not self._quote_around(m.start())]
        return sorted(soft + self._hard)

    def _quote_around(self, position: int) -> tuple[int, int] | None:
        index = bisect_right(self._quotes, (position, 0)) - 1
        if index < 0:
            return None
        start, end = self._quotes[index]
        return (start, end) if start < position < end - 1 else None

    def _around(self, cuts: list[int], start: int, end: int) -> tuple[int, int]:
        before = bisect_right(cuts, start)
        after = bisect_left(cuts, end)
        return (
            cuts[before - 1] if before else 0,
            cuts[after] if after < len(cuts) else len(self.text),
        )

    def matches(self, phrases: Phrases) -> list[tuple[int, int]]:
        """Where the phrases stand, but for those that ``unless`` spares."""
        if phrases.pattern is None:
            return []
        found = [match.span() for match in phrases.pattern.finditer(self.text)]
        if found and phrases.unless is not None:
            spared = [match.span() for match in phrases.unless.finditer(self.text)]
            found = [
                (start, end)
                for start, end in found
                if not any(begin < end and start < stop for begin, stop in spared)
            ]
        return found

    def excused(
        self, start: int, end: int, excuses: frozenset[str], earlier: tuple[int, int] | None = None
    ) -> bool:
        """Whether the surroundings of ``text[start:end]`` take the sting out of it.

        Args:
            start: where the match begins.
            end: where it ends.
            excuses: which surroundings count, out of :data:`EXCUSES`.
            earlier: the span excused before; what is joined to it by 又, 和, 、 shares its excuse.
        """
        if earlier is not None and (
            start < earlier[1] or _CONNECTED.fullmatch(self.text, earlier[1], start)
        ):
            return True
        context = load_context()
        clause_start, clause_end = self._around(self._clauses, start, end)
        clause_start = max(clause_start, start - _SIGHT)
        clause_end = min(clause_end, end + _SIGHT)
        clause = self.text[clause_start:clause_end]
        before = self.text[clause_start:start]
        return (
            ("negation" in excuses and _negated(context, before))
            or ("rejection" in excuses and self._rejected(context, start, end, before))
            or ("quotation" in excuses and self._reported(context, start, clause_start))
            or ("question" in excuses and self._asked(context, start, end, clause, before))
            or ("condition" in excuses and bool(context.conditions.search(before)))
        )

    def _rejected(self, context: _Context, start: int, end: int, before: str) -> bool:
        if context.rejected_before.search(before):
            return True
        _, sentence_end = self._around(self._hard, start, end)
        after = self.text[end : min(sentence_end, end + _SIGHT)]
        return bool(
            context.rejected_after.search(after) and not context.rejection_of_others.search(after)
        )

    def _asked(self, context: _Context, start: int, end: int, clause: str, before: str) -> bool:
        begin, stop = self._around(self._hard, start, end)
        sentence = self.text[max(begin, start - _SIGHT) : min(stop, end + _SIGHT)]
        asked = (
            context.questions.search(clause.rstrip("。!?,;: ”\"')"))
            or context.questions.search(before)
            or (sentence.rstrip().endswith("?") and "还是" in sentence)
        )
        return bool(asked) and not context.rhetorical.search(clause)

    def _reported(self, context: _Context, start: int, clause_start: int) -> bool:
        quote = self._quote_around(start)
        if quote is None:
            return False
        opened = quote[0]
        return bool(context.reported.search(self.text[min(clause_start, opened) : opened]))


def normalise(text: str) -> str:
    """Half width, lower case, simplified, without what only hides a word (保*本, 保 本)."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    plain = _HIDDEN.sub("", plain).translate(load_context().simplify)
    return _SEPARATED.sub("", _DIGIT_COMMA.sub("", plain))


def _negated(context: _Context, before: str) -> bool:
    if not before:
        return False
    before = context.not_negators.sub("~", before)
    found = context.negated.search(before)
    if found is None:
        return False
    gap = found.group("gap") or found.group("english_gap") or ""
    if context.resets.search(gap):
        return False
    return not context.double_negators.search(before[: found.start()])


def parse_words(node: Node) -> dict[str, str]:
    """Named lists of words, each as one group that patterns use as ``{name}``.

    Raises:
        RulesError: a list is empty or holds something that is no regular expression.
    """
    words: dict[str, str] = {}
    for name, listed in node.items():
        pattern = alternatives(listed)
        if pattern is None:
            listed.fail("must not be empty")
        words[name] = f"(?:{pattern.pattern})"
    return words


def parse_phrases(node: Node, words: Mapping[str, str]) -> Phrases:
    """The ``patterns``, ``unless`` and ``excuses`` of a rule.

    Args:
        node: the rule.
        words: what ``{name}`` stands for.

    Raises:
        RulesError: one is no regular expression, or an excuse is not known.
    """
    excuses = node.get("excuses", list(EXCUSES))
    return Phrases(
        pattern=alternatives(node["patterns"], words),
        unless=alternatives(node["unless"], words) if node.has("unless") else None,
        excuses=frozenset(excuse.one_of(*_ALL_EXCUSES) for excuse in excuses),
    )


def alternatives(node: Node, words: Mapping[str, str] | None = None) -> re.Pattern[str] | None:
    """A list of regular expressions as one; None where the list is empty.

    Raises:
        RulesError: one of them is wrong; the message names it.
    """
    patterns = []
    for item in node:
        try:
            patterns.append(_NAMED.sub(lambda name: (words or {})[name[1]], item.text()))
        except KeyError as error:
            item.fail(f"no words are named {error}")
    if not patterns:
        return None
    try:
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
    except re.error:
        for item, pattern in zip(node, patterns, strict=True):
            _compiles(item, pattern)
        node.fail("is no regular expression when its items are joined")


def _compiles(item: Node, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        item.fail(f"is no regular expression: {error}")


@lru_cache(maxsize=1)
def load_context() -> _Context:
    """The packaged context.

    Raises:
        RulesError: it cannot be used; the message names file and key.
    """
    return _parse_context(read("zhitou.guard.rules", "context.yml"))


def _parse_context(node: Node) -> _Context:
    lists = (
        "not_negators", "double_negators", "resets", "rejected_before", "rejected_after",
        "rejection_of_others", "reported", "questions", "rhetorical", "conditions",
    )  # fmt: skip
    node.only(
        "traditional", "simplified", "negators_near", "negators_far", "english_gap",
        "chinese_gap", *lists,
    )  # fmt: skip
    old, new = node["traditional"].text(), node["simplified"].text()
    if len(old) != len(new):
        node["simplified"].fail(f"has {len(new)} characters, traditional has {len(old)}")
    compiled: dict[str, re.Pattern[str]] = {}
    for key in lists:
        pattern = alternatives(node[key])
        if pattern is None:
            node[key].fail("must not be empty")
        compiled[key] = pattern
    far = [item.text() for item in node["negators_far"]]
    alternatives(node["negators_far"])
    alternatives(node["negators_near"])
    english = "|".join(f"(?:{one})" for one in far if _ENGLISH.search(one))
    chinese = "|".join(f"(?:{one})" for one in far if not _ENGLISH.search(one))
    near = "|".join(f"(?:{one.text()})" for one in node["negators_near"])
    gap = node["chinese_gap"].integer(0)
    english_gap = node["english_gap"].integer(0)
    negated = re.compile(
        rf"(?:{near})[“\"‘「]?$"
        rf"|(?:{chinese})(?P<gap>(?:(?!{chinese}).){{0,{gap}}})$"
        rf"|(?:{english})(?P<english_gap>[^.]{{0,{english_gap}}})$"
    )
    return _Context(simplify=str.maketrans(old, new), negated=negated, **compiled)
