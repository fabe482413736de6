"""A bank's own portfolio service, asked over HTTP with the bundled one's contract."""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import quote

import httpx

from zhitou.backends.errors import Unavailable


class Portfolios(Protocol):
    """What other services ask of the portfolio, here or at the bank's own service."""

    async def holdings(self, customer_id: str | None, product: str | None = None) -> dict[str, Any]:
        """What a customer holds."""


class RemotePortfolio:
    """Answers what other services ask of the portfolio from another server.

    Args:
        base_url: where that server answers, without ``/api/portfolio``.
        timeout: seconds for one call.
        client: another client than a new one, for tests.
    """

    def __init__(
        self, base_url: str, timeout: float = 1.5, client: httpx.AsyncClient | None = None
    ) -> None:
        self._base = base_url.rstrip("/") + "/api/portfolio"
        self._client = client or httpx.AsyncClient(timeout=timeout)

    async def holdings(self, customer_id: str | None, product: str | None = None) -> dict[str, Any]:
        """What a customer holds.

        Raises:
            Unavailable: the service does not answer, or not in the contract's form.
        """
        if not customer_id:
            return {"outcome": "needs_identity", "data": {}}
        try:
            response = await self._client.get(
                f"{self._base}/{quote(customer_id, safe='')}/holdings",
                params={"product": product} if product else {},
            )
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable("the portfolio service does not answer") from error
        if not isinstance(answer, dict) or "outcome" not in answer:
            raise Unavailable("the portfolio service answers in another form")
        return answer

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()
