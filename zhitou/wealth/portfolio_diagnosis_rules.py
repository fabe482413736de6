"""``rules/diagnosis.yml`` as a checked object: what a portfolio is examined for, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

from zhitou.rulebook import Node, read
from zhitou.wealth.observations import SEVERITIES, placeholders
from zhitou.wealth.ways_on import parse_actions

WORDS: Mapping[str, frozenset[str]] = {
    "risk_mismatch": frozenset({"share", "names", "level", "allowed"}),
    "no_valid_level": frozenset({"state"}),
    "concentration": frozenset({"share", "names", "effective"}),
    "sector_concentration": frozenset({"share", "sector", "names"}),
    "moving_together": frozenset({"share", "names", "correlation", "count"}),
    "growth_above_level": frozenset({"share", "high", "level"}),
    "growth_below_level": frozenset({"share", "low", "level"}),
    "class_drift": frozenset({"classes"}),
    "drawdown": frozenset({"fall", "bearable", "level", "amount"}),
    "stress": frozenset({"episode", "fall", "amount", "bearable"}),
    "cost": frozenset({"cost", "names"}),
    "illiquid": frozenset({"share", "names"}),
    "emergency_cash": frozenset({"months", "wanted", "amount"}),
    "same_manager": frozenset({"share", "manager", "names"}),
    "duplicates": frozenset({"share", "themes", "count"}),
    "too_many": frozenset({"count"}),
    "small_funds": frozenset({"share", "names", "size"}),
    "healthy": frozenset(),
}
"""Every finding there is, in the order of the file, and what its texts may use."""

_WORDS = (
    "expired",
    "none",
    "needs_identity",
    "class_above",
    "class_below",
    "tracks",
    "sector_type",
    "told",
    "score_rule",
    "basis",
    "missing_amounts",
)


@dataclass(frozen=True)
class Basis:
    """What the figures of a diagnosis rest on."""

    history_days: int
    metrics_days: int
    cluster_correlation: float
    stress_days: int
    liquid_within_days: int
    least_fund_size: Decimal
    items_named: int


@dataclass(frozen=True)
class FindingRule:
    """One finding: from which measure on it is how grave, its words, what it costs."""

    code: str
    severities: tuple[tuple[str, float], ...]
    """Gravest first, with the least measure of each."""
    penalties: Mapping[str, int]
    text: str
    suggestion: str

    def severity(self, measure: float) -> str | None:
        """How grave a measure is; None where it is not worth a word."""
        return next((name for name, least in self.severities if measure >= least), None)


@dataclass(frozen=True)
class DiagnosisRules:
    """The rules file, checked."""

    version: str
    basis: Basis
    score_start: int
    findings: Mapping[str, FindingRule]
    episodes: Mapping[str, str]
    words: Mapping[str, str]
    actions: tuple[Mapping[str, str], ...]

    def score(self, findings: list[dict[str, Any]]) -> int:
        """The score that follows from findings: the start less their penalties, at least 0.

        Args:
            findings: each with ``code`` and ``severity``.
        """
        lost = sum(self.findings[one["code"]].penalties[one["severity"]] for one in findings)
        return max(0, self.score_start - lost)


@lru_cache(maxsize=1)
def diagnosis_rules() -> DiagnosisRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_diagnosis_rules(read("zhitou.wealth.rules", "diagnosis.yml"))


def parse_diagnosis_rules(node: Node) -> DiagnosisRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something is missing, unknown or of the wrong kind.
    """
    node.only("version", "basis", "score", "findings", "episodes", "words", "actions")
    basis = node["basis"].only(*Basis.__annotations__)
    score = node["score"].only("start", "points")
    points = {name: score["points"].only(*SEVERITIES)[name].number(0) for name in SEVERITIES}
    findings = node["findings"].only(*WORDS)
    return DiagnosisRules(
        version=node["version"].text(),
        basis=Basis(
            history_days=basis["history_days"].integer(252),
            metrics_days=basis["metrics_days"].integer(60),
            cluster_correlation=float(basis["cluster_correlation"].number(0)),
            stress_days=basis["stress_days"].integer(5),
            liquid_within_days=basis["liquid_within_days"].integer(0),
            least_fund_size=basis["least_fund_size"].number(0),
            items_named=basis["items_named"].integer(1),
        ),
        score_start=score["start"].integer(1),
        findings={code: _finding(code, findings[code], points) for code in WORDS},
        episodes={code: name.text() for code, name in node["episodes"].items()},
        actions=parse_actions(node["actions"]),
        words={name: node["words"].only(*_WORDS)[name].text() for name in _WORDS},
    )


def _finding(code: str, node: Node, points: Mapping[str, Decimal]) -> FindingRule:
    node.only("weight", "severities", "text", "suggestion")
    levels = node["severities"].only(*SEVERITIES)
    severities = tuple(
        (name, float(levels[name].number(0))) for name in SEVERITIES if levels.has(name)
    )
    if not severities or any(graver[1] <= milder[1] for graver, milder in pairwise(severities)):
        levels.fail("a graver severity needs a greater measure")
    weight = node["weight"].number(0)
    text = node["text"].text()
    for name in placeholders(text):
        if name not in WORDS[code]:
            node["text"].fail(f"unknown placeholder {{{name}}}")
    return FindingRule(
        code=code,
        severities=severities,
        penalties={
            name: int((weight * point).quantize(Decimal(1), ROUND_HALF_UP))
            for name, point in points.items()
        },
        text=text,
        suggestion=node["suggestion"].text(),
    )
