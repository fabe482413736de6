"""One product examined: findings with evidence, and a score that follows from them.

The rules are ``rules/product_diagnosis.yml``. The score is ``start`` less the points of every
finding, and never below zero, so that whoever holds the findings can compute it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from zhitou.rulebook import Node, read
from zhitou.wealth.figures import Measures, shown_kind
from zhitou.wealth.observations import (
    SEVERITIES,
    Observation,
    filled,
    parse_observation,
    template,
)
from zhitou.wealth.product import Product
from zhitou.wealth.shelf import Shelf
from zhitou.wealth.suitability import Profile, span

EXTRA_FIGURES: Mapping[str, str] = {
    "level_gap": "count",
    "peer_sharpe_1y": "share",
    "peer_sharpe_3y": "share",
    "peer_drawdown_3y": "share",
    "peer_volatility_1y": "share",
    "peer_fee": "share",
    "worst_drawdown": "fall",
    "drawdown_used": "share",
    "under_water_days": "days",
    "longest_under_water_days": "days",
    "against_benchmark_1y": "signed_percent",
    "against_benchmark_3y": "signed_percent",
    "against_comparison_basis": "signed_percent",
    "suspended": "count",
    "limited": "count",
}
"""Figures that findings may ask for besides those of ``figures.yml``, with their units."""

_WORDS = ("name", "customer_level", "allowed", "as_of")
_PEERS = {
    "peer_sharpe_1y": "sharpe_1y",
    "peer_sharpe_3y": "sharpe_3y",
    "peer_drawdown_3y": "max_drawdown_3y",
    "peer_volatility_1y": "volatility_1y",
    "peer_fee": "cost_1y",
}


@dataclass(frozen=True)
class DiagnosisRules:
    """The rules file, checked."""

    version: str
    start: int
    points: Mapping[str, int]
    findings: tuple[Observation, ...]
    summary: tuple[tuple[int, str], ...]
    """Least score and text, best first."""
    mismatch: str
    closing: Mapping[str, str]
    no_level: str


@lru_cache(maxsize=1)
def load_diagnosis_rules() -> DiagnosisRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_diagnosis_rules(read("zhitou.wealth.rules", "product_diagnosis.yml"))


def parse_diagnosis_rules(node: Node) -> DiagnosisRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something in it is missing, unknown or of the wrong kind.
    """
    node.only("version", "start", "points", "findings", "summary", "closing", "no_level")
    points = node["points"].only(*SEVERITIES)
    summary = node["summary"].only("mismatch", "from_90", "from_70", "from_0")
    closing = node["closing"].only("fund", "cash", "wealth", "insurance")
    return DiagnosisRules(
        version=node["version"].text(),
        start=node["start"].integer(1),
        points={severity: points[severity].integer(0) for severity in SEVERITIES},
        findings=tuple(parse_observation(one, EXTRA_FIGURES, _WORDS) for one in node["findings"]),
        summary=tuple(
            (least, template(summary[f"from_{least}"], {"name"})) for least in (90, 70, 0)
        ),
        mismatch=template(summary["mismatch"], {"name"}),
        closing={kind: template(text, {"worst_drawdown"}) for kind, text in closing.items()},
        no_level=node["no_level"].text(),
    )


def diagnose_product(
    shelf: Shelf,
    product: Product,
    series: pd.Series | None,
    profile: Profile | None,
    rules: DiagnosisRules | None = None,
) -> dict[str, Any]:
    """Examine a product.

    Args:
        shelf: all products, for the peers.
        product: one of them.
        series: its total-return index by day, if it has daily values.
        profile: the customer, if there is one; only a valid level counts.
        rules: other rules than the packaged ones.

    Returns:
        ``score``, ``findings``, ``suggestions``, ``metrics`` and ``summary`` of the message
        ``diagnosis``.
    """
    rules = rules or load_diagnosis_rules()
    known = profile if profile is not None and profile.status == "valid" else None
    values = evidence(shelf, product, series, known)
    words = {
        "name": product.short_name,
        "customer_level": (known.level or "") if known else "",
        "allowed": span(known.allows) if known else "",
        "as_of": (product.as_of or shelf.on).isoformat(),
    }
    findings = []
    for rule in rules.findings:
        severity = rule.severity(product, values)
        text = rule.says(values, words) if severity else None
        if severity and text:
            findings.append(_finding(rule, severity, text, values, words, rules))
    if known is None:
        findings.append(_no_level(rules))
    findings.sort(key=lambda one: SEVERITIES.index(one["severity"]))
    total = score(findings, rules.start)
    said = [one["suggestion"] for one in findings if one["suggestion"]]
    return {
        "score": total,
        "findings": findings,
        "suggestions": list(dict.fromkeys(said))[:4],
        "metrics": {name: round(value, 6) for name, value in values.items() if value is not None},
        "summary": _summary(product, findings, total, values, rules),
    }


def score(findings: list[dict[str, Any]], start: int = 100) -> int:
    """The score that follows from findings: ``start`` less their points, at least zero."""
    return max(0, start - sum(int(one["points"]) for one in findings))


def evidence(
    shelf: Shelf, product: Product, series: pd.Series | None, profile: Profile | None
) -> dict[str, float | None]:
    """Every figure that findings may ask for."""
    place = shelf.index[product.code]
    values: dict[str, float | None] = dict(shelf.values[place])
    for name, measure in _PEERS.items():
        share = float(shelf.standing(measure).share[place])
        values[name] = share if np.isfinite(share) else None
    known = [values.get(f"max_drawdown_{period}") for period in ("5y", "3y", "1y")]
    values["worst_drawdown"] = min((one for one in known if one is not None), default=None)
    now, longest = (None, None) if series is None or len(series) < 2 else under_water(series)
    values["under_water_days"] = now
    values["longest_under_water_days"] = longest
    current, worst = values.get("current_drawdown"), values["worst_drawdown"]
    values["drawdown_used"] = current / worst if current is not None and worst else None
    for period in ("1y", "3y"):
        values[f"against_benchmark_{period}"] = _less(
            values.get(f"return_{period}"), values.get(f"benchmark_return_{period}")
        )
    values["against_comparison_basis"] = _less(values.get("return_1y"), values.get("benchmark_low"))
    values["suspended"] = float(product.terms.get("subscription") == "suspended")
    values["limited"] = float(product.terms.get("subscription") == "limited")
    if profile is not None:
        highest = max((int(level[1:]) for level in profile.allows), default=0)
        values["level_gap"] = float(max(int(product.risk_level[1:]) - highest, 0))
    return values


def under_water(series: pd.Series) -> tuple[float, float]:
    """Calendar days since the last peak, and the longest such time within the series."""
    prices = series.to_numpy(dtype=np.float64)
    days = series.index.to_numpy().astype("datetime64[D]").astype(np.int64)
    at_peak = np.flatnonzero(prices >= np.maximum.accumulate(prices))
    since = days[-1] - days[at_peak[-1]]
    gaps = np.diff(np.append(days[at_peak], days[-1]))
    return float(since), float(gaps.max(initial=0))


def _finding(
    rule: Observation,
    severity: str,
    text: str,
    values: Measures,
    words: Mapping[str, str],
    rules: DiagnosisRules,
) -> dict[str, Any]:
    found = {name: values.get(name) for name in rule.evidence}
    return {
        "code": rule.code,
        "title": rule.title,
        "severity": severity,
        "points": rules.points[severity],
        "text": text,
        "evidence": {name: round(value, 6) for name, value in found.items() if value is not None},
        "suggestion": rule.suggests(values, words) or "",
    }


def _no_level(rules: DiagnosisRules) -> dict[str, Any]:
    return {
        "code": "level_unknown",
        "title": "与您的等级",
        "severity": "info",
        "points": 0,
        "text": rules.no_level,
        "evidence": {},
        "suggestion": "",
    }


def _summary(
    product: Product,
    findings: list[dict[str, Any]],
    total: int,
    values: Measures,
    rules: DiagnosisRules,
) -> str:
    codes = {one["code"] for one in findings}
    first = (
        rules.mismatch
        if "level_mismatch" in codes
        else next(text for least, text in rules.summary if total >= least)
    )
    kind = "cash" if shown_kind(product) == "cash" else product.kind
    closing = filled(rules.closing[kind], values, {}, EXTRA_FIGURES) or rules.closing["cash"]
    return first.format(name=product.short_name) + closing


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other
