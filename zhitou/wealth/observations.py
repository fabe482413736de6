"""Rules of one form: where the figures of a product lie in a band, this is said.

Cautions of a selection and findings of a diagnosis are such rules; their YAML looks alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from string import Formatter

from zhitou.rulebook import Node
from zhitou.wealth.figures import Measures, figure_book
from zhitou.wealth.product import TYPE_NAMES, Product
from zhitou.wealth.writing import write

SEVERITIES = ("high", "medium", "low", "info")

Band = tuple[str, float | None, float | None]
"""Figure, lower bound or nothing, upper bound or nothing; bounds themselves are outside."""


@dataclass(frozen=True)
class Observation:
    """One rule: for whom it is, when it holds and how gravely, what it says."""

    code: str
    title: str
    kinds: frozenset[str]
    types: frozenset[str]
    severities: tuple[tuple[str, tuple[Band, ...]], ...]
    text: str
    suggestion: str
    evidence: tuple[str, ...]
    units: Mapping[str, str]
    """Units of the figures that are not in ``figures.yml``."""

    def severity(self, product: Product, values: Measures) -> str | None:
        """How gravely the rule holds for a product; ``None`` where it does not."""
        if self.kinds and product.kind not in self.kinds:
            return None
        if self.types and product.type not in self.types:
            return None
        return next(
            (
                severity
                for severity, bands in self.severities
                if all(inside(values.get(name), low, high) for name, low, high in bands)
            ),
            None,
        )

    def says(self, values: Measures, words: Mapping[str, str]) -> str | None:
        """The text with its figures written out; ``None`` where one of them is unknown."""
        return filled(self.text, values, words, self.units)

    def suggests(self, values: Measures, words: Mapping[str, str]) -> str | None:
        """The suggestion with its figures written out; ``None`` where there is none."""
        return filled(self.suggestion, values, words, self.units) or None


def parse_observation(node: Node, extra: Mapping[str, str], words: tuple[str, ...]) -> Observation:
    """Check one rule.

    Args:
        node: its YAML.
        extra: figures besides those of ``figures.yml``, with their units.
        words: placeholders besides figures that the texts may use.

    Raises:
        RulesError: an unknown key, figure, type or placeholder.
    """
    node.only(
        "code", "title", "kinds", "types", "when", "severities", "text", "suggestion", "evidence"
    )
    known = {**{name: one.unit for name, one in figure_book().figures.items()}, **extra}
    all_types = {name for types in TYPE_NAMES.values() for name in types}
    if node.has("when") == node.has("severities"):
        node.fail("needs either when or severities")
    if node.has("when"):
        severities: tuple[tuple[str, tuple[Band, ...]], ...] = (
            ("info", bands_of(node["when"], known)),
        )
    else:
        levels = node["severities"].only(*SEVERITIES)
        severities = tuple(
            (severity, bands_of(levels[severity], known))
            for severity in SEVERITIES
            if levels.has(severity)
        )
    texts = {}
    for key in ("text", "suggestion"):
        text = node.get(key, "").text(empty=key == "suggestion")
        for name in placeholders(text):
            if name not in known and name not in words:
                node[key].fail(f"unknown placeholder {{{name}}}")
        texts[key] = text
    return Observation(
        code=node["code"].text(),
        title=node.get("title", "").text(empty=True),
        kinds=frozenset(item.one_of(*TYPE_NAMES) for item in node.get("kinds", [])),
        types=frozenset(item.one_of(*all_types) for item in node.get("types", [])),
        severities=severities,
        text=texts["text"],
        suggestion=texts["suggestion"],
        evidence=tuple(item.one_of(*known) for item in node.get("evidence", [])),
        units=extra,
    )


def template(node: Node, words: Collection[str]) -> str:
    """A text whose placeholders are all among ``words``.

    Raises:
        RulesError: no text, or another placeholder.
    """
    text = node.text()
    for name in placeholders(text):
        if name not in words:
            known = ", ".join(sorted(words)) or "none"
            node.fail(f"unknown placeholder {{{name}}}; known: {known}")
    return text


def placeholders(text: str) -> list[str]:
    """The names between braces of a template."""
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def filled(
    text: str,
    values: Measures,
    words: Mapping[str, str],
    units: Mapping[str, str] | None = None,
) -> str | None:
    """A template with words and written figures in it; ``None`` where one is unknown.

    Args:
        text: with ``{name}`` placeholders.
        values: figures by name.
        words: texts by name; they win over figures.
        units: units of figures besides those of ``figures.yml``.
    """
    figures = figure_book().figures
    found = dict(words)
    for name in placeholders(text):
        if name in found:
            continue
        value = values.get(name)
        if value is None:
            return None
        unit = units[name] if units and name in units else figures[name].unit
        found[name] = write(unit, value)
    return text.format_map(found)


def bands_of(node: Node, known: Mapping[str, str]) -> tuple[Band, ...]:
    """The bands of a condition ``{figure: {above: x, below: y}}``.

    Raises:
        RulesError: a figure that is not ``known``, or a bound that is no number.
    """
    bands = []
    for name, band in node.items():
        if name not in known:
            band.fail("unknown figure")
        band.only("above", "below")
        low = float(band["above"].number()) if band.has("above") else None
        high = float(band["below"].number()) if band.has("below") else None
        bands.append((name, low, high))
    return tuple(bands)


def inside(value: float | None, low: float | None, high: float | None) -> bool:
    """Whether a figure is known and lies strictly between its bounds."""
    return value is not None and (low is None or value > low) and (high is None or value < high)
