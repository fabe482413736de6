"""The server of the backends over real HTTP: what it answers to good, bad and unlucky requests."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from unittest.mock import AsyncMock

import httpx
import pytest
from click.testing import CliRunner, Result
from sanic import Blueprint, Sanic
from sanic.response import json as answer
from sqlalchemy.exc import OperationalError

from tests.servers import serving
from zhitou.backends import commands, migrations
from zhitou.backends.database import Database
from zhitou.backends.errors import Conflict
from zhitou.backends.freshness import seconds_until_next_refresh
from zhitou.backends.portfolio.service import PortfolioService
from zhitou.backends.server import command, create_app
from zhitou.clock import SHANGHAI, Clock
from zhitou.settings import Settings, load_settings
from zhitou.settings import settings as process_settings

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return load_settings(
        home=tmp_path, database_url=database_url, rasa_url=NOBODY, actions_url=NOBODY, demo=False
    )


@pytest.fixture
async def app(settings: Settings, clock: Clock, database: Database) -> Sanic:
    """The application with all tables and no data."""
    return create_app(settings, clock)


@pytest.fixture
async def client(app: Sanic) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(app) as running:
        yield running


def error_of(response: httpx.Response) -> dict[str, str]:
    assert set(response.json()) == {"error"}
    error: dict[str, str] = response.json()["error"]
    assert set(error) == {"code", "message", "id"}
    assert re.fullmatch(r"[0-9a-f]{12}", error["id"])
    return error


async def test_it_lives(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_it_is_not_ready_while_its_parts_are_not_and_names_each(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/readyz")
    assert response.status_code == 503
    parts = response.json()["parts"]
    assert set(parts) == {"database", "services", "rasa", "actions"}
    assert "is empty" in parts["database"]["problem"]
    assert parts["rasa"] == {"ready": False, "problem": "does not answer"}
    assert parts["actions"] == {"ready": False, "problem": "does not answer"}


async def test_it_is_ready_when_all_parts_answer(
    settings: Settings, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PortfolioService, "prepare", AsyncMock())
    async with database.transaction() as session:
        for table in ("customers", "products", "knowledge_entries", "handoff_agents"):
            columns = {
                column.name: _some(column)
                for column in migrations.metadata().tables[table].columns
                if not column.nullable
            }
            await session.execute(migrations.metadata().tables[table].insert().values(**columns))
    neighbours = Sanic(f"neighbours-{id(settings)}", configure_logging=False)
    model = {"model_file": None}
    neighbours.add_route(lambda _request: answer(model), "/status")
    neighbours.add_route(lambda _request: answer({"status": "ok"}), "/health")
    async with serving(neighbours) as beside:
        there = str(beside.base_url).rstrip("/")
        app = create_app(settings.copy(update={"rasa_url": there, "actions_url": there}), clock)
        async with serving(app) as client:
            await app.ctx.preparing
            response = await client.get("/readyz")
            assert response.json()["parts"]["rasa"]["problem"] == "has no model: run `zhitou train`"
            model["model_file"] = "models/x.tar.gz"
            response = await client.get("/readyz")
            assert response.json()["status"] == "ready", response.text
            assert response.status_code == 200


def _some(column: object) -> object:
    from datetime import date, datetime, timezone

    if column.type.__class__.__name__ == "UtcDateTime":
        return datetime(2026, 1, 1, tzinfo=timezone.utc)
    kind = column.type.python_type
    some = {str: "R1", int: 1, bool: True, float: 1.0, date: date(2026, 1, 1), dict: []}
    some[datetime] = datetime(2026, 1, 1, tzinfo=timezone.utc)
    return some[kind]


WRONG_BODIES = [
    (b"", "body: is not valid JSON"),
    (b"{", "body: is not valid JSON"),
    (b'{"text": NaN, ', "body: is not valid JSON"),
    (b"[" * 30_000, "body: is not valid JSON"),
    (b"\xff\xfe", "body: is not valid JSON"),
    (b"[1]", "body: must be a JSON object"),
    (b"null", "body: must be a JSON object"),
    (b"{}", "text: field required"),
    (b'{"text": 5}', "text: str type expected"),
    (b'{"text": null}', "text: none is not an allowed value"),
    (b'{"text": "a", "limit": "3"}', "limit: value is not a valid integer"),
    (b'{"text": "a", "limit": 99}', "limit: ensure this value is less than or equal to 10"),
    (b'{"text": "a", "colour": 1}', "colour: extra fields not permitted"),
]


async def test_a_wrong_body_is_told_by_its_field(client: httpx.AsyncClient) -> None:
    for body, said in WRONG_BODIES:
        response = await client.post("/api/knowledge/ask", content=body)
        assert response.status_code == 400, body[:40]
        assert said in error_of(response)["message"]


STRANGE_TEXTS = [
    "",
    "🙂" * 500,
    "<script>alert(1)</script>",
    "'; DROP TABLE knowledge_entries; --",
    "\u0000\u0001\u001b[31m",
    "\ud800 alone",
    "/intent{}",
    "长" * 10_000,
]


async def test_no_text_of_a_customer_breaks_it(client: httpx.AsyncClient) -> None:
    for number, text in enumerate(STRANGE_TEXTS):
        body = {"conversation_id": f"c{number}", "trigger": "complaint", "text": text}
        response = await client.post("/api/handoffs/", content=json.dumps(body))
        assert response.status_code == 200, text[:40]
        asked = await client.post("/api/knowledge/ask", content=json.dumps({"text": text}))
        assert asked.json()["outcome"] in {"ok", "unsure", "unknown"}


async def test_a_body_over_64_kib_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/knowledge/ask", content=b"x" * (64 * 1024 + 1))
    assert response.status_code == 413
    assert error_of(response)["code"] == "payload_too_large"


async def test_what_is_not_there_and_what_is_not_allowed_are_told_as_json(
    client: httpx.AsyncClient,
) -> None:
    missing = await client.get("/nowhere")
    assert (missing.status_code, error_of(missing)["code"]) == (404, "not_found")
    refused = await client.get("/api/knowledge/ask")
    assert refused.status_code == 405
    assert "POST" in refused.headers["allow"]


async def test_control_characters_in_an_address_are_refused(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/handoffs/a%00b")
    assert response.status_code == 400
    assert "control characters" in error_of(response)["message"]


async def test_an_address_in_chinese_is_understood(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/handoffs/微信用户 1")
    assert response.json()["data"]["conversation_id"] == "微信用户 1"


async def test_a_trace_id_goes_in_and_out_and_a_forged_one_is_replaced(
    client: httpx.AsyncClient,
) -> None:
    given = await client.get("/healthz", headers={"x-trace-id": "abc-123"})
    assert given.headers["x-trace-id"] == "abc-123"
    made = await client.get("/healthz")
    assert re.fullmatch(r"[0-9a-f]{16}", made.headers["x-trace-id"])
    forged = await client.get("/healthz", headers={"x-trace-id": "a b\tc" * 30})
    assert re.fullmatch(r"[0-9a-f]{16}", forged.headers["x-trace-id"])


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/chat", "/docs", "/nowhere"):
        headers = (await client.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'self'"), path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


async def test_a_connection_is_kept_for_the_next_request(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz")
    assert response.headers["connection"] == "keep-alive"


@pytest.fixture
async def troubled(
    settings: Settings, clock: Clock, database: Database
) -> AsyncIterator[httpx.AsyncClient]:
    """The application with routes that fail in every way."""
    app = create_app(settings, clock)
    failing = Blueprint("failing", url_prefix="/failing")

    @failing.get("/conflict")
    async def conflict(_request: object) -> None:
        raise Conflict("somebody was faster")

    @failing.get("/bug")
    async def bug(_request: object) -> None:
        raise RuntimeError("secret of customer 13812345678")

    @failing.get("/store")
    async def store(_request: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("database is locked"))

    app.blueprint(failing)
    async with serving(app) as client:
        yield client


async def test_an_error_of_a_backend_is_told_with_its_status(troubled: httpx.AsyncClient) -> None:
    response = await troubled.get("/failing/conflict")
    assert (response.status_code, error_of(response)["message"]) == (409, "somebody was faster")


async def test_a_bug_shows_only_its_id_and_the_log_has_the_rest(
    troubled: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await troubled.get("/failing/bug")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.facts["id"] == error_of(response)["id"]
    assert record.exc_info is not None


async def test_a_store_that_does_not_answer_is_503(troubled: httpx.AsyncClient) -> None:
    response = await troubled.get("/failing/store")
    assert (response.status_code, error_of(response)["code"]) == (503, "unavailable")
    assert "SELECT" not in response.text


async def test_a_locked_database_is_told_within_the_callers_budget_and_nothing_is_lost(
    client: httpx.AsyncClient, database_url: str
) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("only SQLite locks the whole database")
    body = {"conversation_id": "c1", "trigger": "complaint", "text": "投诉"}
    lock = sqlite3.connect(database_url.split("///")[1], isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    started = asyncio.get_running_loop().time()
    refused = await client.post("/api/handoffs", json=body)
    assert refused.status_code == 503
    assert asyncio.get_running_loop().time() - started < 3
    lock.execute("ROLLBACK")
    lock.close()
    accepted = await client.post("/api/handoffs", json=body)
    assert accepted.json()["data"]["ticket"].endswith("-0001")


async def test_the_documents_name_every_route_and_their_bodies(client: httpx.AsyncClient) -> None:
    document = (await client.get("/docs/openapi.json")).json()
    assert document["info"]["title"] == "知投 Zhitou backends"
    asked = document["paths"]["/api/knowledge/ask"]["post"]
    schema = asked["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["text"]
    assert "$ref" not in json.dumps(document)
    for path in ("/api/handoffs", "/api/products/select", "/api/portfolio/diagnose", "/healthz"):
        assert path in document["paths"]


async def test_the_documents_page_asks_nobody_outside(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(links) >= 4
    for link in links:
        assert link.startswith("/docs/")
        asset = await client.get(link)
        assert asset.status_code == 200, link
        assert "max-age" in asset.headers["cache-control"]
    assert "http" not in page.text.replace("http-equiv", "")


async def test_a_service_of_the_banks_own_is_not_mounted_here(
    settings: Settings, clock: Clock, database: Database
) -> None:
    there = settings.copy(update={"handoff_url": NOBODY, "risk_profile_url": NOBODY})
    async with serving(create_app(there, clock)) as client:
        assert (await client.get("/api/handoffs/c1")).status_code == 404
        assert (await client.get("/api/risk-profile/demo-1")).status_code == 404
        asked = {"customer_id": "demo-1", "kind": "fund", "criteria": {}}
        response = await client.post("/api/products/select", json=asked)
        assert (response.status_code, error_of(response)["code"]) == (503, "unavailable")


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Result]]:
    """Runs ``zhitou serve`` in this process with the given variables."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(**variables: str) -> Result:
        process_settings.cache_clear()
        for name, value in {"ZHITOU_HOME": str(tmp_path), **variables}.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(command)

    yield run
    process_settings.cache_clear()
    root.handlers[:], root.level = handlers, level


def test_a_taken_port_is_told_in_one_line(serve: Callable[..., Result]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = serve(ZHITOU_BACKEND_PORT=port)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: port {port} on 127.0.0.1 cannot be used")
    assert len(result.stderr.splitlines()) == 1


def test_a_home_that_cannot_be_written_is_told_in_one_line(
    serve: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = serve(ZHITOU_HOME=str(tmp_path / "file"))
    assert result.stderr.startswith("Error: cannot write to")
    assert len(result.stderr.splitlines()) == 1


def test_a_wrong_setting_is_told_in_one_line(serve: Callable[..., Result]) -> None:
    result = serve(ZHITOU_BACKEND_PORT="many")
    assert result.stderr.startswith("Error: ZHITOU_BACKEND_PORT: ")


def test_the_next_refresh_is_shortly_after_midnight_in_shanghai() -> None:
    noon = datetime(2026, 1, 5, 12, 0, tzinfo=SHANGHAI)
    assert seconds_until_next_refresh(noon) == 12 * 3600 + 7 * 60


def test_the_seeds_are_in_the_order_of_what_they_refer_to() -> None:
    assert commands.SEEDS.index("customers") < commands.SEEDS.index("portfolio")
    assert commands.SEEDS.index("market") < commands.SEEDS.index("portfolio")
