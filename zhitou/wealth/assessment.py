"""How often a customer may be assessed, how long a result is good for, when a change counts."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zhitou.wealth.suitability_rules import AssessmentLimits


@dataclass(frozen=True)
class LimitReached:
    """Which limit (``day`` or ``year``) forbids an assessment, and the first day it is free."""

    limit: str
    most: int
    free_on: date


@dataclass(frozen=True)
class Standing:
    """A level with what makes it the lowest class."""

    level: str
    lowest_class: bool


def limit_reached(
    finished: Sequence[date], today: date, limits: AssessmentLimits
) -> LimitReached | None:
    """The limit that forbids one more assessment today; None where it is allowed.

    Args:
        finished: the days on which the customer finished assessments at this institution.
        today: the day of the new one.
        limits: at most so many a day and in twelve months (NFRA Order 2025 No. 7, art. 29).
    """
    newest_first = sorted(finished, reverse=True)
    in_year = [day for day in newest_first if day >= months_later(today, -12)]
    found = []
    if sum(day == today for day in in_year) >= limits.most_per_day:
        found.append(LimitReached("day", limits.most_per_day, today + timedelta(days=1)))
    if len(in_year) >= limits.most_per_12_months:
        blocking = in_year[limits.most_per_12_months - 1]
        free_on = months_later(blocking, 12) + timedelta(days=1)
        found.append(LimitReached("year", limits.most_per_12_months, free_on))
    return max(found, key=lambda one: one.free_on, default=None)


def lower_of(before: Standing, after: Standing) -> Standing:
    """What counts while a changed level waits for the customer's confirmation (art. 29)."""
    return Standing(min(before.level, after.level), before.lowest_class or after.lowest_class)


def valid_until(finished: date, limits: AssessmentLimits) -> date:
    """The last day on which a result counts."""
    return months_later(finished, limits.valid_months)


def months_later(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
