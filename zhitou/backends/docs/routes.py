"""``/docs``: the OpenAPI document and Swagger UI, all served from this process."""

from __future__ import annotations

from pathlib import Path

import swagger_ui_bundle
from sanic import Sanic
from sanic.request import Request
from sanic.response import BaseHTTPResponse
from sanic_ext import Extend
from sanic_ext.extensions.openapi.extension import OpenAPIExtension

_HERE = Path(__file__).parent
_ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")

_PAGE_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Swagger UI sets styles on its elements and draws its icons from data addresses."""


def install(app: Sanic, version: str) -> None:
    """Mount the page, its assets and ``/docs/openapi.json`` on ``app``."""
    app.config.update(
        {
            "API_TITLE": "知投 Zhitou backends",
            "API_VERSION": version,
            "API_DESCRIPTION": "The services behind the dialogue. Every figure is of made-up demo "
            "data unless a bank has put its own behind it.",
            "OAS_UI_REDOC": False,
            "OAS_UI_DEFAULT": "swagger",
            "OAS_PATH_TO_SWAGGER_HTML": str(_HERE / "index.html"),
        }
    )
    Extend(app, extensions=[OpenAPIExtension], built_in_extensions=False)
    bundle = Path(swagger_ui_bundle.swagger_ui_path)
    for name in _ASSETS:
        app.static(f"/docs/assets/{name}", bundle / name, name=f"docs_{name}")
    app.static("/docs/assets/start.js", _HERE / "start.js", name="docs_start")
    app.register_middleware(_page_policy, "response")


async def _page_policy(request: Request, response: BaseHTTPResponse) -> None:
    if request.path.startswith("/docs"):
        response.headers["content-security-policy"] = _PAGE_POLICY
    if request.path.startswith("/docs/assets/"):
        response.headers["cache-control"] = "public, max-age=86400"
