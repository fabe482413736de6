"""The only place where the time comes from: UTC inside, Asia/Shanghai for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Returns the present moment as an aware datetime in UTC."""

SHANGHAI = ZoneInfo("Asia/Shanghai")


def system_clock() -> datetime:
    """The machine's clock."""
    return datetime.now(timezone.utc)


def fixed_clock(moment: datetime) -> Clock:
    """A clock that always shows ``moment``, which must be timezone-aware."""
    if moment.tzinfo is None:
        raise ValueError("a clock needs a timezone-aware moment")
    utc = moment.astimezone(timezone.utc)
    return lambda: utc


def today_in_shanghai(clock: Clock = system_clock) -> date:
    """The calendar day that customers see on their phone."""
    return clock().astimezone(SHANGHAI).date()
