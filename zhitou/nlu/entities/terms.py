"""Words of the lexicon in a message: kinds of products, sectors, appetite for risk, channels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zhitou.nlu.entities.found import Found
from zhitou.nlu.normalise import fold

ENTITIES = ("product_type", "sector", "risk_preference", "channel_hint")

_NOT_A_TERM = re.compile(
    r"医疗(?=意外险|险|保险)|(?<=社会)保险|年金(?=额)|理财(?=经理|师|顾问|规划|知识|观|课)|"
    r"活期(?=间)|定期(?=[扣投发给检报]|定额)|积极(?=回复|处理|响应|配合)|平衡(?=一下)|成长(?=中)|"
    r"消费(?=者|记录|了|券)|通信(?=地址)|(?<=公)积极|酒(?=店|后|驾|席)|周期(?=性|[多是])|电池(?=没)|基金(?=经理|公司|从业|组合)|"
    r"资源(?=倾)|大盘(?=鸡)"
)
"""Places where a word of the lexicon is part of another word."""


class TermMatcher:
    """Finds the wordings of a lexicon.

    Args:
        lexicon: entity → value → wordings, as ``data/lexicon/terms.yml`` holds it.

    Raises:
        ValueError: naming the entity and value whose wordings are not a list, or two values of
            one entity that share a wording.

    """

    def __init__(self, lexicon: Mapping[str, Any]) -> None:
        self._values: dict[tuple[str, str], str] = {}
        wordings: dict[str, list[str]] = {}
        for entity in ENTITIES:
            for value, listed in (lexicon.get(entity) or {}).items():
                if not isinstance(listed, list):
                    raise ValueError(f"terms.yml: {entity}.{value} must be a list of wordings")
                for wording in listed:
                    key = fold(str(wording))
                    other = self._values.setdefault((entity, key), value)
                    if other != value:
                        raise ValueError(
                            f"terms.yml: {entity}: {wording} stands under {other} and {value}"
                        )
                    wordings.setdefault(entity, []).append(key)
        self._patterns = {entity: _pattern(keys) for entity, keys in wordings.items()}

    def find(self, folded: str) -> Iterator[Found]:
        """Find the wordings in a folded message; overlaps are left to the caller."""
        taken = [match.span() for match in _NOT_A_TERM.finditer(folded)]
        for entity, pattern in self._patterns.items():
            for match in pattern.finditer(folded):
                start, end = match.span()
                if any(start >= left and end <= right for left, right in taken):
                    continue
                value = self._values[entity, match.group()]
                yield Found(entity, value, start, end, weight=1)


def _pattern(wordings: list[str]) -> re.Pattern[str]:
    longest_first = sorted(set(wordings), key=len, reverse=True)
    return re.compile("|".join(map(_bounded, longest_first)))


def _bounded(wording: str) -> str:
    """A Latin wording stands for itself, not inside a longer word; Chinese has no such ends."""
    left = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", wording) else ""
    right = r"(?![a-z0-9])" if re.search(r"[a-z0-9]$", wording) else ""
    # 股基, 债基 are short for funds, but 港股基金 is 港股 and 基金.
    right = r"(?!金)" if wording.endswith("基") else right
    return left + re.escape(wording) + right
