"""Keeps a running demo fresh: the made-up data is relative to today, and days pass."""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import datetime, timedelta

from zhitou.clock import SHANGHAI, Clock

_AFTER_MIDNIGHT = timedelta(minutes=7)

_log = logging.getLogger("zhitou.freshness")


def seconds_until_next_refresh(now: datetime) -> float:
    """Seconds from ``now`` (aware) until shortly after the next midnight in Shanghai."""
    local = now.astimezone(SHANGHAI)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), SHANGHAI)
    return (tomorrow + _AFTER_MIDNIGHT - local).total_seconds()


async def refresh_every_day(clock: Clock) -> None:
    """Run ``zhitou database seed`` each night, in a process of its own, as it is heavy work."""
    while True:
        await asyncio.sleep(seconds_until_next_refresh(clock()))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "zhitou.cli", "database", "seed"
        )
        code = await process.wait()
        _log.log(
            logging.ERROR if code else logging.INFO,
            "demo data refreshed",
            extra={"facts": {"exit": code}},
        )
