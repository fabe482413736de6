"""What happened in a turn of a whole-system dialogue, compared with what was expected of it.

What may be expected is told in :mod:`zhitou.conversation.dialogue_file`. Whatever it is, a turn is
wrong in which nothing is said, or in which a message has no text or shows that something went
wrong (:data:`BROKEN`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhitou.conversation.pattern import Kept, mismatch

BROKEN = re.compile(
    r"\{\w*\}|Traceback|(?<![A-Za-z])(None|nan|NaN|null)(?![A-Za-z])|错误编号|我不方便这样说"
)
"""What a customer sees where something went wrong: a variable not filled in, a missing value, a
stack trace, the id of an error, the sentence in place of one that the guard has blocked."""

_SHOWN = 160
"""Characters of a message that are told with a failure."""


@dataclass
class Turn:
    """What one message of the customer brought about.

    Attributes:
        messages: the assistant's messages, each with text, buttons, custom, utter_action.
        actions: names of the actions that ran.
        slots: all slots afterwards.

    """

    messages: list[dict[str, Any]] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)


def failures(steps: Sequence[Mapping[str, Any]], turn: Turn, kept: Kept | None = None) -> list[str]:
    """Compare one turn with what follows its ``user`` step; ``kept`` is what ``$keep`` kept."""
    kept = {} if kept is None else kept
    found: list[str] = []
    position = 0
    for step in steps:
        if "bot" in step or "utter" in step:
            if position >= len(turn.messages):
                found.append(f"nothing was said where {dict(step)} was expected")
                continue
            message = turn.messages[position]
            position += 1
            found += _message_failures(step, message)
        elif "custom" in step:
            found += _custom_failures(step["custom"], turn, kept)
        else:
            found += _slot_failures(step, turn.slots, kept)
    return found


def assertion_failures(
    assertions: Sequence[Mapping[str, Any]], turn: Turn, kept: Kept | None = None
) -> list[str]:
    """Compare one turn with the ``assertions`` of its ``user`` step."""
    kept = {} if kept is None else kept
    found: list[str] = []
    for assertion in assertions:
        if "bot_uttered" in assertion:
            wanted = assertion["bot_uttered"]
            problems = [_uttered_problem(wanted, message, kept) for message in turn.messages]
            if not problems or all(problems):
                reason = problems[-1] if problems else "nothing was said"
                found.append(f"no message matches {wanted}: {reason}")
        elif "bot_did_not_utter" in assertion:
            unwanted = assertion["bot_did_not_utter"]
            found += [
                f"a message matches {unwanted}: «{_shown(message)}»"
                for message in turn.messages
                if not _uttered_problem(unwanted, message, kept)
            ]
        elif "action_executed" in assertion:
            if assertion["action_executed"] not in turn.actions:
                found.append(f"{assertion['action_executed']} did not run, but {turn.actions}")
        else:
            found += _slot_failures(assertion, turn.slots, kept)
    return found


def broken(turn: Turn) -> list[str]:
    """What is wrong in any dialogue, whatever is expected."""
    if not turn.messages:
        return ["nothing was said"]
    found = []
    for message in turn.messages:
        text = (message.get("text") or "").strip()
        if not text:
            found.append(f"a message without text: {message}")
        elif BROKEN.search(text):
            found.append(f"a message shows what no customer should see: «{_shown(message)}»")
    return found


def _shown(message: Mapping[str, Any]) -> str:
    """The beginning of what a message says, in one line."""
    return " / ".join((message.get("text") or "").split("\n"))[:_SHOWN]


def _message_failures(step: Mapping[str, Any], message: Mapping[str, Any]) -> list[str]:
    if "utter" in step and message.get("utter_action") != step["utter"]:
        return [f"expected {step['utter']}, got {message.get('utter_action')}: {_shown(message)}"]
    if "bot" in step and (message.get("text") or "").strip() != str(step["bot"]).strip():
        return [f"expected «{step['bot']}», got «{_shown(message)}»"]
    return []


def _custom_failures(pattern: Any, turn: Turn, kept: Kept) -> list[str]:
    cards = [message["custom"] for message in turn.messages if message.get("custom")]
    if not cards:
        texts = [_shown(message) for message in turn.messages]
        return [f"no card where {pattern} was expected; said {texts}"]
    problems = [mismatch(pattern, card, kept=kept) for card in cards]
    return [] if not all(problems) else [str(problems[0])]


def _slot_failures(step: Mapping[str, Any], slots: Mapping[str, Any], kept: Kept) -> list[str]:
    found: list[str] = []
    for item in step.get("slot_was_set") or []:
        for name, expected in item.items() if isinstance(item, Mapping) else [(item, None)]:
            value = slots.get(name)
            wrong = expected is not None and mismatch(expected, value, name, kept)
            if value is None or wrong:
                found.append(f"slot {name}: expected {expected!r}, got {value!r}")
    for name in step.get("slot_was_not_set") or []:
        if slots.get(name) is not None:
            found.append(f"slot {name}: expected to be empty, got {slots[name]!r}")
    return found


def _uttered_problem(
    wanted: Mapping[str, Any], message: Mapping[str, Any], kept: Kept
) -> str | None:
    """Why a message is not the one that is wanted, or None where it is."""
    if "utter_name" in wanted and message.get("utter_action") != wanted["utter_name"]:
        return f"it was {message.get('utter_action')}"
    text = message.get("text") or ""
    if "text_matches" in wanted and not re.search(wanted["text_matches"], text):
        return f"the text was «{_shown(message)}»"
    found = None
    if "buttons" in wanted:
        found = mismatch(wanted["buttons"], message.get("buttons") or [], "buttons", kept)
    if found is None and "custom" in wanted:
        found = mismatch(wanted["custom"], message.get("custom"), "custom", kept)
    return found
