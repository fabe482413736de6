"""Find the terms of the lexicon: product types, sectors, risk preferences, channels."""

from __future__ import annotations

from collections.abc import Iterable

from zhitou.nlu.entities.found import Found
from zhitou.nlu.lexicon import Term
from zhitou.nlu.normalise import fold
from zhitou.nlu.phrases import Phrases


class TermFinder:
    """Finds the longest terms; a term whose neighbours change its meaning is left out."""

    def __init__(self, terms: Iterable[Term]) -> None:
        by_text: dict[str, list[Term]] = {}
        for term in terms:
            by_text.setdefault(fold(term.text), []).append(term)
        self._phrases = Phrases(by_text.items())

    def find(self, text: str) -> list[Found]:
        """Entities of the terms in ``text``."""
        folded = fold(text)
        return [
            Found(term.entity, term.value, start, end)
            for start, end, meanings in self._phrases.find(folded)
            for term in meanings
            if not folded.startswith(term.not_before or ("\0",), end)
            and not folded[:start].endswith(term.not_after or ("\0",))
        ]
