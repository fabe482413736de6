"""A loss explained: what fell, beside its market, how usual that is, how long others took; pure.

The figures are facts of the past; the sentences are templates of ``rules/loss.yml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from zhitou.wealth import analytics
from zhitou.wealth.apportionment import percent
from zhitou.wealth.loss_rules import LossRules, Period
from zhitou.wealth.positions import Position, Total
from zhitou.wealth.writing import write_money


@dataclass(frozen=True)
class Fall:
    """From where to where something fell; ``change`` is negative, positive where it rose."""

    start: date
    end: date
    change: float


@dataclass(frozen=True)
class Recovery:
    """A past fall made good: its depth, and days from the lowest point back to the peak."""

    depth: float
    days: int


@dataclass(frozen=True)
class Fallen:
    """Something that fell, with all that is said of it."""

    name: str
    code: str
    series: pd.Series
    index_name: str
    index: pd.Series
    position: Position | None = None
    held_since: date | None = None


def fall_since_peak(series: pd.Series, since: date | None) -> Fall:
    """The change from the highest value (since a day) to the last one."""
    part = series if since is None else series[series.index >= pd.Timestamp(since)]
    if len(part) < 2:
        part = series.iloc[-2:]
    peak = int(np.flatnonzero(part.to_numpy() == part.to_numpy().max())[-1])
    return _change(part.iloc[peak:])


def fall_in_period(series: pd.Series, period: Period) -> Fall:
    """The change over the last trading days of a period."""
    return _change(series.iloc[-period.days - 1 :])


def change_between(series: pd.Series, start: date, end: date) -> float:
    """The change of a series between two days, by its last values on or before them."""
    first = max(int(series.index.searchsorted(pd.Timestamp(start), side="right")) - 1, 0)
    last = max(int(series.index.searchsorted(pd.Timestamp(end), side="right")) - 1, 0)
    return float(series.iloc[last] / series.iloc[first] - 1)


def share_as_deep(series: pd.Series) -> float:
    """Share of all days whose drawdown was as deep as the last day's, or deeper."""
    falls = analytics.drawdowns(series.to_numpy())
    return float((falls <= falls[-1] + 1e-12).mean())


def recoveries(series: pd.Series, least: float) -> list[Recovery]:
    """Past falls of at least ``least`` (a positive fraction) that were made good again."""
    falls = analytics.drawdowns(series.to_numpy())
    under = np.concatenate([[False], falls < -1e-12, [False]])
    edges = np.flatnonzero(under[1:] != under[:-1])
    found = []
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        if after >= len(falls):
            continue
        trough = int(first) + int(np.argmin(falls[first:after]))
        if -falls[trough] >= least:
            days = (series.index[after] - series.index[trough]).days
            found.append(Recovery(float(-falls[trough]), int(days)))
    return found


def losing(positions: Sequence[Position], series: Any, rules: LossRules) -> list[Position]:
    """Positions with a loss, largest first; without any, those that fell since they were bought."""
    lost = [one for one in positions if one.gain is not None and one.gain < 0]
    if lost:
        return sorted(lost, key=lambda one: one.gain or Decimal(0))
    fell = []
    for one in positions:
        own = series.get(one.product.code)
        if own is not None and len(own) > 1:
            change = fall_since_peak(own, one.bought_at).change
            if change <= -rules.least_fall:
                fell.append((float(one.value) * change, one))
    return [one for _, one in sorted(fell, key=lambda pair: pair[0])]


def explain(
    fallen: Sequence[Fallen], total: Total | None, text: str, rules: LossRules
) -> dict[str, Any]:
    """What is said of some falls, the gravest first, as the data of a ``diagnosis`` message.

    Args:
        fallen: at least one; the first is looked at closely.
        total: the customer's whole portfolio; None where it is not known.
        text: the customer's words.
        rules: the rules.
    """
    period = rules.period_of(text)
    findings = [_fall_finding(one, period, rules) for one in fallen[: rules.products_named]]
    findings += _closer(fallen[0], period, rules)
    gains = [one.position.gain for one in fallen if one.position]
    losses = sum((gain for gain in gains if gain is not None and gain < 0), Decimal(0))
    if total is not None and losses < 0 < total.value:
        findings.append(_share_finding(losses, total, rules))
    last = max(one.series.index[-1].date() for one in fallen)
    return {
        "about": "loss",
        "score": None,
        "comfort": rules.comfort_for(text),
        "findings": findings,
        "suggestions": list(rules.suggestions),
        "metrics": {}
        if total is None
        else {
            "value": f"{total.value:.2f}",
            "gain": f"{total.gain:.2f}",
            "gain_rate": total.gain_rate,
        },
        "disclosure": rules.disclosure,
        "rules_version": rules.version,
        "as_of": last.isoformat(),
        "simulated": True,
        "actions": [dict(action) for action in rules.actions],
    }


def _fall_finding(one: Fallen, period: Period | None, rules: LossRules) -> dict[str, Any]:
    fall = _fall(one, period)
    words = {
        "name": one.name,
        "from": fall.start.isoformat(),
        "to": fall.end.isoformat(),
        "fall": _percent(fall.change),
        "rise": _percent(fall.change),
        "period": period.name if period else "",
    }
    kind = "fall_since_peak"
    if period:
        kind = "fall_in_period" if fall.change < -rules.least_short_fall else "rose_in_period"
    text = rules.findings[kind].format(**words)
    gain = one.position.gain if one.position else None
    if one.position and gain is not None and gain < 0:
        text += rules.findings["own_loss"].format(
            amount=write_money(float(-gain)), gain_rate=_percent(one.position.gain_rate or 0.0, "-")
        )
    return _finding(
        "fall",
        text,
        {
            "code": one.code,
            "name": one.name,
            "fall": round(fall.change, 4),
            "from": fall.start.isoformat(),
            "to": fall.end.isoformat(),
            "gain": f"{gain:.2f}" if gain is not None else None,
            "gain_rate": one.position.gain_rate if one.position else None,
        },
    )


def _fall(one: Fallen, period: Period | None) -> Fall:
    if period:
        return fall_in_period(one.series, period)
    return fall_since_peak(one.series, one.held_since)


def _closer(one: Fallen, period: Period | None, rules: LossRules) -> list[dict[str, Any]]:
    """The market, how usual, and how long: of the one that weighs most."""
    fall = _fall(one, period)
    found = []
    if one.index is not one.series and fall.change < 0:
        found.append(_market_finding(one, fall, rules))
    depth = -float(analytics.drawdowns(one.series.to_numpy())[-1])
    if depth > rules.least_short_fall:
        found += [_usual_finding(one, depth, rules), _recovery_finding(one, depth, rules)]
    return found


def _market_finding(one: Fallen, fall: Fall, rules: LossRules) -> dict[str, Any]:
    change = change_between(one.index, fall.start, fall.end)
    difference = fall.change - change
    if change >= 0:
        kind = "market_rose"
    elif abs(difference) <= rules.alike_band * -change:
        kind = "market_alike"
    else:
        kind = "market_worse" if difference > 0 else "market_better"
    return _finding(
        "market",
        rules.findings[kind].format(
            index=one.index_name, change=_percent(change), difference=_percent(difference)
        ),
        {
            "index_name": one.index_name,
            "change": round(change, 4),
            "difference": round(difference, 4),
            "from": fall.start.isoformat(),
            "to": fall.end.isoformat(),
        },
    )


def _usual_finding(one: Fallen, depth: float, rules: LossRules) -> dict[str, Any]:
    share = share_as_deep(one.series)
    deepest = float(analytics.max_drawdown(one.series.to_numpy()))
    years = (one.series.index[-1] - one.series.index[0]).days / 365.25
    kind = "usual" if share >= rules.seldom else "usual_seldom"
    if share < rules.rare:
        kind = "usual_rare"
    return _finding(
        "usual",
        rules.findings[kind].format(
            now=_percent(-depth),
            years=f"{years:.1f}".removesuffix(".0"),
            share=percent(share),
            deepest=_percent(deepest),
        ),
        {
            "drawdown": round(-depth, 4),
            "days_as_deep": round(share, 4),
            "percentile": round(1 - share, 4),
            "deepest": round(deepest, 4),
            "years": round(years, 1),
        },
    )


def _recovery_finding(one: Fallen, depth: float, rules: LossRules) -> dict[str, Any]:
    past = sorted(found.days for found in recoveries(one.series, rules.alike * depth))
    rise = 1 / (1 - depth) - 1
    kind = {0: "recovery_none", 1: "recovery_once"}.get(len(past), "recovery")
    words = {
        "count": len(past),
        "shortest": past[0] if past else "",
        "longest": past[-1] if past else "",
        "rise": _percent(rise),
    }
    return _finding(
        "recovery",
        rules.findings[kind].format(**words),
        {
            "episodes": len(past),
            "shortest_days": past[0] if past else None,
            "median_days": int(np.median(past)) if past else None,
            "longest_days": past[-1] if past else None,
            "needed_rise": round(rise, 4),
        },
    )


def _share_finding(losses: Decimal, total: Total, rules: LossRules) -> dict[str, Any]:
    share = float(-losses / total.value)
    kind = "share_small" if share < rules.small_share else "share"
    return _finding(
        "share",
        rules.findings[kind].format(share=percent(share), amount=write_money(float(-losses))),
        {"loss": f"{losses:.2f}", "share": round(share, 4)},
    )


def _finding(code: str, text: str, evidence: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "severity": "info", "text": text, "evidence": evidence, "suggestion": ""}


def _change(part: pd.Series) -> Fall:
    return Fall(
        part.index[0].date(), part.index[-1].date(), float(part.iloc[-1] / part.iloc[0] - 1)
    )


def _percent(change: float, sign: str = "") -> str:
    """The size of a change with two places, ``sign`` before it."""
    return f"{sign}{abs(change) * 100:.2f}%"
