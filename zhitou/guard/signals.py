"""What a customer's words give away: fraud, distress, complaint, anger.

The words are ``zhitou/guard/rules/signals.yml``; the first signal in the file's order that is met
counts. A question about a thing (什么是杀猪盘) and a denial (我没有被骗) give nothing away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from zhitou.guard.language import Passage, Phrases, alternatives, parse_phrases, parse_words
from zhitou.rulebook import Node, read

SIGNALS = ("fraud", "distress", "complaint", "anger")


@dataclass(frozen=True)
class Signal:
    """The signal, None where there is none, and the words that give it."""

    signal: str | None
    evidence: str = ""


@dataclass(frozen=True)
class SignalRules:
    """The file of signals, checked."""

    asks_for_knowledge: re.Pattern[str] | None
    signals: tuple[tuple[str, Phrases], ...]


def scan(text: str, rules: SignalRules | None = None) -> Signal:
    """Look for a signal in a customer's words.

    Args:
        text: what the customer says.
        rules: other rules than the packaged ones.

    Raises:
        RulesError: the rules cannot be used.
    """
    rules = rules or load_rules()
    passage = Passage(text)
    if rules.asks_for_knowledge and rules.asks_for_knowledge.search(passage.text.strip()):
        return Signal(None)
    for signal, phrases in rules.signals:
        for start, end in passage.matches(phrases):
            if not passage.excused(start, end, phrases.excuses):
                return Signal(signal, passage.text[start:end])
    return Signal(None)


@lru_cache(maxsize=1)
def load_rules() -> SignalRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_rules(read("zhitou.guard.rules", "signals.yml"))


def parse_rules(node: Node) -> SignalRules:
    """Check a file of signals and take it over.

    Raises:
        RulesError: something in it is missing, unknown or of the wrong kind.
    """
    node.only("version", "words", "asks_for_knowledge", "signals")["version"].text()
    words = parse_words(node["words"])
    signals = []
    for item in node["signals"]:
        item.only("signal", "excuses", "patterns", "unless")
        signals.append((item["signal"].one_of(*SIGNALS), parse_phrases(item, words)))
    if not signals:
        node["signals"].fail("must not be empty")
    return SignalRules(alternatives(node["asks_for_knowledge"]), tuple(signals))
