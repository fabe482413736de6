"""Whole-system dialogues in Rasa Pro's end-to-end format, read from YAML and compared.

A file holds ``test_cases:``, each with ``test_case:`` (its sentence), ``metadata:`` (a name from
the file's ``metadata:`` list, or a mapping) and ``steps:``. A step is one of

- ``user: text`` with an optional ``assertions:`` list,
- ``bot: text`` (the next message's text), ``utter: response_name`` (the next message's response),
- ``slot_was_set: [{name: value}, …]`` (``null`` as value: only that it is set) and
  ``slot_was_not_set: [name, …]``,
- ``custom: {…}``, ours: the next message that carries a card matches this pattern.

``bot``, ``utter`` and ``custom`` look at the messages of the latest turn in their order. An
assertion is ``bot_uttered`` (with ``utter_name``, ``text_matches``, ``buttons``, ``custom``),
``slot_was_set`` or ``action_executed``.

A pattern matches a value when every key it names matches; ``{$matches: regex}``,
``{$length: n}``, ``{$at_least: n}`` and ``{$present: true}`` match by what they say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

STEP_KINDS = {"user", "bot", "utter", "slot_was_set", "slot_was_not_set", "custom"}


class BadTestFile(Exception):
    """A file cannot be read as dialogues; the message says where and why."""


@dataclass(frozen=True)
class TestCase:
    """One dialogue.

    Attributes:
        name: the sentence that must be true.
        file: where it stands.
        metadata: goes with every message of the customer.
        steps: what is said and what is expected, in order.

    """

    __test__ = False

    name: str
    file: Path
    metadata: Mapping[str, Any]
    steps: Sequence[Mapping[str, Any]]


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


def load(path: Path) -> list[TestCase]:
    """Read the dialogues of one file.

    Raises:
        BadTestFile: naming the file and what is wrong in it.

    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BadTestFile(f"{path}: {error}") from error
    if not isinstance(content, Mapping) or not isinstance(content.get("test_cases"), list):
        raise BadTestFile(f"{path}: `test_cases:` with a list is missing")
    named: dict[str, Any] = {}
    for item in content.get("metadata") or []:
        named.update(item)
    return [_test_case(path, case, named) for case in content["test_cases"]]


def _test_case(path: Path, case: Mapping[str, Any], named: Mapping[str, Any]) -> TestCase:
    name = case.get("test_case")
    steps = case.get("steps")
    if not name or not isinstance(steps, list):
        raise BadTestFile(f"{path}: a test case needs `test_case:` and `steps:`")
    for number, step in enumerate(steps, start=1):
        if not isinstance(step, Mapping) or len(STEP_KINDS & set(step)) != 1:
            kinds = ", ".join(sorted(STEP_KINDS))
            raise BadTestFile(f"{path}: {name}: step {number} must have one of {kinds}")
    metadata = case.get("metadata") or {}
    if isinstance(metadata, str):
        if metadata not in named:
            raise BadTestFile(f"{path}: {name}: no metadata named {metadata}")
        metadata = named[metadata]
    return TestCase(str(name), path, metadata, steps)


def mismatch(pattern: Any, value: Any, where: str = "custom") -> str | None:
    """Tell where ``value`` differs from ``pattern``, or None where it matches."""
    if isinstance(pattern, Mapping):
        special = next((key for key in pattern if str(key).startswith("$")), None)
        if special:
            return _special_mismatch(str(special), pattern[special], value, where)
        if not isinstance(value, Mapping):
            return f"{where}: expected a mapping, got {value!r}"
        for key, expected in pattern.items():
            if key not in value:
                return f"{where}.{key}: missing; there is {', '.join(map(str, value))}"
            found = mismatch(expected, value[key], f"{where}.{key}")
            if found:
                return found
        return None
    if isinstance(pattern, list):
        if not isinstance(value, list) or len(value) < len(pattern):
            return f"{where}: expected at least {len(pattern)} items, got {value!r}"
        for index, expected in enumerate(pattern):
            found = mismatch(expected, value[index], f"{where}[{index}]")
            if found:
                return found
        return None
    return None if pattern == value else f"{where}: expected {pattern!r}, got {value!r}"


def _special_mismatch(name: str, expected: Any, value: Any, where: str) -> str | None:
    if name == "$matches":
        held = isinstance(value, str | int | float) and re.search(str(expected), str(value))
    elif name == "$length":
        held = isinstance(value, Sequence) and len(value) == expected
    elif name == "$at_least":
        size = value if isinstance(value, int | float) else len(value or ())
        held = size >= expected
    elif name == "$present":
        held = (value not in (None, "", [], {})) == expected
    else:
        return f"{where}: unknown matcher {name}"
    return None if held else f"{where}: expected {name} {expected!r}, got {value!r}"


def failures(steps: Sequence[Mapping[str, Any]], turn: Turn) -> list[str]:
    """Compare one turn with the expectations that follow its ``user`` step."""
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
            found += _custom_failures(step["custom"], turn)
        else:
            found += _slot_failures(step, turn.slots)
    return found


def assertion_failures(assertions: Sequence[Mapping[str, Any]], turn: Turn) -> list[str]:
    """Compare one turn with the ``assertions`` of its ``user`` step."""
    found: list[str] = []
    for assertion in assertions:
        if "bot_uttered" in assertion:
            wanted = assertion["bot_uttered"]
            problems = [_uttered_problem(wanted, message) for message in turn.messages]
            if not problems or all(problems):
                reason = problems[-1] if problems else "nothing was said"
                found.append(f"no message matches {wanted}: {reason}")
        elif "action_executed" in assertion:
            if assertion["action_executed"] not in turn.actions:
                found.append(f"{assertion['action_executed']} did not run, but {turn.actions}")
        else:
            found += _slot_failures(assertion, turn.slots)
    return found


def _message_failures(step: Mapping[str, Any], message: Mapping[str, Any]) -> list[str]:
    if "utter" in step and message.get("utter_action") != step["utter"]:
        said = f"{message.get('utter_action')} ({message.get('text')})"
        return [f"expected {step['utter']}, got {said}"]
    if "bot" in step and (message.get("text") or "").strip() != str(step["bot"]).strip():
        return [f"expected «{step['bot']}», got «{message.get('text')}»"]
    return []


def _custom_failures(pattern: Any, turn: Turn) -> list[str]:
    cards = [message["custom"] for message in turn.messages if message.get("custom")]
    if not cards:
        said = [message.get("text") for message in turn.messages]
        return [f"no card where {pattern} was expected; said {said}"]
    problems = [mismatch(pattern, card) for card in cards]
    return [] if not all(problems) else [str(problems[0])]


def _slot_failures(step: Mapping[str, Any], slots: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for item in step.get("slot_was_set") or []:
        for name, expected in item.items() if isinstance(item, Mapping) else [(item, None)]:
            value = slots.get(name)
            if value is None or (expected is not None and mismatch(expected, value, name)):
                found.append(f"slot {name}: expected {expected!r}, got {value!r}")
    for name in step.get("slot_was_not_set") or []:
        if slots.get(name) is not None:
            found.append(f"slot {name}: expected to be empty, got {slots[name]!r}")
    return found


def _uttered_problem(wanted: Mapping[str, Any], message: Mapping[str, Any]) -> str | None:
    if "utter_name" in wanted and message.get("utter_action") != wanted["utter_name"]:
        return f"it was {message.get('utter_action')}"
    text = message.get("text") or ""
    if "text_matches" in wanted and not re.search(wanted["text_matches"], text):
        return f"the text was «{text}»"
    if "buttons" in wanted:
        return mismatch(wanted["buttons"], message.get("buttons") or [], "buttons")
    if "custom" in wanted:
        return mismatch(wanted["custom"], message.get("custom"))
    return None
