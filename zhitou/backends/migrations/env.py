"""Runs revisions on the connection that ``zhitou.backends.migrations`` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from zhitou.backends.migrations import metadata


def _plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write a type of ours as what it is in the database, so that revisions outlive the models."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata(),
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=_plain_type,
)
with context.begin_transaction():
    context.run_migrations()
