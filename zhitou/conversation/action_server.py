"""The action server: Rasa's SDK serving ``actions/``, with errors that keep the tracker private."""

from __future__ import annotations

import logging
import sys
from uuid import uuid4

from rasa_sdk.endpoint import create_app as create_sdk_app
from sanic import Sanic, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from zhitou import logs
from zhitou.settings import Settings, SettingsError, load_settings

logger = logging.getLogger(__name__)

MAX_BODY = 8 * 1024 * 1024
"""Bytes of one request: Rasa sends the whole tracker with each call."""


def create_app(settings: Settings) -> Sanic:
    """Build the SDK's application with our error handler in place of the one that echoes."""
    app: Sanic = create_sdk_app("actions", cors_origins="")
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.AUTO_EXTEND = False
    app.error_handler.add(Exception, _error)
    return app


async def _error(request: Request, exception: Exception) -> HTTPResponse:
    """Answer with an id only; the log has the rest."""
    if isinstance(exception, SanicException) and exception.status_code < 500:
        return response.json({"error": str(exception)}, status=exception.status_code)
    error_id = uuid4().hex[:12]
    logger.error("action failed, error id %s", error_id, exc_info=exception)
    return response.json({"error": "internal error", "id": error_id}, status=500)


def main() -> int:
    """Serve until stopped; the exit code is 2 when the settings are wrong."""
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logs.configure(settings, "actions")
    create_app(settings).run(
        host=settings.host, port=settings.actions_port, workers=1, access_log=False
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
