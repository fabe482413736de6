"""The server of the backends and the web pages: mounts routes, opens and closes what they use."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from importlib.metadata import version
from itertools import count
from typing import Any

import click
import httpx
from sanic import Sanic

from zhitou import logs
from zhitou.backends import health, http
from zhitou.backends.database import Database
from zhitou.backends.docs import routes as docs
from zhitou.backends.freshness import refresh_every_day
from zhitou.backends.handoff import routes as handoff
from zhitou.backends.knowledge import routes as knowledge
from zhitou.backends.portfolio import routes as portfolio
from zhitou.backends.product import routes as product
from zhitou.backends.risk_profile import routes as risk_profile
from zhitou.backends.services import build_services, is_here
from zhitou.clock import Clock, system_clock
from zhitou.settings import Settings, SettingsError
from zhitou.settings import settings as process_settings
from zhitou.web import chat

_ROUTES = {
    "risk_profile": risk_profile.blueprint,
    "product": product.blueprint,
    "portfolio": portfolio.blueprint,
    "knowledge": knowledge.blueprint,
    "handoff": handoff.blueprint,
}
_TRY_AGAIN_SECONDS = 2.0
"""Pause before a service that could not be prepared is prepared again."""

_log = logging.getLogger("zhitou.backends")
_numbers = count(1)


def create_app(settings: Settings, clock: Clock = system_clock) -> Sanic:
    """The application: ``app.ctx.<name>`` holds each service, ``app.ctx.database`` their store.

    Args:
        settings: of this installation; a service whose URL is not this server's is asked there,
            and has no routes here.
        clock: tells the time to all services.
    """
    app = Sanic(f"zhitou-{next(_numbers)}", configure_logging=False, dumps=http.dumps)
    app.config.AUTO_EXTEND = False
    app.ctx.settings = settings
    app.ctx.clock = clock
    app.ctx.database = Database(settings.database_url)
    app.ctx.services = build_services(settings, app.ctx.database, clock)
    for name, service in app.ctx.services.items():
        setattr(app.ctx, name, service)
    http.install(app)
    app.blueprint(health.blueprint)
    for name, blueprint in _ROUTES.items():
        if is_here(settings, name):
            app.blueprint(blueprint)
    app.blueprint(chat.blueprint)
    docs.install(app, version("zhitou"))
    app.register_listener(_open, "before_server_start")
    app.register_listener(_close, "after_server_stop")
    return app


async def _open(app: Sanic, _loop: Any) -> None:
    app.ctx.http = httpx.AsyncClient(timeout=health.CHECK_SECONDS, trust_env=False)
    app.ctx.closing = asyncio.Event()
    preparable = {
        name: service for name, service in app.ctx.services.items() if hasattr(service, "prepare")
    }
    app.ctx.loading = set(preparable)
    app.ctx.preparing = asyncio.gather(
        *(_prepare(app, name, service) for name, service in preparable.items())
    )
    app.ctx.refreshing = (
        asyncio.create_task(refresh_every_day(app.ctx.clock)) if app.ctx.settings.demo else None
    )


async def _prepare(app: Sanic, name: str, service: Any) -> None:
    """Let a service load what its first customer would have to wait for, until it can."""
    while not app.ctx.closing.is_set():
        try:
            await service.prepare()
            app.ctx.loading.discard(name)
            return
        except Exception as error:
            _log.warning("%s cannot be prepared yet: %s: %s", name, type(error).__name__, error)
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(app.ctx.closing.wait(), _TRY_AGAIN_SECONDS)


async def _close(app: Sanic, _loop: Any) -> None:
    if app.ctx.refreshing is not None:
        app.ctx.refreshing.cancel()
    # Not cancelled: a connection to SQLite that is cut off half-way keeps its thread for ever.
    app.ctx.closing.set()
    await app.ctx.preparing
    await app.ctx.http.aclose()
    for _name, service in app.ctx.services.items():
        if hasattr(service, "close"):
            await service.close()
    await app.ctx.database.close()


@click.command()
def command() -> None:
    """Start the backends and the web pages on this machine."""
    try:
        settings = process_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    try:
        logs.configure(settings, "backend")
    except OSError as error:
        raise click.ClickException(
            f"cannot write to {settings.home} ({error.strerror}); "
            "set ZHITOU_HOME to a folder that can be written"
        ) from error
    listening = _listen(settings)
    app = create_app(settings)
    _log.info("listening on http://%s:%s", settings.host, settings.backend_port)
    app.run(sock=listening, workers=1, debug=False, auto_reload=False, access_log=False, motd=False)


def _listen(settings: Settings) -> socket.socket:
    """The socket of the server, or one clear line why there is none."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.backend_port))
        listening.listen(128)
    except OSError as error:
        raise click.ClickException(
            f"port {settings.backend_port} on {settings.host} cannot be used ({error.strerror}); "
            "stop what uses it or set ZHITOU_BACKEND_PORT"
        ) from error
    return listening
