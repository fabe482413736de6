"""A real server of the backends inside a test: own port, real HTTP, stopped at the end."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from sanic import Sanic
from sanic.touchup.service import TouchUp

_dispatch = Sanic.dispatch


async def _dispatch_what_is_heard(app: Sanic, event: str, **arguments: Any) -> None:
    if not event.startswith("http."):
        await _dispatch(app, event, **arguments)


# Sanic removes the signals that nobody listens to by rewriting its own classes, which works only
# once in a process. Tests start many servers: the signals stay in the classes and are not sent.
TouchUp.run = classmethod(lambda cls, app: None)
Sanic.dispatch = _dispatch_what_is_heard


@asynccontextmanager
async def serving(app: Sanic) -> AsyncIterator[httpx.AsyncClient]:
    """Run ``app`` and give a client of it."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = await app.create_server(sock=listening, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.after_start()
    try:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10
        ) as client:
            yield client
    finally:
        await server.before_stop()
        server.close()
        await server.wait_closed()
        await server.after_stop()
