"""The server of the backends and the web pages: builds the services, mounts their routes."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import logging
import socket
from importlib.metadata import version

import click
import httpx
from sanic import Sanic

from zhitou import logs
from zhitou.backends import http
from zhitou.backends.database import Database
from zhitou.backends.docs import routes as docs_routes
from zhitou.backends.health import CHECK_SECONDS
from zhitou.backends.health import blueprint as health_blueprint
from zhitou.clock import Clock, system_clock
from zhitou.settings import Settings, SettingsError
from zhitou.settings import settings as process_settings

_SERVICES = {
    "risk_profile": "RiskProfileService",
    "product": "ProductService",
    "portfolio": "PortfolioService",
    "knowledge": "KnowledgeService",
    "handoff": "HandoffService",
}

_log = logging.getLogger("zhitou.backends")
_built = 0


def create_app(settings: Settings, clock: Clock = system_clock) -> Sanic:
    """The application of all bundled backends: ``app.ctx.<name>`` holds each service."""
    global _built
    _built += 1
    app = Sanic(f"zhitou-backend-{_built}", configure_logging=False, dumps=http.dumps)
    app.config.AUTO_EXTEND = False
    app.ctx.settings = settings
    app.ctx.clock = clock
    app.ctx.database = Database(settings.database_url)
    http.install(app)
    app.blueprint(health_blueprint)
    available = {"database": app.ctx.database, "clock": clock, "settings": settings}
    for name, class_name in _SERVICES.items():
        if not _exists(f"zhitou.backends.{name}.service"):
            continue
        try:
            service_class = getattr(
                importlib.import_module(f"zhitou.backends.{name}.service"), class_name
            )
        except ImportError as error:
            _log.warning("%s is not mounted: %s", name, error)
            continue
        wanted = inspect.signature(service_class).parameters
        missing = [
            key
            for key, parameter in wanted.items()
            if key not in available and parameter.default is inspect.Parameter.empty
        ]
        if missing:
            _log.warning("%s is not mounted: there is no %s", name, ", ".join(missing))
            continue
        service = service_class(**{key: available[key] for key in wanted if key in available})
        setattr(app.ctx, name, service)
        available[name] = service
        if _exists(f"zhitou.backends.{name}.routes"):
            app.blueprint(importlib.import_module(f"zhitou.backends.{name}.routes").blueprint)
    if _exists("zhitou.web.chat"):
        app.blueprint(importlib.import_module("zhitou.web.chat").blueprint)
    docs_routes.install(app, version("zhitou"))
    app.register_listener(_open, "before_server_start")
    app.register_listener(_close, "after_server_stop")
    return app


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


async def _open(app: Sanic, _loop: object) -> None:
    app.ctx.http = httpx.AsyncClient(timeout=CHECK_SECONDS)


async def _close(app: Sanic, _loop: object) -> None:
    await app.ctx.http.aclose()
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
            f"{settings.home} cannot be written ({error.strerror}): set ZHITOU_HOME"
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
            f"port {settings.backend_port} on {settings.host} cannot be used ({error.strerror}): "
            "stop the program that holds it or set ZHITOU_BACKEND_PORT"
        ) from error
    return listening
