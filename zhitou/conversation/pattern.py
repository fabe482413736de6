"""Patterns of values in dialogue tests: what a card, a slot or a button must look like.

A mapping matches a mapping that has every key it names, each matching; a list matches a list that
begins with items that match; anything else matches what equals it. A mapping whose keys begin with
``$`` holds conditions, all of which must be met:

- ``$present: true`` it is not empty, ``false`` it is;
- ``$matches: regex`` the regular expression is found in it, ``$lacks: regex`` it is not;
- ``$length: n`` so many items; ``$at_least: n``, ``$at_most: n`` a number, also one written as a
  string, or the number of items;
- ``$one_of: [a, b]`` it equals one of these, or contains none but these where it is a list;
- ``$every: pattern`` each item of a list that is not empty matches, ``$some: pattern`` one does;
- ``$keep: name`` remembers it for later turns; ``$kept: name`` it equals what was remembered,
  ``$other_than: [name, …]`` it differs from everything that was remembered so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any

Kept = MutableMapping[str, Any]
"""What ``$keep`` remembered in this dialogue, by its name."""


class BadPattern(Exception):
    """A pattern cannot be used; the message says why."""


def mismatch(
    pattern: Any, value: Any, where: str = "custom", kept: Kept | None = None
) -> str | None:
    """Tell where ``value`` differs from ``pattern``, or None where it matches.

    What ``$keep`` remembers is written to ``kept`` only when all of the pattern matches.
    """
    remembered: Kept = dict(kept or {})
    found = _mismatch(pattern, value, where, remembered)
    if found is None and kept is not None:
        kept.update(remembered)
    return found


def check_pattern(pattern: Any) -> None:
    """See that a pattern can be used.

    Raises:
        BadPattern: it has an unknown condition, mixes conditions with keys, or is empty.

    """
    if isinstance(pattern, Mapping):
        conditions = [str(key) for key in pattern if str(key).startswith("$")]
        unknown = [key for key in conditions if key not in _CONDITIONS]
        if unknown:
            raise BadPattern(f"unknown condition {unknown[0]}")
        if not pattern or (conditions and len(conditions) < len(pattern)):
            raise BadPattern(f"a mapping of conditions, or of keys, but not {dict(pattern)}")
        for key, part in pattern.items():
            if key not in _LITERAL:
                check_pattern(part)
    elif isinstance(pattern, list):
        for part in pattern:
            check_pattern(part)


def _mismatch(pattern: Any, value: Any, where: str, kept: Kept) -> str | None:
    if isinstance(pattern, Mapping):
        if any(str(key).startswith("$") for key in pattern):
            return _unmet(pattern, value, where, kept)
        if not isinstance(value, Mapping):
            return f"{where}: expected a mapping, got {value!r}"
        for key, expected in pattern.items():
            if key not in value:
                return f"{where}.{key}: missing; there is {', '.join(map(str, value))}"
            found = _mismatch(expected, value[key], f"{where}.{key}", kept)
            if found:
                return found
        return None
    if isinstance(pattern, list):
        if not isinstance(value, list) or len(value) < len(pattern):
            return f"{where}: expected at least {len(pattern)} items, got {value!r}"
        for index, expected in enumerate(pattern):
            found = _mismatch(expected, value[index], f"{where}[{index}]", kept)
            if found:
                return found
        return None
    return None if pattern == value else f"{where}: expected {pattern!r}, got {value!r}"


def _unmet(conditions: Mapping[str, Any], value: Any, where: str, kept: Kept) -> str | None:
    for name, expected in conditions.items():
        if name in {"$every", "$some"}:
            found = _items_mismatch(name, expected, value, where, kept)
            if found:
                return found
        elif not _CONDITIONS[name](expected, value, kept):
            against = [kept.get(one) for one in _names(expected)] if name in _MEMORY else expected
            return f"{where}: expected {name} {against!r}, got {value!r}"
    return None


def _items_mismatch(name: str, pattern: Any, value: Any, where: str, kept: Kept) -> str | None:
    if not isinstance(value, list) or not value:
        return f"{where}: expected items, got {value!r}"
    found = [_mismatch(pattern, item, f"{where}[{at}]", kept) for at, item in enumerate(value)]
    if name == "$every":
        return next((problem for problem in found if problem), None)
    return f"{where}: no item is as expected; {found[0]}" if all(found) else None


def _text(value: Any) -> str | None:
    """The text of what a regular expression can look at."""
    return str(value) if isinstance(value, str | int | float) else None


def _matches(expected: Any, value: Any, kept: Kept) -> bool:
    text = _text(value)
    return text is not None and re.search(str(expected), text) is not None


def _lacks(expected: Any, value: Any, kept: Kept) -> bool:
    text = _text(value)
    return text is not None and re.search(str(expected), text) is None


def _size(value: Any) -> float | None:
    """A number, also one written as a string; how many items a list or mapping has; or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, list | Mapping):
        return float(len(value))
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _at_least(expected: Any, value: Any, kept: Kept) -> bool:
    size = _size(value)
    return size is not None and size >= float(expected)


def _at_most(expected: Any, value: Any, kept: Kept) -> bool:
    size = _size(value)
    return size is not None and size <= float(expected)


def _length(expected: Any, value: Any, kept: Kept) -> bool:
    return isinstance(value, Sequence | Mapping) and len(value) == expected


def _one_of(expected: Any, value: Any, kept: Kept) -> bool:
    if isinstance(value, list):
        return bool(value) and all(item in expected for item in value)
    return value in expected


def _keep(expected: Any, value: Any, kept: Kept) -> bool:
    kept[str(expected)] = value
    return value not in (None, "", [], {})


def _is_kept(expected: Any, value: Any, kept: Kept) -> bool:
    return str(expected) in kept and kept[str(expected)] == value


def _other_than(expected: Any, value: Any, kept: Kept) -> bool:
    names = _names(expected)
    return all(name in kept and kept[name] != value for name in names)


def _names(expected: Any) -> list[str]:
    return [str(name) for name in (expected if isinstance(expected, list) else [expected])]


_CONDITIONS: Mapping[str, Callable[[Any, Any, Kept], bool]] = {
    "$present": lambda expected, value, kept: (value not in (None, "", [], {})) == expected,
    "$matches": _matches,
    "$lacks": _lacks,
    "$length": _length,
    "$at_least": _at_least,
    "$at_most": _at_most,
    "$one_of": _one_of,
    "$every": lambda expected, value, kept: False,  # read by `_items_mismatch`
    "$some": lambda expected, value, kept: False,
    "$keep": _keep,
    "$kept": _is_kept,
    "$other_than": _other_than,
}
"""Condition → whether what it expects holds of a value."""

_MEMORY = frozenset({"$kept", "$other_than"})
_LITERAL = frozenset(_CONDITIONS) - {"$every", "$some"}
"""Conditions whose operand is no pattern."""
