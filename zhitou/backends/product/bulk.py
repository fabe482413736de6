"""Writes the shelf and hundreds of thousands of daily values in a few seconds, on both stores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any

import pandas as pd
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhitou.backends.product.catalogue import Catalogue
from zhitou.backends.product.models import ManagerRow, ProductManagerRow, ProductRow
from zhitou.wealth.product import Product

Metrics = Mapping[str, float | None]


async def put_catalogue(
    session: AsyncSession, catalogue: Catalogue, metrics: Mapping[str, Metrics], as_of: date
) -> None:
    """Make products and managers those of the catalogue, with their metrics of ``as_of``."""
    stored = set((await session.execute(select(ProductRow.code))).scalars())
    rows = [
        _product_row(item, place, metrics.get(item.code, {}), as_of)
        for place, item in enumerate(catalogue.products)
    ]
    old = [row for row in rows if row["code"] in stored]
    new = [row for row in rows if row["code"] not in stored]
    gone = stored - {row["code"] for row in rows}
    await session.execute(delete(ProductManagerRow))
    await session.execute(delete(ProductRow).where(ProductRow.code.in_(gone)))
    await session.execute(delete(ManagerRow))
    await session.run_sync(lambda sync: sync.bulk_update_mappings(ProductRow, old))
    managers = [
        {
            "id": item.id,
            "name": item.name,
            "company": item.company,
            "career_start": item.career_start,
            "style": item.style,
            "profile": item.profile,
        }
        for item in catalogue.managers
    ]
    tenures = [
        {
            "product_code": tenure.product_code,
            "manager_id": item.id,
            "since": tenure.since,
            "until": tenure.until,
        }
        for item in catalogue.managers
        for tenure in item.tenures
    ]
    for model, mappings in (
        (ProductRow, new),
        (ManagerRow, managers),
        (ProductManagerRow, tenures),
    ):
        if mappings:
            await session.execute(insert(model), mappings)


async def put_values(session: AsyncSession, model: Any, tables: Mapping[str, pd.DataFrame]) -> int:
    """Insert daily values past the ORM, one row a code and day, none before inception.

    COPY on PostgreSQL, one prepared statement on SQLite.

    Args:
        session: a transaction in which something was executed already.
        model: a model with ``code``, ``date`` and one column a key of ``tables``.
        tables: column name → values, trading days by code, all of one shape.

    Returns:
        How many rows were inserted.
    """
    connection = await session.connection()
    postgres = connection.dialect.name == "postgresql"
    days = [day.date() if postgres else day.date().isoformat() for day in _index(tables)]
    rows = _stack(days, tables)
    table, columns = model.__tablename__, ("code", "date", *tables)
    if postgres:
        raw = await connection.get_raw_connection()
        await raw.driver_connection.copy_records_to_table(table, records=rows, columns=columns)
    elif rows:
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        await connection.exec_driver_sql(statement, rows)
    return len(rows)


def _index(tables: Mapping[str, pd.DataFrame]) -> pd.DatetimeIndex:
    return next(iter(tables.values())).index


def _stack(days: Sequence[Any], tables: Mapping[str, pd.DataFrame]) -> list[tuple[Any, ...]]:
    """Rows of (code, day, values…); a first value of ``NaN`` is a day without a value."""
    found: list[tuple[Any, ...]] = []
    for code in next(iter(tables.values())).columns:
        columns = [table[code].tolist() for table in tables.values()]
        rows: Iterable[tuple[Any, ...]] = zip(repeat(code), days, *columns, strict=False)
        found.extend(row for row in rows if row[2] == row[2])
    return found


def _product_row(item: Product, position: int, metrics: Metrics, as_of: date) -> dict[str, Any]:
    return {
        "code": item.code,
        "position": position,
        "kind": item.kind,
        "type": item.type,
        "name": item.name,
        "short_name": item.short_name,
        "aliases": list(item.aliases),
        "sector": item.sector,
        "company": item.company,
        "risk_level": item.risk_level,
        "terms": dict(item.terms),
        "fees": dict(item.fees),
        "metrics": dict(metrics),
        "size": None if item.size is None else int(item.size),
        "inception": item.inception,
        "as_of": as_of,
    }
