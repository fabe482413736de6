"""The one way to the backends: a shared client, one time budget, errors with an id."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from uuid import uuid4

import httpx

from zhitou.settings import load_settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """What a backend answered.

    Attributes:
        outcome: one word that chooses the sentence to say.
        data: the result, in the shape of the message type it becomes.

    """

    outcome: str
    data: dict[str, Any]


class BackendUnavailable(Exception):
    """The backend did not answer in time or failed; ``error_id`` stands in the log."""

    def __init__(self, error_id: str) -> None:
        super().__init__(f"backend unavailable, error id {error_id}")
        self.error_id = error_id


class Backend:
    """A client of one backend.

    Args:
        name: ``product``, ``risk_profile``, ``portfolio``, ``knowledge`` or ``handoff``.

    """

    def __init__(self, name: str) -> None:
        self.name = name

    async def get(self, path: str, **parameters: Any) -> Reply:
        """Ask for something; parameters that are None are left out."""
        given = {key: value for key, value in parameters.items() if value is not None}
        return await self._call("GET", path, params=given)

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        """Ask for something to be done; the body is JSON."""
        return await self._call("POST", path, json=dict(body or {}))

    async def delete(self, path: str) -> Reply:
        """Ask for something to be ended."""
        return await self._call("DELETE", path)

    async def _call(self, method: str, path: str, **arguments: Any) -> Reply:
        url = _address(self.name) + path
        try:
            response = await _client().request(method, url, **arguments)
            response.raise_for_status()
            body = response.json()
            outcome = str(body.pop("outcome"))
            return Reply(outcome, dict(body.get("data") or body))
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            error_id = uuid4().hex[:12]
            detail = (
                error.response.text[:300] if isinstance(error, httpx.HTTPStatusError) else error
            )
            logger.error(
                "%s %s failed, error id %s: %s: %s",
                method,
                path,
                error_id,
                type(error).__name__,
                detail,
            )
            raise BackendUnavailable(error_id) from error


@lru_cache(maxsize=1)
def _client() -> httpx.AsyncClient:
    """The process's only HTTP client; its pool is shared by all actions."""
    return httpx.AsyncClient(
        timeout=load_settings().backend_timeout,
        limits=httpx.Limits(max_connections=50, max_keepalive_connections=20),
        trust_env=False,
    )


@cache
def _address(name: str) -> str:
    paths = {
        "product": "/api/products",
        "risk_profile": "/api/risk-profile",
        "portfolio": "/api/portfolio",
        "knowledge": "/api/knowledge",
        "handoff": "/api/handoffs",
    }
    return str(getattr(load_settings(), f"{name}_url")) + paths[name]


product = Backend("product")
risk_profile = Backend("risk_profile")
portfolio = Backend("portfolio")
knowledge = Backend("knowledge")
handoff = Backend("handoff")
