"""The hand-off rules as a checked object (``handoff.yml``): queues, rules, structured requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from zhitou.rulebook import Node, read

TRIGGERS = ("request", "complaint", "fraud", "fallback", "anger", "distress")
PRIORITIES = ("low", "medium", "high", "urgent")
"""From what can wait to what cannot."""

_ROOT_KEYS = (
    "version",
    "effective_from",
    "abandoned_after_minutes",
    "callback_prefix",
    "queues",
    "rules",
    "requests",
)
_RULE_KEYS = (
    "id",
    "when",
    "queue",
    "priority",
    "ticket",
    "stays_open",
    "reason",
    "told",
    "told_closed",
)
_TOLD_KEYS = {"queue": "", "ticket": "", "position": 0, "wait": 0}
_CLOSED_KEYS = {"queue": "", "ticket": "", "opens": ""}


@dataclass(frozen=True)
class Words:
    """One text in the two languages customers are spoken to in."""

    zh: str
    en: str

    def format(self, other: Mapping[str, tuple[Any, Any]]) -> Words:
        """Both texts with their placeholders filled from ``name → (zh value, en value)``."""
        return Words(
            self.zh.format(**{name: pair[0] for name, pair in other.items()}),
            self.en.format(**{name: pair[1] for name, pair in other.items()}),
        )


@dataclass(frozen=True)
class Queue:
    """A group of people who take conversations, and when they are there."""

    id: str
    name: Words
    days: tuple[int, ...]
    """ISO weekdays, 1 is Monday."""
    opens: time
    closes: time | None
    """None is midnight at the end of the day."""
    sla_minutes: int
    handling_minutes: int

    @property
    def always_open(self) -> bool:
        """Whether somebody is there day and night."""
        return len(self.days) == 7 and self.opens == time(0) and self.closes is None


@dataclass(frozen=True)
class Rule:
    """What leads where: met when all the conditions it has are met."""

    id: str
    triggers: tuple[str, ...]
    value_tiers: tuple[str, ...]
    words: tuple[str, ...]
    queue: str
    priority: str
    ticket: str
    stays_open: bool
    """Whether the matter outlives the wait: its ticket stays open when the customer leaves."""
    reason: Words
    told: Words
    told_closed: Words | None


@dataclass(frozen=True)
class Field:
    """One value of a structured request."""

    name: str
    kind: str
    required: bool
    max_length: int
    least: Decimal | None
    choices: tuple[str, ...]

    def check(self, value: Any) -> Any:
        """``value`` as it is stored: text, or an amount of yuan as a decimal string.

        Raises:
            ValueError: the sentence says what is wrong.
        """
        if self.kind == "amount":
            return self._amount(value)
        if not isinstance(value, str) or not value.strip():
            raise ValueError("must be a text")
        if len(value) > self.max_length:
            raise ValueError(f"must have at most {self.max_length} characters")
        if self.kind == "choice" and value not in self.choices:
            raise ValueError(f"must be one of {', '.join(self.choices)}")
        return value.strip()

    def _amount(self, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError("must be an amount of yuan")
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            raise ValueError("must be an amount of yuan") from None
        if not amount.is_finite():
            raise ValueError("must be an amount of yuan")
        if self.least is not None and amount < self.least:
            raise ValueError(f"must be at least {self.least}")
        return f"{amount:f}"


@dataclass(frozen=True)
class RequestKind:
    """A structured request: who gets it and which fields it has."""

    id: str
    queue: str
    priority: str
    ticket: str
    reason: Words
    told: Words
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class HandoffRules:
    """The rules file, checked."""

    version: str
    abandoned_after_minutes: int
    callback_prefix: str
    queues: Mapping[str, Queue]
    rules: tuple[Rule, ...]
    requests: Mapping[str, RequestKind]

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; the last one where it has left the file since."""
        return next((rule for rule in self.rules if rule.id == rule_id), self.rules[-1])


@lru_cache(maxsize=1)
def load_rules() -> HandoffRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_rules(read("zhitou.backends.handoff", "handoff.yml"))


def parse_rules(root: Node) -> HandoffRules:
    """Check a rules file.

    Raises:
        RulesError: something in it is wrong; the message names file and key.
    """
    root.only(*_ROOT_KEYS)
    root["effective_from"].day()
    queues = {name: _queue(name, node) for name, node in root["queues"].items()}
    rules = tuple(_rule(node, queues) for node in root["rules"])
    if not rules or rules[-1].triggers or rules[-1].value_tiers or rules[-1].words:
        root["rules"].fail("the last rule must have no conditions, so that one always decides")
    return HandoffRules(
        version=root["version"].text(),
        abandoned_after_minutes=root["abandoned_after_minutes"].integer(least=1),
        callback_prefix=_prefix(root["callback_prefix"]),
        queues=queues,
        rules=rules,
        requests={name: _request(name, node, queues) for name, node in root["requests"].items()},
    )


def _queue(name: str, node: Node) -> Queue:
    node.only("name", "hours", "sla_minutes", "handling_minutes")
    hours = node["hours"].only("days", "from", "to")
    days = tuple(day.integer(least=1) for day in hours["days"])
    if not days or max(days) > 7 or len(set(days)) != len(days):
        hours["days"].fail("must be different weekdays, 1 (Monday) to 7")
    opens, closes = _time(hours["from"]), _time(hours["to"])
    if opens is None or (closes is not None and closes <= opens):
        hours["to"].fail("must be later than `from`")
    return Queue(
        id=name,
        name=_words(node["name"]),
        days=days,
        opens=opens,
        closes=closes,
        sla_minutes=node["sla_minutes"].integer(least=1),
        handling_minutes=node["handling_minutes"].integer(least=1),
    )


def _time(node: Node) -> time | None:
    text = node.text()
    if text == "24:00":
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        node.fail('must be a time such as "08:30"')


def _rule(node: Node, queues: Mapping[str, Queue]) -> Rule:
    node.only(*_RULE_KEYS)
    when = node["when"].only("triggers", "value_tiers", "words")
    queue = queues[node["queue"].one_of(*queues)]
    told_closed = _words(node["told_closed"], _CLOSED_KEYS) if node.has("told_closed") else None
    if told_closed is None and not queue.always_open:
        node.fail(f"'told_closed' is missing, for queue {queue.id} closes")
    return Rule(
        id=node["id"].text(),
        triggers=tuple(item.one_of(*TRIGGERS) for item in when.get("triggers", [])),
        value_tiers=tuple(tier.lower() for tier in when.get("value_tiers", []).texts()),
        words=tuple(word.lower() for word in when.get("words", []).texts()),
        queue=queue.id,
        priority=node["priority"].one_of(*PRIORITIES),
        ticket=_prefix(node["ticket"]),
        stays_open=node.get("stays_open", False).flag(),
        reason=_words(node["reason"]),
        told=_words(node["told"], _TOLD_KEYS),
        told_closed=told_closed,
    )


def _request(name: str, node: Node, queues: Mapping[str, Queue]) -> RequestKind:
    node.only("queue", "priority", "ticket", "reason", "told", "fields")
    return RequestKind(
        id=name,
        queue=node["queue"].one_of(*queues),
        priority=node["priority"].one_of(*PRIORITIES),
        ticket=_prefix(node["ticket"]),
        reason=_words(node["reason"]),
        told=_words(node["told"], _CLOSED_KEYS),
        fields=tuple(_field(field, item) for field, item in node["fields"].items()),
    )


def _field(name: str, node: Node) -> Field:
    node.only("kind", "required", "max_length", "least", "choices")
    kind = node["kind"].one_of("text", "amount", "choice")
    choices = node.get("choices", []).texts()
    if (kind == "choice") != bool(choices):
        node.fail("a choice, and only a choice, has `choices`")
    return Field(
        name=name,
        kind=kind,
        required=node.get("required", False).flag(),
        max_length=node.get("max_length", 200).integer(least=1),
        least=node["least"].number() if node.has("least") else None,
        choices=choices,
    )


def _prefix(node: Node) -> str:
    text = node.text()
    if not (text.isascii() and text.isalpha() and text.isupper() and len(text) == 2):
        node.fail("must be two capital letters")
    return text


def _words(node: Node, placeholders: Mapping[str, Any] | None = None) -> Words:
    node.only("zh", "en")
    for language in (node["zh"], node["en"]):
        try:
            language.text().format(**(placeholders or {}))
        except (KeyError, IndexError, ValueError) as error:
            language.fail(f"unknown placeholder {error}")
    return Words(zh=node["zh"].text(), en=node["en"].text())
