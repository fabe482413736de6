"""What may reach a customer: checks a text of the bot or an agent against dated rules.

The rules are ``zhitou/guard/rules/compliance.yml``. The decision is the strictest of the rules
met: ``block`` (must not be sent), ``warn`` (look again), ``note`` (goes out, is noted), ``pass``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from zhitou.clock import today_in_shanghai
from zhitou.guard import personal_data
from zhitou.guard.language import Passage, Phrases, parse_phrases, parse_words
from zhitou.rulebook import Node, read

DECISIONS = ("pass", "note", "warn", "block")
"""From the mildest to the strictest."""

SPEAKERS = ("bot", "agent", "customer")


@dataclass(frozen=True)
class Finding:
    """A rule that the text meets, and the words that meet it."""

    id: str
    decision: str
    source: str
    message: str
    evidence: str


@dataclass(frozen=True)
class Verdict:
    """Whether a text may be sent, and the rules it meets, each once, the strictest first."""

    decision: str
    rules: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A dated rule about what is said."""

    id: str
    decision: str
    source: str
    message: str
    speakers: frozenset[str]
    effective_from: date
    effective_to: date | None
    phrases: Phrases
    personal_data: bool

    def applies(self, speaker: str, on: date) -> bool:
        """Whether the rule counts for this speaker on that day."""
        return (
            speaker in self.speakers
            and self.effective_from <= on
            and (self.effective_to is None or on <= self.effective_to)
        )


def check(
    text: str, speaker: str = "bot", on: date | None = None, rules: tuple[Rule, ...] | None = None
) -> Verdict:
    """Decide whether a text may be sent to a customer.

    Args:
        text: the text as it would be sent.
        speaker: ``bot`` or ``agent``; a ``customer`` may say anything.
        on: the day whose rules count; today in Shanghai unless told.
        rules: other rules than the packaged ones.

    Raises:
        RulesError: the rules cannot be used; nothing should be sent then.
        ValueError: an unknown speaker.
    """
    if speaker not in SPEAKERS:
        raise ValueError(f"speaker must be one of {', '.join(SPEAKERS)}, not {speaker!r}")
    day = on or today_in_shanghai()
    passage = Passage(text)
    in_force = [rule for rule in rules or load_rules() if rule.applies(speaker, day)]
    found: dict[str, Finding] = {}
    matches = sorted(
        (start, end, index)
        for index, rule in enumerate(in_force)
        for start, end in passage.matches(rule.phrases)
    )
    excused: tuple[int, int] | None = None
    for start, end, index in matches:
        rule = in_force[index]
        earlier = excused if rule.phrases.excuses else None
        if passage.excused(start, end, rule.phrases.excuses, earlier):
            excused = (start, max(end, excused[1] if excused else 0))
        elif rule.id not in found:
            found[rule.id] = _finding(rule, passage.text[start:end])
    for rule in in_force:
        if rule.personal_data and personal_data.find(text):
            found[rule.id] = _finding(rule, "")
    if not found:
        return Verdict("pass")
    strictest_first = sorted(found.values(), key=lambda one: -DECISIONS.index(one.decision))
    return Verdict(strictest_first[0].decision, tuple(strictest_first))


def _finding(rule: Rule, evidence: str) -> Finding:
    return Finding(rule.id, rule.decision, rule.source, rule.message, evidence)


@lru_cache(maxsize=1)
def load_rules() -> tuple[Rule, ...]:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_rules(read("zhitou.guard.rules", "compliance.yml"))


def parse_rules(node: Node) -> tuple[Rule, ...]:
    """Check a rules file and take it over.

    Raises:
        RulesError: something in it is missing, unknown or of the wrong kind.
    """
    node.only("version", "words", "rules")["version"].text()
    words = parse_words(node["words"])
    rules = tuple(_parse_rule(rule, words) for rule in node["rules"])
    ids = [rule.id for rule in rules]
    if not rules or len(set(ids)) != len(ids):
        node["rules"].fail("must hold rules, each id once")
    return rules


def _parse_rule(node: Node, words: Mapping[str, str]) -> Rule:
    node.only(
        "id", "decision", "speakers", "effective_from", "effective_to", "source", "message",
        "patterns", "unless", "excuses", "personal_data",
    )  # fmt: skip
    speakers = node.get("speakers", ["bot", "agent"])
    return Rule(
        id=node["id"].text(),
        decision=node["decision"].one_of(*DECISIONS[1:]),
        source=node["source"].text(),
        message=node["message"].text(),
        speakers=frozenset(speaker.one_of(*SPEAKERS) for speaker in speakers),
        effective_from=node["effective_from"].day(),
        effective_to=node["effective_to"].day() if node.has("effective_to") else None,
        phrases=parse_phrases(node, words),
        personal_data=node.get("personal_data", False).flag(),
    )
