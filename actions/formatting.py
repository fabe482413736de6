"""Numbers, dates, durations and choices as Chinese customers read them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from zhitou.wealth.wish import type_text

RISK_PREFERENCES = {
    "conservative": "保守",
    "steady": "稳健",
    "balanced": "平衡",
    "growth": "成长",
    "aggressive": "进取",
}
"""Values of the entity ``risk_preference``, from the least risk to the most, and their names."""

_UNITS = {"Y": "年", "M": "个月", "W": "周", "D": "天"}
_DURATION = re.compile(r"P(\d+)([YMWD])")
_DURATION_WORDS = {"P0D": "随时可用", "long": "长期", "MAX": "成立以来", "YTD": "今年以来"}


def money_text(amount: str | int | float | Decimal, signed: bool = False) -> str:
    """Write an amount of yuan: ``12345`` → ``1.23万元``, ``-50`` → ``-50元``."""
    value = Decimal(str(amount))
    sign = "-" if value < 0 else ("+" if signed and value > 0 else "")
    size = abs(value)
    if size >= 100_000_000:
        return f"{sign}{_trimmed(size / 100_000_000)}亿元"
    if size >= 10_000:
        return f"{sign}{_trimmed(size / 10_000)}万元"
    return f"{sign}{_trimmed(size)}元"


def percent_text(
    fraction: str | float | Decimal | None, signed: bool = False, places: int = 2
) -> str:
    """Write a fraction as per cent: ``0.0512`` → ``5.12%``; None → ``暂无``."""
    if fraction is None:
        return "暂无"
    value = (Decimal(str(fraction)) * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    plus = "+" if signed and value > 0 else ""
    return f"{plus}{value}%"


def date_text(day: str | date) -> str:
    """Write a day: ``2026-01-05`` → ``2026年1月5日``."""
    value = day if isinstance(day, date) else datetime.fromisoformat(day).date()
    return f"{value.year}年{value.month}月{value.day}日"


def duration_text(duration: str) -> str:
    """Write how long: ``P18M`` → ``18个月``, ``long`` → ``长期``; other words stay."""
    if duration in _DURATION_WORDS:
        return _DURATION_WORDS[duration]
    found = _DURATION.fullmatch(duration)
    return f"{found[1]}{_UNITS[found[2]]}" if found else duration


def value_text(slot: str, value: Any) -> str | None:
    """Write a slot's value as it is repeated to the customer: ``amount``, 50000 → ``5万元``.

    None for a slot whose value is not fit to be repeated, such as a code.
    """
    if slot == "amount":
        return money_text(value)
    if slot == "percentage":
        return percent_text(value)
    if slot in {"horizon", "period"}:
        return duration_text(str(value))
    if slot == "risk_preference":
        return RISK_PREFERENCES.get(str(value))
    return type_text(str(value)) if slot == "product_type" else None


def _trimmed(value: Decimal) -> str:
    text = str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return text.rstrip("0").rstrip(".") if "." in text else text
