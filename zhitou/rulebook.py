"""Reads a package's YAML of rules; whatever is wrong is told with file and key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import Any, NoReturn

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RulesError(Exception):
    """Rules cannot be used; the message is one line that names the file and the key."""


@dataclass(frozen=True)
class Node:
    """A value of a rules file that knows where it stands."""

    value: Any
    file: str
    key: str = ""

    def fail(self, why: str) -> NoReturn:
        """Refuse the value.

        Raises:
            RulesError: always, with file and key.
        """
        raise RulesError(f"{self.file}: {self.key or 'top level'}: {why}")

    def only(self, *keys: str) -> Node:
        """This mapping, after a check that it has no key besides ``keys``."""
        unknown = [str(key) for key in self._mapping() if key not in keys]
        if unknown:
            self.fail(f"unknown key {unknown[0]!r}; known: {', '.join(keys)}")
        return self

    def has(self, key: str) -> bool:
        """Whether this mapping holds ``key``."""
        return key in self._mapping()

    def __getitem__(self, key: str) -> Node:
        mapping = self._mapping()
        if key not in mapping:
            self.fail(f"{key!r} is missing")
        return Node(mapping[key], self.file, f"{self.key}.{key}".lstrip("."))

    def get(self, key: str, default: Any) -> Node:
        """The value under ``key``, or ``default``."""
        value = self._mapping().get(key, default)
        return Node(value, self.file, f"{self.key}.{key}".lstrip("."))

    def items(self) -> Iterator[tuple[str, Node]]:
        """The entries of this mapping in their order."""
        for key in self._mapping():
            yield str(key), self[key]

    def __iter__(self) -> Iterator[Node]:
        if not isinstance(self.value, list):
            self.fail("must be a list")
        for index, value in enumerate(self.value):
            yield Node(value, self.file, f"{self.key}[{index}]")

    def text(self, *, empty: bool = False) -> str:
        """A string; ``empty`` allows an empty one."""
        if not isinstance(self.value, str) or not (empty or self.value.strip()):
            self.fail("must be a text")
        return self.value.strip()

    def one_of(self, *choices: str) -> str:
        """A string out of ``choices``."""
        if self.value not in choices:
            self.fail(f"must be one of {', '.join(choices)}, not {self.value!r}")
        return str(self.value)

    def texts(self) -> tuple[str, ...]:
        """A list of strings."""
        return tuple(item.text() for item in self)

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.fail("must be true or false")
        return self.value

    def integer(self, least: int | None = None) -> int:
        """A whole number of at least ``least``."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.fail("must be a whole number")
        if least is not None and self.value < least:
            self.fail(f"must be at least {least}")
        return self.value

    def number(self, least: float | None = None) -> Decimal:
        """A number of at least ``least``, exactly as written."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float | str):
            self.fail("must be a number")
        try:
            number = Decimal(str(self.value))
        except InvalidOperation:
            self.fail("must be a number")
        if least is not None and number < Decimal(str(least)):
            self.fail(f"must be at least {least}")
        return number

    def day(self) -> date:
        """A date, written 2026-02-01."""
        if type(self.value) is not date:
            self.fail("must be a date such as 2026-02-01")
        return self.value

    def _mapping(self) -> dict[Any, Any]:
        if not isinstance(self.value, dict):
            self.fail("must be a mapping")
        return self.value


def read(package: str, name: str) -> Node:
    """Read the YAML file ``name`` that lies in ``package``.

    Raises:
        RulesError: the file is missing, unreadable or not YAML.
    """
    file = f"{package.replace('.', '/')}/{name}"
    try:
        value = yaml.load(files(package).joinpath(name).read_text("utf-8"), Loader=_Loader)  # noqa: S506
    except (OSError, UnicodeDecodeError, ModuleNotFoundError) as error:
        raise RulesError(f"{file}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise RulesError(f"{file}: not YAML: {' '.join(str(error).split())}") from error
    return Node(value, file)


def names(package: str, prefix: str) -> list[str]:
    """The YAML files of ``package`` whose name starts with ``prefix``, in order.

    Raises:
        RulesError: the folder cannot be read.
    """
    try:
        found = [entry.name for entry in files(package).iterdir()]
    except (OSError, ModuleNotFoundError) as error:
        raise RulesError(f"{package.replace('.', '/')}: cannot be read: {error}") from error
    return sorted(name for name in found if name.startswith(prefix) and name.endswith(".yml"))
