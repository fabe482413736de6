"""Two to five products side by side: who is ahead where, for whom which fits, how alike they move.

Nothing is declared better as a whole: each line says who is ahead in it, if anybody is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from zhitou.wealth.compared import Compared
from zhitou.wealth.comparison_rules import ComparisonRules, Dimension, load_comparison_rules
from zhitou.wealth.costs import cheaper_from
from zhitou.wealth.figures import figure_book
from zhitou.wealth.writing import write


def compare(
    items: Sequence[Compared],
    returns: pd.DataFrame | None = None,
    rules: ComparisonRules | None = None,
) -> dict[str, Any]:
    """Set things side by side.

    Args:
        items: two to five.
        returns: total-return indices of a year, days by code, of those that have them.
        rules: other rules than the packaged ones.

    Returns:
        ``items``, ``dimensions``, ``pairs``, ``points`` and ``verdict`` of the message
        ``comparison``.
    """
    rules = rules or load_comparison_rules()
    dimensions = [line for one in rules.dimensions if (line := _dimension(one, items)) is not None]
    return {
        "items": [item.data() for item in items],
        "dimensions": dimensions,
        "pairs": _pairs(items, returns, rules),
        "points": _points(items, dimensions, rules),
        "verdict": _verdict(items, dimensions, rules),
    }


def _dimension(rule: Dimension, items: Sequence[Compared]) -> dict[str, Any] | None:
    if not all(item.kind in rule.kinds for item in items):
        return None
    if rule.text:
        texts = [item.texts.get(rule.text, "") for item in items]
        line = {"id": rule.text, "name": rule.name, "unit": "text", "values": texts}
        return {**line, "texts": texts, "better": None, "note": ""} if any(texts) else None
    figure = figure_book().figures[rule.figure]
    values = [item.values.get(rule.figure) for item in items]
    if all(value is None for value in values):
        return None
    return {
        "id": figure.id,
        "name": figure.name,
        "unit": figure.unit,
        "values": [_json(figure.unit, value) for value in values],
        "texts": ["暂无" if value is None else write(figure.unit, value) for value in values],
        "better": None if rule.tie is None else _better(values, figure.sign, rule.tie),
        "note": figure_book().past_disclosure if figure.past else "",
    }


def _better(values: Sequence[float | None], sign: int, tie: float) -> int | None:
    """Who is ahead of all others by more than ``tie``."""
    known = sorted(
        ((value * sign, place) for place, value in enumerate(values) if value is not None),
        reverse=True,
    )
    if sign == 0 or len(known) < 2 or known[0][0] - known[1][0] <= tie + 1e-12:
        return None
    return known[0][1]


def _json(unit: str, value: float | None) -> float | str | None:
    if value is None:
        return None
    if unit == "money":
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return f"R{int(value)}" if unit == "level" else round(value, 6)


def _points(
    items: Sequence[Compared], dimensions: Sequence[Mapping[str, Any]], rules: ComparisonRules
) -> list[str]:
    by_id = {line["id"]: line for line in dimensions}
    points = []
    for angle in rules.angles:
        line = next(
            (
                by_id[name]
                for name in angle.figures
                if by_id.get(name, {}).get("better") is not None
            ),
            None,
        )
        if line is None:
            continue
        ahead = int(line["better"])
        decision = items[ahead].decision
        if decision is not None and decision.decision != "allow":
            continue
        others = "，".join(
            f"{item.short_name}是{line['texts'][place]}"
            for place, item in enumerate(items)
            if place != ahead
        )
        points.append(
            angle.text.format(
                name=items[ahead].short_name,
                figure=line["name"],
                value=line["texts"][ahead],
                others=others,
            )
        )
    return points[: rules.most_points]


def _verdict(
    items: Sequence[Compared], dimensions: Sequence[Mapping[str, Any]], rules: ComparisonRules
) -> str:
    words = rules.verdict
    said = []
    if len({item.kind for item in items if item.kind != "category"}) > 1:
        said.append(words["kinds_differ"])
    elif len({item.type for item in items}) > 1:
        said.append(words["types_differ"])
    leveled = sorted((item for item in items if item.risk_level), key=lambda i: i.risk_level or "")
    if leveled and leveled[0].risk_level != leveled[-1].risk_level:
        said.append(
            words["levels_differ"].format(
                lower=leveled[0].short_name,
                lower_level=leveled[0].risk_level,
                higher=leveled[-1].short_name,
                higher_level=leveled[-1].risk_level,
            )
        )
    elif len(leveled) == len(items):
        said.append(words["levels_same"].format(level=leveled[0].risk_level))
    said.append(_classes(items, rules) or _counts(items, dimensions, rules))
    for item in items:
        if item.decision is not None and item.decision.decision != "allow":
            said.append(
                words["not_allowed"].format(
                    name=item.short_name,
                    product_level=item.decision.product_level,
                    customer_level=item.decision.customer_level,
                )
            )
    return "".join((*said, words["closing"]))


def _counts(
    items: Sequence[Compared], dimensions: Sequence[Mapping[str, Any]], rules: ComparisonRules
) -> str:
    ahead = [line["better"] for line in dimensions if line["better"] is not None]
    if not ahead:
        return rules.verdict["no_better"]
    counts = "，".join(
        rules.verdict["count"].format(name=item.short_name, wins=ahead.count(place))
        for place, item in enumerate(items)
        if place in ahead
    )
    return rules.verdict["counts"].format(total=len(ahead), counts=counts)


def _classes(items: Sequence[Compared], rules: ComparisonRules) -> str:
    """For two share classes of one fund: from which day of holding which one is cheaper."""
    first, second = (items[0].product, items[1].product)
    if len(items) != 2 or first is None or second is None:
        return ""
    family = first.terms.get("family")
    if not family or family != second.terms.get("family"):
        return ""
    ways = [
        (cheaper_from(later, sooner), later, sooner)
        for later, sooner in ((first, second), (second, first))
    ]
    found = [(day, later, sooner) for day, later, sooner in ways if day is not None]
    if not found:
        return ""
    day, later, sooner = max(found, key=lambda one: one[0])
    words = rules.verdict["classes" if day > 1 else "classes_always"]
    return words.format(days=day, later=later.name, sooner=sooner.name)


def _pairs(
    items: Sequence[Compared], returns: pd.DataFrame | None, rules: ComparisonRules
) -> list[dict[str, Any]]:
    if returns is None:
        return []
    found = []
    for a, b in combinations(range(len(items)), 2):
        codes = [items[a].code, items[b].code]
        if not all(code in returns.columns for code in codes):
            continue
        moves = returns[codes].dropna().pct_change().iloc[1:].to_numpy()
        if len(moves) < rules.least_returns or not moves.std(axis=0).all():
            continue
        value = float(np.corrcoef(moves[:, 0], moves[:, 1])[0, 1])
        text = next(text for least, text in rules.bands if value >= least or least <= -1)
        found.append(
            {
                "a": a,
                "b": b,
                "correlation": round(value, 4),
                "text": text.format(
                    a=items[a].short_name, b=items[b].short_name, value=f"{value:.2f}"
                ),
            }
        )
    return found
