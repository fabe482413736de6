"""Writes the shelf and hundreds of thousands of daily values in a few seconds, on both stores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
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
    if new:
        await session.execute(insert(ProductRow), new)
    await session.execute(
        insert(ManagerRow),
        [
            {
                "id": item.id,
                "name": item.name,
                "company": item.company,
                "career_start": item.career_start,
                "style": item.style,
                "profile": item.profile,
            }
            for item in catalogue.managers
        ],
    )
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
    if tenures:
        await session.execute(insert(ProductManagerRow), tenures)


async def put_values(session: AsyncSession, model: Any, tables: Mapping[str, pd.DataFrame]) -> int:
    """Insert daily values, one row a code and day, leaving out days before inception.

    Args:
        session: a transaction in which something was executed already.
        model: a model with ``code``, ``date`` and one column a key of ``tables``.
        tables: column name → values, trading days by code, all of one shape.

    Returns:
        How many rows were inserted.
    """
    rows = _stack(tables)
    await insert_rows(session, model, ("code", "date", *tables), rows)
    return len(rows)


async def insert_rows(
    session: AsyncSession, model: Any, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert many rows past the ORM: COPY on PostgreSQL, one prepared statement on SQLite."""
    if not rows:
        return
    connection = await session.connection()
    table = model.__tablename__
    if connection.dialect.name == "postgresql":
        raw = await connection.get_raw_connection()
        await raw.driver_connection.copy_records_to_table(table, records=rows, columns=columns)
        return
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
    await connection.exec_driver_sql(statement, [tuple(map(_plain, row)) for row in rows])


def _stack(tables: Mapping[str, pd.DataFrame]) -> list[tuple[Any, ...]]:
    first = next(iter(tables.values()))
    days = [day.date() for day in first.index]
    found: list[tuple[Any, ...]] = []
    for code in first.columns:
        columns = [table[code].tolist() for table in tables.values()]
        rows: Iterable[tuple[Any, ...]] = zip(days, *columns, strict=True)
        found.extend((code, *row) for row in rows if row[1] == row[1])
    return found


def _plain(value: Any) -> Any:
    """SQLite keeps days as ISO text."""
    return value.isoformat() if isinstance(value, date) else value


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
        "size": item.size,
        "inception": item.inception,
        "as_of": as_of,
    }
