"""Reads a file of dated values, a fund's or an index's, into a total-return series; pure.

Two layouts are known by their header: Eastmoney's and AKShare's (净值日期, 单位净值, … 分红送配,
dividends and splits in words), and any table with a column of days and one of values. Rows may
come in any order, days may be missing, a row may stand twice. Everything else that is odd is
refused with its line, and then nothing of the file is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from zhitou.wealth.price_table import (
    GREATEST_STEP,
    BadPrices,
    read_day,
    read_price,
    read_rows,
    refuse,
)
from zhitou.wealth.total_return import Distribution, total_return_index

_DAYS = ("净值日期", "日期", "交易日期", "date", "nav_date", "trade_date", "end_date")
_ADJUSTED = ("复权单位净值", "复权净值", "adj_nav", "adj close", "adj_close", "total_return")
_UNIT = ("单位净值", "unit_nav", "nav")
_LEVEL = ("收盘价", "收盘", "close", "点位", "level", "price", "value")
_VALUES = (*_ADJUSTED, *_UNIT, *_LEVEL)
_DISTRIBUTIONS, _GROWTH = "分红送配", "日增长率"
_INDEX = re.compile("benchmark|基准|index|指数|csi|hs300|沪深|中证|上证|深证", re.IGNORECASE)

_NOTHING = ("", "nan", "none", "null", "-", "--", "---", "暂无", "无")
_DISTRIBUTION = re.compile(
    r"每(?P<held>[\d.]*)份(?:基金份额)?"
    r"(?:(?:派发?|分红|分配)(?:现金)?(?:红利)?(?P<cash>[\d.]+)元"
    r"|(?:份额)?(?:分拆|拆分|折算)(?:为|成|得)?(?P<units>[\d.]+)份)"
    r"[\s,，;；、。]*"
)

_UNANNOUNCED = 0.2
"""A unit value that in a few days departs by more from its published growth hides a distribution
(a fund's own day stays within 20 %, the widest price limit of the exchanges)."""
_FEW_DAYS = 5


@dataclass(frozen=True)
class NavTable:
    """The cells of a file: its header, which column has the days, and the rows with their lines."""

    header: tuple[str, ...]
    line: int
    day_column: int
    rows: tuple[tuple[int, list[str]], ...]


@dataclass(frozen=True)
class NavSeries:
    """What one column says: ``total_return`` by day in ascending order, on any scale."""

    column: str
    total_return: pd.Series
    distributions: tuple[Distribution, ...]
    complete: bool
    """False where the values are unit values and the file has no column of distributions."""


@dataclass(frozen=True)
class _Cells:
    """Where in a row to look."""

    header: tuple[str, ...]
    day: int
    value: int
    distributions: int | None
    growth: int | None


@dataclass(frozen=True)
class _Entry:
    line: int
    value: float
    paid: tuple[Distribution, ...]
    growth: float | None


def read_table(data: bytes) -> NavTable:
    """Take a file apart.

    Raises:
        BadPrices: it is no table, or its first line is not a header.
    """
    (line, header), *rows = read_rows(data)
    if any(read_day(cell) for cell in header):
        raise BadPrices(f"line {line}: is a row of values; the header is missing")
    if len(header) < 2:
        raise BadPrices(f"line {line}: the header must name a column of days and one of values")
    names = [_plain(name) for name in header]
    day_column = next((names.index(name) for name in _DAYS if name in names), 0)
    return NavTable(tuple(header), line, day_column, tuple(rows))


def value_column(table: NavTable) -> str:
    """The column with the values: one of a known name, total return first, or the only one.

    Raises:
        BadPrices: no name is known and there are several.
    """
    for known in _VALUES:
        for name in table.header:
            if _plain(name) == known:
                return name
    others = [name for place, name in enumerate(table.header) if place != table.day_column and name]
    if len(others) == 1 and _plain(others[0]) != "累计净值":
        return others[0]
    raise BadPrices(
        f"line {table.line}: no column is known as unit value or level; there are "
        f"{', '.join(others)}"
    )


def benchmark_column(table: NavTable) -> str | None:
    """The benchmark in a table of three columns: day, value, and one named like an index."""
    if len(table.header) != 3 or table.day_column != 0:
        return None
    value, beside = table.header[1:]
    return beside if _plain(value) in _VALUES and _INDEX.search(beside) else None


def read_series(table: NavTable, column: str, today: date) -> NavSeries:
    """Read and check one column.

    Args:
        table: the file.
        column: a name in its header.
        today: a later day is an error.

    Raises:
        BadPrices: what is wrong, with line and column.
    """
    if table.header.count(column) != 1:
        raise BadPrices(
            f"line {table.line}: there is no one column {column}; there are "
            f"{', '.join(table.header)}"
        )
    unit = _plain(column) in _UNIT
    cells = _Cells(
        table.header,
        table.day_column,
        table.header.index(column),
        _place(table, _DISTRIBUTIONS) if unit else None,
        _place(table, _GROWTH) if unit else None,
    )
    problems: list[str] = []
    found: dict[date, _Entry] = {}
    for line, row in table.rows:
        try:
            day, entry = _entry(cells, line, row, today)
        except BadPrices as error:
            problems.append(str(error))
            continue
        first = found.setdefault(day, entry)
        if (first.value, first.paid) != (entry.value, entry.paid):
            problems.append(f"line {line}: {day} stands in line {first.line} with another value")
    refuse(problems)
    days = sorted(found)
    if len(days) < 2:
        where = f"line {found[days[0]].line}: the only value" if days else "there is no value"
        raise BadPrices(f"{where}; at least 2 days are needed")
    entries = [found[day] for day in days]
    values = pd.Series([entry.value for entry in entries], index=pd.DatetimeIndex(days))
    distributions = tuple(paid for entry in entries for paid in entry.paid)
    earned = total_return_index(values, distributions) if distributions else values
    refuse(_jumps(days, entries, (earned / earned.shift(1)).tolist()[1:]))
    return NavSeries(column, earned, distributions, not unit or cells.distributions is not None)


def read_distributions(words: str, day: date) -> tuple[Distribution, ...]:
    """The dividends (yuan a unit) and splits (new units for one) of ``day`` that ``words`` name.

    ``每份派现金0.0500元`` is a dividend of 0.05, ``每份基金份额折算1.5份`` a split of 1.5; what
    ``每10份`` get is divided by ten.

    Raises:
        ValueError: the words are not understood.
    """
    found: list[Distribution] = []
    end = len(words) if words.lower() in _NOTHING else 0
    while end < len(words):
        match = _DISTRIBUTION.match(words, end)
        held = read_price(match["held"] or "1") if match else None
        value = read_price(match["cash"] or match["units"]) if match else None
        if not match or not held or not value:
            raise ValueError(f"{words!r} names no dividend or split")
        found.append(Distribution(day, "dividend" if match["cash"] else "split", value / held))
        end = match.end()
    return tuple(found)


def _plain(name: str) -> str:
    """A column's name without its unit: 单位净值(元) is 单位净值."""
    return name.casefold().partition("(")[0].strip()


def _place(table: NavTable, name: str) -> int | None:
    names = [_plain(each) for each in table.header]
    return names.index(name) if name in names else None


def _entry(cells: _Cells, line: int, row: list[str], today: date) -> tuple[date, _Entry]:
    """The day and the values of one row.

    Raises:
        BadPrices: what is wrong in it.
    """
    if len(row) != len(cells.header):
        raise BadPrices(f"line {line}: has {len(row)} cells instead of {len(cells.header)}")
    day = read_day(row[cells.day])
    if day is None:
        raise BadPrices(f"line {line}: {row[cells.day]!r} is not a date")
    if day > today:
        raise BadPrices(f"line {line}: {day} lies in the future")
    value = read_price(row[cells.value])
    if value is None:
        raise BadPrices(
            f"line {line}, column {cells.header[cells.value]}: {row[cells.value]!r} is not a value "
            "above zero"
        )
    try:
        paid = read_distributions(_cell(row, cells.distributions), day)
    except ValueError as error:
        raise BadPrices(f"line {line}, column {_DISTRIBUTIONS}: {error}") from error
    return day, _Entry(line, value, paid, _growth(_cell(row, cells.growth)))


def _cell(row: list[str], place: int | None) -> str:
    return "" if place is None else row[place]


def _growth(cell: str) -> float | None:
    """A published growth in percent as a fraction; ``None`` where there is none."""
    try:
        return float(cell.rstrip("%")) / 100
    except ValueError:
        return None


def _jumps(days: Sequence[date], entries: Sequence[_Entry], steps: Sequence[float]) -> list[str]:
    """Steps from one row to the next that no fund and no index makes."""
    found = []
    for place, step in enumerate(steps, start=1):
        before, entry = entries[place - 1], entries[place]
        move = (
            f"line {entry.line}: {entry.value:g} is {step:.4g} times the value of {days[place - 1]}"
        )
        if not 1 / GREATEST_STEP <= step <= GREATEST_STEP:
            found.append(f"{move} (line {before.line}); a split is missing or a digit is wrong")
        elif (
            entry.growth is not None
            and not entry.paid
            and (days[place] - days[place - 1]).days <= _FEW_DAYS
            and abs(step - 1 - entry.growth) > _UNANNOUNCED
        ):
            found.append(
                f"{move} (line {before.line}), but {_GROWTH} says {entry.growth:.2%}; "
                f"{_DISTRIBUTIONS} lacks a dividend or a split"
            )
    return found
