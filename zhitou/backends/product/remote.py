"""What other services ask of the product service, and how a bank's own one is asked it by HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import quote

import httpx
import pandas as pd

from zhitou.backends.errors import Unavailable
from zhitou.clock import Clock, system_clock, today_in_shanghai
from zhitou.wealth.product import RISK_LEVELS, TYPE_NAMES, Product, Resolution

_MOST_DAYS = 3660


class Products(Protocol):
    """What other services ask of the product service, here or at the bank's own service."""

    async def products(self, kind: str | None = None) -> Sequence[Product]:
        """All products, of one kind or of all."""

    async def get(self, code: str) -> Product | None:
        """The product of a code."""

    async def find(self, text: str, kind: str | None = None, limit: int = 5) -> Resolution:
        """Which product a code, a name or a phrase around one means."""

    async def total_return(
        self, code: str, start: date | None = None, end: date | None = None
    ) -> pd.Series:
        """The total-return index of a product by day, both ends included."""


class RemoteProducts:
    """Answers what other services ask of the product service from another server.

    Args:
        base_url: where that server answers, without ``/api/products``.
        timeout: seconds for one call.
        client: another client than a new one, for tests.
        clock: says what today is.
    """

    def __init__(
        self,
        base_url: str,
        timeout: float = 1.5,
        client: httpx.AsyncClient | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self._base = base_url.rstrip("/") + "/api/products"
        self._client = client or httpx.AsyncClient(timeout=timeout)
        self._clock = clock

    async def products(self, kind: str | None = None) -> Sequence[Product]:
        """All products, of one kind or of all.

        Raises:
            Unavailable: the service does not answer, or not in the contract's form.
        """
        answer = await self._call("", {"kind": kind} if kind else {})
        return [_product(item) for item in _items(answer)]

    async def get(self, code: str) -> Product | None:
        """The product of a code.

        Raises:
            Unavailable: the service does not answer, or not in the contract's form.
        """
        answer = await self._call(f"/{quote(code, safe='')}", {})
        return None if answer is None else _product(answer)

    async def find(self, text: str, kind: str | None = None, limit: int = 5) -> Resolution:
        """Which product a code, a name or a phrase around one means.

        Raises:
            Unavailable: the service does not answer, or not in the contract's form.
        """
        asked = {"text": text[:200], "limit": str(limit), **({"kind": kind} if kind else {})}
        answer = await self._call("/resolve", asked) or {}
        if answer.get("outcome") not in {"found", "ambiguous", "unknown"}:
            raise Unavailable("the product service answers in another form")
        found = [await self.get(str(item["code"])) for item in _items(answer)]
        scores = tuple(float(item.get("score", 1)) for item in _items(answer))
        products = tuple(one for one in found if one is not None)
        return Resolution(
            answer["outcome"], products, scores[: len(products)], str(answer.get("note") or "")
        )

    async def total_return(
        self, code: str, start: date | None = None, end: date | None = None
    ) -> pd.Series:
        """The total-return index of a product by day, both ends included; empty without values.

        Raises:
            Unavailable: the service does not answer, or not in the contract's form.
        """
        today = today_in_shanghai(self._clock)
        days = _MOST_DAYS if start is None else max(1, min((today - start).days, _MOST_DAYS))
        answer = await self._call(f"/{quote(code, safe='')}/nav", {"days": str(days)})
        try:
            points = (answer or {}).get("points", [])
            series = pd.Series(
                [float(point[2]) for point in points],
                index=pd.DatetimeIndex([point[0] for point in points]),
                dtype=float,
            )
        except (TypeError, ValueError, IndexError, KeyError) as error:
            raise Unavailable("the product service answers in another form") from error
        return series.loc[
            (series.index >= pd.Timestamp(start or date.min.replace(year=1900)))
            & (series.index <= pd.Timestamp(end or today))
        ]

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def _call(self, path: str, params: Mapping[str, str]) -> dict[str, Any] | None:
        """The JSON object at a path; ``None`` where nothing has that name."""
        try:
            response = await self._client.get(self._base + path, params=dict(params))
            if response.status_code == 404:
                return None
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable("the product service does not answer") from error
        if not isinstance(answer, dict):
            raise Unavailable("the product service answers in another form")
        return answer


def _items(answer: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    items = (answer or {}).get("items")
    if not isinstance(items, list):
        raise Unavailable("the product service answers in another form")
    return items


def _product(data: Mapping[str, Any]) -> Product:
    try:
        kind, type_ = data["kind"], data["type"]
        if type_ not in TYPE_NAMES[kind] or data["risk_level"] not in RISK_LEVELS:
            raise ValueError("unknown type or level")
        size, inception, as_of = (data.get(key) for key in ("size", "inception", "as_of"))
        return Product(
            code=str(data["code"]),
            name=str(data["name"]),
            short_name=str(data.get("short_name") or data["name"]),
            aliases=tuple(data.get("aliases") or ()),
            kind=kind,
            type=type_,
            sector=data.get("sector"),
            company=str(data.get("company") or ""),
            managers=tuple(str(one["name"]) for one in data.get("managers") or ()),
            risk_level=data["risk_level"],
            terms=dict(data.get("terms") or {}),
            fees=dict(data.get("fees") or {}),
            metrics=dict(data.get("metrics") or {}),
            size=None if size is None else Decimal(str(size)),
            inception=date.fromisoformat(inception) if inception else None,
            as_of=date.fromisoformat(as_of) if as_of else None,
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Unavailable("the product service answers in another form") from error
