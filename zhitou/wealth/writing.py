"""How a number is written for Chinese customers, by its unit."""

from __future__ import annotations

UNITS = (
    "signed_percent",
    "percent",
    "share",
    "fall",
    "ratio",
    "value",
    "money",
    "days",
    "workdays",
    "years",
    "count",
    "level",
)


def write(unit: str, value: float) -> str:
    """A value as customers read it: ``write("money", 50000)`` is ``5万元``."""
    if unit in {"percent", "signed_percent", "fall"}:
        number = -value if unit == "fall" else value
        sign = "+" if unit == "signed_percent" and round(value, 4) > 0 else ""
        return f"{sign}{number * 100 + 0.0:.2f}%".replace("-0.00%", "0.00%")
    if unit == "share":
        return f"{value:.0%}"
    if unit == "money":
        return write_money(value)
    if unit == "days":
        return write_days(int(value))
    if unit == "workdays":
        return "当天" if value < 1 else f"{int(value)}个工作日"
    if unit == "level":
        return f"R{int(value)}"
    if unit == "years":
        return f"{value:.1f}年".replace(".0年", "年")
    return {"ratio": f"{value:.2f}", "value": f"{value:.4f}", "count": f"{value:.0f}"}[unit]


def write_money(value: float) -> str:
    """Yuan in 元, 万元 or 亿元."""
    for size, word in ((1e8, "亿元"), (1e4, "万元")):
        if abs(value) >= size:
            return f"{value / size:.2f}".rstrip("0").rstrip(".") + word
    return f"{value:.2f}".rstrip("0").rstrip(".") + "元"


def write_days(days: int) -> str:
    """Calendar days, in years where they are whole ones; none is 无."""
    if days <= 0:
        return "无"
    return f"{days // 365}年" if days % 365 == 0 else f"{days}天"
