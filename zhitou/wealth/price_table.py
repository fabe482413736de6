"""Reads a table of prices: first column the date, one further column an asset.

Text is UTF-8 (with or without a BOM) or GB18030; full-width digits and signs are taken as their
plain forms. Rows may come in any order. Everything else that is odd is refused with line and
column, because an optimiser turns a bad price into a confident wrong answer.
"""

from __future__ import annotations

import csv
import io
import math
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

_DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日")
_GREATEST_STEP = 5.0
"""A price that multiplies or divides by more than this in one row is a split or a slip."""
_SHOWN = 5


class BadPrices(ValueError):
    """The table cannot be used; the message has a line for each of the first reasons."""


@dataclass(frozen=True)
class PriceTable:
    """Prices in order of their days: a row a day, a column an asset."""

    assets: tuple[str, ...]
    days: tuple[date, ...]
    prices: NDArray[np.float64]


def parse_prices(data: bytes, today: date) -> PriceTable:
    """Read and check a CSV table of prices.

    Args:
        data: the file's bytes.
        today: a later day in the table is an error.

    Raises:
        BadPrices: what is wrong, with line and column.
    """
    rows = [
        (number, row)
        for number, row in enumerate(csv.reader(io.StringIO(_text(data))), start=1)
        if any(cell.strip() for cell in row)
    ]
    if not rows:
        raise BadPrices("the file is empty")
    assets = _assets(rows[0][1])
    problems: list[str] = []
    table: dict[date, tuple[int, list[float]]] = {}
    for number, row in rows[1:]:
        if len(row) != len(assets) + 1:
            problems.append(f"line {number}: has {len(row)} cells instead of {len(assets) + 1}")
            continue
        day = _day(row[0])
        if day is None:
            problems.append(f"line {number}: {row[0]!r} is not a date")
        elif day > today:
            problems.append(f"line {number}: {day} lies in the future")
        elif day in table:
            problems.append(f"line {number}: {day} stands already in line {table[day][0]}")
        else:
            prices = []
            for asset, cell in zip(assets, row[1:], strict=True):
                price = _price(cell)
                if price is None:
                    problems.append(
                        f"line {number}, column {asset}: {cell!r} is not a price above zero"
                    )
                prices.append(price or math.nan)
            table[day] = (number, prices)
    days = sorted(table)
    if not problems:
        problems += _jumps(assets, [table[day] for day in days])
    if not problems and len(days) < 3:
        problems.append(f"{len(days)} days of prices are too few; at least 3 are needed")
    if problems:
        more = len(problems) - _SHOWN
        raise BadPrices("\n".join(problems[:_SHOWN] + ([f"and {more} more"] if more > 0 else [])))
    return PriceTable(assets, tuple(days), np.array([table[day][1] for day in days]))


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return unicodedata.normalize("NFKC", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise BadPrices("the file is neither UTF-8 nor GB18030 text")


def _assets(header: list[str]) -> tuple[str, ...]:
    assets = tuple(cell.strip() for cell in header[1:])
    if not assets or not all(assets):
        raise BadPrices("line 1: the header must name the date column and at least one asset")
    twice = next((name for name in assets if assets.count(name) > 1), None)
    if twice:
        raise BadPrices(f"line 1: column {twice} stands there twice")
    return assets


def _day(cell: str) -> date | None:
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(cell.strip().split(" ")[0].split("T")[0], form).date()
        except ValueError:
            continue
    return None


def _price(cell: str) -> float | None:
    try:
        price = float(cell.replace(",", "").strip())
    except ValueError:
        return None
    return price if math.isfinite(price) and price > 0 else None


def _jumps(assets: tuple[str, ...], rows: list[tuple[int, list[float]]]) -> list[str]:
    prices = np.array([row for _, row in rows])
    if len(prices) < 2:
        return []
    steps = prices[1:] / prices[:-1]
    wild = np.argwhere((steps > _GREATEST_STEP) | (steps < 1 / _GREATEST_STEP))
    return [
        f"line {rows[row + 1][0]}, column {assets[column]}: moves {steps[row, column]:.2f}-fold in "
        "one row; undo splits first"
        for row, column in wild
    ]
