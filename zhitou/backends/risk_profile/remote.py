"""What other services ask of the risk profile, and how a bank's own service is asked it by HTTP."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import quote

import httpx

from zhitou.backends.errors import Unavailable
from zhitou.wealth.suitability import Profile, Purchase
from zhitou.wealth.suitability_rules import CUSTOMER_LEVELS, PRODUCT_LEVELS, STATUSES


class RiskProfiles(Protocol):
    """What other services ask of the risk profile, here or at the bank's own service."""

    async def profile(self, customer_id: str | None) -> Profile:
        """What counts of a customer today."""

    async def suitability(
        self,
        customer_id: str | None,
        product_level: str | None,
        product_kind: str,
        initiated_by: str = "bank",
        issuer_level: str | None = None,
        purchase: Purchase | None = None,
    ) -> dict[str, Any]:
        """Whether a product suits the customer."""


class RemoteRiskProfile:
    """Answers what other services ask of the risk profile from another server.

    Args:
        base_url: where that server answers, without ``/api/risk-profile``.
        timeout: seconds for one call.
        client: another client than a new one, for tests.
    """

    def __init__(
        self, base_url: str, timeout: float = 1.5, client: httpx.AsyncClient | None = None
    ) -> None:
        self._base = base_url.rstrip("/") + "/api/risk-profile"
        self._client = client or httpx.AsyncClient(timeout=timeout)

    async def profile(self, customer_id: str | None) -> Profile:
        """What counts of a customer today.

        Raises:
            Unavailable: the service does not answer, or not in the contract's form.
        """
        if not customer_id:
            return Profile(None, "needs_identity")
        answer = await self._call("GET", f"/{quote(customer_id, safe='')}?means=1")
        try:
            return _profile(customer_id, answer["outcome"], answer["data"])
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise Unavailable("the risk-profile service answers in another form") from error

    async def suitability(
        self,
        customer_id: str | None,
        product_level: str | None,
        product_kind: str,
        initiated_by: str = "bank",
        issuer_level: str | None = None,
        purchase: Purchase | None = None,
    ) -> dict[str, Any]:
        """Whether a product suits the customer.

        Raises:
            Unavailable: the service does not answer.
        """
        body: dict[str, Any] = {"product_kind": product_kind, "initiated_by": initiated_by}
        body.update(
            {
                key: value
                for key, value in (("product_level", product_level), ("issuer_level", issuer_level))
                if value is not None
            }
        )
        if purchase is not None:
            body["purchase"] = {
                key: str(value) if isinstance(value, Decimal) else value
                for key, value in asdict(purchase).items()
                if value is not None
            }
        customer = quote(customer_id or "-", safe="")
        return await self._call("POST", f"/{customer}/suitability", body)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            response = await self._client.request(method, self._base + path, json=body)
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable("the risk-profile service does not answer") from error
        if not isinstance(answer, dict) or "outcome" not in answer:
            raise Unavailable("the risk-profile service answers in another form")
        return answer


def _profile(customer_id: str, status: str, data: dict[str, Any]) -> Profile:
    if status not in STATUSES or data.get("level") not in (*CUSTOMER_LEVELS, None):
        raise ValueError("unknown status or level")
    until = data.get("valid_until")
    allows = tuple(data.get("allows") or ())
    if any(level not in PRODUCT_LEVELS for level in allows):
        raise ValueError("unknown product level")
    return Profile(
        customer_id=customer_id,
        status=status,
        level=data.get("level"),
        valid_until=date.fromisoformat(until) if until else None,
        lowest_class=bool(data.get("lowest_class")),
        age=data.get("age"),
        value_tier=data.get("value_tier"),
        allows=allows if status == "valid" else (),
        annual_income=_money(data.get("annual_income")),
        liquid_assets=_money(data.get("liquid_assets")),
    )


def _money(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
