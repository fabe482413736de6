"""Reads a table of prices: first column the date, one further column an asset.

Text is UTF-8 (with or without a BOM), UTF-16 or GB18030; full-width digits and signs are taken as
their plain forms. Rows may come in any order. Everything else that is odd is refused with line and
column, because an optimiser turns a bad price into a confident wrong answer. How rows, days and
prices are read is shared with :mod:`zhitou.wealth.nav_file`.
"""

from __future__ import annotations

import codecs
import csv
import io
import math
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

_DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日")
GREATEST_STEP = 5.0
"""A price that multiplies or divides by more than this in one row is a split or a slip."""
_EARLIEST_YEAR = 1900
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
    rows = read_rows(data)
    assets = _assets(rows[0][1])
    problems: list[str] = []
    table: dict[date, tuple[int, list[float]]] = {}
    for number, row in rows[1:]:
        if len(row) != len(assets) + 1:
            problems.append(f"line {number}: has {len(row)} cells instead of {len(assets) + 1}")
            continue
        day = read_day(row[0])
        if day is None:
            problems.append(f"line {number}: {row[0]!r} is not a date")
        elif day > today:
            problems.append(f"line {number}: {day} lies in the future")
        elif day in table:
            problems.append(f"line {number}: {day} stands already in line {table[day][0]}")
        else:
            prices = []
            for asset, cell in zip(assets, row[1:], strict=True):
                price = read_price(cell)
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
    refuse(problems)
    return PriceTable(assets, tuple(days), np.array([table[day][1] for day in days]))


def read_rows(data: bytes) -> list[tuple[int, list[str]]]:
    """The rows of a text table that are not blank, each with the line it starts in.

    Cells are stripped and in their plain forms (NFKC). They are parted by what the first row uses
    most: comma, tab or semicolon.

    Raises:
        BadPrices: the file is empty, of an unknown encoding, or has an unclosed quote.
    """
    text = _text(data)
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",\t;", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, strict=True)
    rows, line = [], 1
    try:
        for row in reader:
            cells = [unicodedata.normalize("NFKC", cell).strip() for cell in row]
            if any(cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadPrices(f"line {line}: cannot be read as a row: {error}") from error
    if not rows:
        raise BadPrices("the file is empty")
    return rows


def read_day(cell: str) -> date | None:
    """The day that ``cell`` names, with or without a time after it; ``None`` if it names none."""
    for form in _DATE_FORMS:
        try:
            day = datetime.strptime(cell.split(" ")[0].split("T")[0], form).date()
        except ValueError:
            continue
        return day if day.year >= _EARLIEST_YEAR else None
    return None


def read_price(cell: str) -> float | None:
    """The positive number that ``cell`` holds; ``None`` if it holds none."""
    try:
        price = float(cell.replace(",", "").replace("_", "?"))
    except ValueError:
        return None
    return price if math.isfinite(price) and price > 0 else None


def refuse(problems: list[str]) -> None:
    """Refuse the table if there are problems.

    Raises:
        BadPrices: with a line for each of the first ones.
    """
    if problems:
        more = len(problems) - _SHOWN
        raise BadPrices("\n".join(problems[:_SHOWN] + ([f"and {more} more"] if more > 0 else [])))


def _text(data: bytes) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding).replace("\ufeff", "")
        except UnicodeDecodeError:
            continue
    raise BadPrices("the file is neither Unicode nor GB18030 text")


def _assets(header: list[str]) -> tuple[str, ...]:
    assets = tuple(header[1:])
    if not assets or not all(assets):
        raise BadPrices("line 1: the header must name the date column and at least one asset")
    twice = next((name for name in assets if assets.count(name) > 1), None)
    if twice:
        raise BadPrices(f"line 1: column {twice} stands there twice")
    return assets


def _jumps(assets: tuple[str, ...], rows: list[tuple[int, list[float]]]) -> list[str]:
    prices = np.array([row for _, row in rows])
    if len(prices) < 2:
        return []
    steps = prices[1:] / prices[:-1]
    wild = np.argwhere((steps > GREATEST_STEP) | (steps < 1 / GREATEST_STEP))
    return [
        f"line {rows[row + 1][0]}, column {assets[column]}: moves {steps[row, column]:.2f}-fold in "
        "one row; undo splits first"
        for row, column in wild
    ]
