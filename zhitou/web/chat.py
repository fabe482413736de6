"""The customer's chat page, and its way to the app channel: one origin, no request elsewhere."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from jinja2 import Environment, FileSystemLoader, select_autoescape
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, html, json

from zhitou.settings import Settings

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
TURN_SECONDS = 20.0
"""How long the page waits for an answer; the assistant's own budgets are far shorter."""

DEMO_CUSTOMERS = (
    ("demo-1", "68岁，不能承受任何亏损 · C1"),
    ("demo-2", "35岁，第一次投资 · C2"),
    ("demo-3", "42岁，有家庭 · C3"),
    ("demo-4", "29岁，工程师，科技基金亏损中 · C4"),
    ("demo-5", "50岁，企业主，VIP · C5"),
    ("demo-6", "61岁，教师，测评已过期 · C3"),
    ("demo-7", "38岁，保守却持有R5 · C2"),
    ("demo-8", "24岁，新客户，未测评"),
)

blueprint = Blueprint("chat")
blueprint.static("/static", HERE / "static", name="static")

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(["html"])
)


@blueprint.listener("before_server_start")
async def _open(app: Sanic, _loop: Any) -> None:
    app.ctx.rasa = httpx.AsyncClient(
        base_url=app.ctx.settings.rasa_url, timeout=TURN_SECONDS, trust_env=False
    )


@blueprint.listener("after_server_stop")
async def _close(app: Sanic, _loop: Any) -> None:
    await app.ctx.rasa.aclose()


@blueprint.get("/chat")
async def page(request: Request) -> HTTPResponse:
    """Show the page; the choice of demo customers only where no token is asked for."""
    settings: Settings = request.app.ctx.settings
    demo = settings.demo and not settings.app_secret
    return html(
        _templates.get_template("chat.html").render(customers=DEMO_CUSTOMERS if demo else ())
    )


@blueprint.post("/chat/messages")
async def send(request: Request) -> HTTPResponse:
    """Pass a message on to the app channel."""
    return await _forward(request, "POST", "/webhooks/app/webhook", content=request.body)


@blueprint.get("/chat/history")
async def history(request: Request) -> HTTPResponse:
    """Tell what was said so far, for a page that comes back."""
    wanted = {
        key: request.args.get(key) for key in ("sender", "customer_id") if request.args.get(key)
    }
    return await _forward(request, "GET", "/webhooks/app/history", params=wanted)


async def _forward(request: Request, method: str, path: str, **arguments: Any) -> HTTPResponse:
    headers = {"content-type": "application/json"}
    if "authorization" in request.headers:
        headers["authorization"] = request.headers["authorization"]
    if not request.app.ctx.settings.app_secret and not _is_direct(request):
        return json({"error": {"code": "forbidden", "message": "demo: this machine only"}}, 403)
    try:
        answer = await request.app.ctx.rasa.request(method, path, headers=headers, **arguments)
        return json(answer.json(), status=answer.status_code)
    except (httpx.HTTPError, ValueError) as error:
        error_id = uuid4().hex[:12]
        logger.error("the assistant does not answer, error id %s: %r", error_id, error)
        message = {"code": "unavailable", "message": "the assistant does not answer"}
        return json({"error": {**message, "id": error_id}}, status=503)


def _is_direct(request: Request) -> bool:
    """Tell whether a browser on this machine asks, from our own page.

    The assistant sees this server as its peer, so the demo's rule is held here too; a foreign
    page that a browser has open is refused by its ``Origin``.
    """
    forwarded = any(name in request.headers for name in ("x-forwarded-for", "forwarded"))
    origin = request.headers.get("origin")
    own = origin is None or origin == f"{request.scheme}://{request.host}"
    return not forwarded and own and request.ip in {"127.0.0.1", "::1"}
