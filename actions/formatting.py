"""Numbers and dates as Chinese customers read them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal


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


def percent_text(fraction: str | float | Decimal | None, signed: bool = False) -> str:
    """Write a fraction as per cent: ``0.0512`` → ``5.12%``; None → ``暂无``."""
    if fraction is None:
        return "暂无"
    value = (Decimal(str(fraction)) * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    plus = "+" if signed and value > 0 else ""
    return f"{plus}{value}%"


def date_text(day: str | date) -> str:
    """Write a day: ``2026-01-05`` → ``2026年1月5日``."""
    value = day if isinstance(day, date) else datetime.fromisoformat(day).date()
    return f"{value.year}年{value.month}月{value.day}日"


def _trimmed(value: Decimal) -> str:
    text = str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return text.rstrip("0").rstrip(".") if "." in text else text
