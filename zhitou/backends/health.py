"""``/healthz``: this process lives. ``/readyz``: all it takes to answer a customer is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from zhitou.backends.database import Database
from zhitou.settings import Settings

CHECK_SECONDS = 2.0
"""What one part may take to answer."""

_DATA = ("customers", "products", "knowledge_entries", "handoff_agents")
"""Tables that hold a row where the database is filled."""

blueprint = Blueprint("health")


@blueprint.get("/healthz")
async def healthz(_request: Request) -> HTTPResponse:
    """Say that the process lives."""
    return json({"status": "ok"})


@blueprint.get("/readyz")
async def readyz(request: Request) -> HTTPResponse:
    """Say, part by part, what is ready; 503 while something is not."""
    settings: Settings = request.app.ctx.settings
    checks: dict[str, Callable[[], Awaitable[None]]] = {
        "database": lambda: _check_database(request.app.ctx.database),
        "services": lambda: _check_services(request.app.ctx.loading),
        "rasa": lambda: _check_rasa(request.app.ctx.http, settings),
        "actions": lambda: _check_actions(request.app.ctx.http, settings),
    }
    problems = await asyncio.gather(*(_problem(check) for check in checks.values()))
    parts = {
        name: {"ready": problem is None, **({"problem": problem} if problem else {})}
        for name, problem in zip(checks, problems, strict=True)
    }
    ready = all(part["ready"] for part in parts.values())
    return json(
        {"status": "ready" if ready else "not_ready", "parts": parts},
        status=200 if ready else 503,
        headers={"cache-control": "no-store"},
    )


class _NotReady(Exception):
    """A part answers, but cannot do its work yet."""


async def _problem(check: Callable[[], Awaitable[None]]) -> str | None:
    try:
        await asyncio.wait_for(check(), CHECK_SECONDS)
    except _NotReady as reason:
        return str(reason)
    except (httpx.HTTPError, OSError, SQLAlchemyError, asyncio.TimeoutError, ValueError):
        return "does not answer"
    return None


async def _check_database(database: Database) -> None:
    async with database.transaction() as session:
        for table in _DATA:
            try:
                row = (await session.execute(text(f"SELECT 1 FROM {table} LIMIT 1"))).first()  # noqa: S608
            except SQLAlchemyError as error:
                raise _NotReady("has no tables: run `zhitou database upgrade`") from error
            if row is None:
                raise _NotReady(f"{table} is empty: run `zhitou database seed`")


async def _check_services(loading: set[str]) -> None:
    if loading:
        raise _NotReady(f"{', '.join(sorted(loading))}: still loading")


async def _check_rasa(client: httpx.AsyncClient, settings: Settings) -> None:
    params = {"token": settings.rasa_token} if settings.rasa_token else {}
    response = await client.get(f"{settings.rasa_url}/status", params=params)
    if response.status_code != 200:
        raise _NotReady(f"answers {response.status_code}")
    if not response.json().get("model_file"):
        raise _NotReady("has no model: run `zhitou train`")


async def _check_actions(client: httpx.AsyncClient, settings: Settings) -> None:
    response = await client.get(f"{settings.actions_url}/health")
    if response.status_code != 200:
        raise _NotReady(f"answers {response.status_code}")
