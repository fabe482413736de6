"""Whole-system dialogues in Rasa Pro's end-to-end format, as they stand in YAML files.

A file holds ``test_cases:``, each with ``test_case:`` (its sentence), ``metadata:`` (a name from
the file's ``metadata:`` list, or a mapping), ``changes_customer: true`` where it leaves the record
of a customer changed and is held after all others, and ``steps:``. A step is one of

- ``user: text`` with an optional ``assertions:`` list and ``times: n`` for a text said n times
  over in one message,
- ``bot: text`` (the next message's text), ``utter: response_name`` (the next message's response),
- ``slot_was_set: [{name: pattern}, …]`` (``null`` as pattern: only that it is set) and
  ``slot_was_not_set: [name, …]``,
- ``custom: pattern``, ours: one of the messages carries such a card.

``bot`` and ``utter`` look at the messages of the latest turn in their order. An assertion is
``bot_uttered`` (with ``utter_name``, ``text_matches``, ``buttons``, ``custom``; one message matches
all of them), ``bot_did_not_utter`` (no message does), ``slot_was_set``, ``slot_was_not_set`` or
``action_executed``. Patterns are those of :mod:`zhitou.conversation.pattern`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from zhitou.conversation.pattern import BadPattern, check_pattern

EXPECTATIONS = frozenset({"bot", "utter", "slot_was_set", "slot_was_not_set", "custom"})
ASSERTIONS = frozenset(
    {"bot_uttered", "bot_did_not_utter", "slot_was_set", "slot_was_not_set", "action_executed"}
)
UTTERED = frozenset({"utter_name", "text_matches", "buttons", "custom"})


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
        changes_customer: whether it leaves the customer's record changed, so that it is held
            after those that do not.

    """

    __test__ = False

    name: str
    file: Path
    metadata: Mapping[str, Any]
    steps: Sequence[Mapping[str, Any]]
    changes_customer: bool = False


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
    try:
        _only(content, {"test_cases", "metadata"})
        named: dict[str, Any] = {}
        for item in content.get("metadata") or []:
            named.update(item)
        return [_test_case(path, case, named) for case in content["test_cases"]]
    except (BadPattern, ValueError) as error:
        raise BadTestFile(f"{path}: {error}") from error


def said(step: Mapping[str, Any]) -> str:
    """The text of a ``user`` step."""
    return str(step["user"]) * int(step.get("times", 1))


def turns(case: TestCase) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Each ``user`` step with the expectations that follow it."""
    grouped: list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]] = []
    for step in case.steps:
        if "user" in step:
            grouped.append((step, []))
        else:
            grouped[-1][1].append(step)
    return grouped


def _test_case(path: Path, case: Any, named: Mapping[str, Any]) -> TestCase:
    steps = case.get("steps") if isinstance(case, Mapping) else None
    if not isinstance(steps, list) or not steps or not case.get("test_case"):
        raise ValueError("a test case needs `test_case:` and `steps:`")
    name = str(case["test_case"])
    _only(case, {"test_case", "metadata", "changes_customer", "steps"})
    for number, step in enumerate(steps, start=1):
        try:
            _check_step(step)
        except (BadPattern, ValueError) as error:
            raise ValueError(f"{name}: step {number}: {error}") from error
    if "user" not in steps[0]:
        raise ValueError(f"{name}: the first step must be what the customer says")
    if "user" in steps[-1] and not steps[-1].get("assertions"):
        raise ValueError(f"{name}: nothing is expected after the last step")
    metadata = case.get("metadata") or {}
    if isinstance(metadata, str):
        if metadata not in named:
            raise ValueError(f"{name}: no metadata named {metadata}")
        metadata = named[metadata]
    return TestCase(name, path, metadata, steps, bool(case.get("changes_customer")))


def _only(mapping: Mapping[str, Any], keys: set[str] | frozenset[str]) -> None:
    unknown = set(map(str, mapping)) - keys
    if unknown:
        raise ValueError(f"unknown key {min(unknown)}; there are {', '.join(sorted(keys))}")


def _check_step(step: Any) -> None:
    """See that a step can be held, and can fail."""
    if not isinstance(step, Mapping):
        raise ValueError("it must be a mapping")
    if "user" in step:
        _only(step, {"user", "times", "assertions"})
        expectations, allowed = step.get("assertions") or [], ASSERTIONS
    else:
        expectations, allowed = [step], EXPECTATIONS
    for expectation in expectations:
        _only(expectation, allowed)
        if len(expectation) != 1:
            raise ValueError("only one thing may be expected at a time")
        _check_expectation(*next(iter(expectation.items())))


def _check_expectation(name: str, expected: Any) -> None:
    if not expected:
        raise ValueError(f"{name} expects nothing")
    if name == "custom":
        check_pattern(expected)
    elif name in {"bot_uttered", "bot_did_not_utter"}:
        _only(expected, UTTERED)
        check_pattern(expected.get("custom"))
        check_pattern(expected.get("buttons"))
        re.compile(expected.get("text_matches") or "")
    elif name == "slot_was_set":
        for item in expected:
            if isinstance(item, Mapping):
                check_pattern(item)
