"""The portfolio backend as one service: each method answers ``{"outcome", "data"}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from zhitou.backends.database import Database
from zhitou.backends.portfolio import (
    alerts,
    allocation,
    auto_invest,
    diagnosis,
    explanation,
    holdings,
    loss,
)
from zhitou.backends.portfolio.books import Books, Products
from zhitou.backends.portfolio.naming import Answer
from zhitou.backends.risk_profile.remote import RiskProfiles
from zhitou.clock import Clock, system_clock


class PortfolioService:
    """What a customer holds, how it stands, what fell, what to do with money, what to watch.

    Args:
        database: the store.
        product: the product backend.
        risk_profile: the risk-profile backend.
        clock: tells the time.
    """

    def __init__(
        self,
        database: Database,
        product: Products,
        risk_profile: RiskProfiles,
        clock: Clock = system_clock,
    ) -> None:
        self._books = Books(database, product, risk_profile, clock)

    async def prepare(self) -> None:
        """Read rules and histories before the first customer asks."""
        await self._books.prepare()

    async def holdings(self, customer_id: str | None, product: str | None = None) -> Answer:
        """What a customer holds; see :func:`holdings.holdings`."""
        return await holdings.holdings(self._books, customer_id, product)

    async def diagnose(
        self, customer_id: str | None, told: Sequence[Mapping[str, Any]] | None = None
    ) -> Answer:
        """A portfolio examined; see :func:`diagnosis.diagnose`."""
        return await diagnosis.diagnose(self._books, customer_id, told)

    async def explain_loss(
        self, customer_id: str | None, product: str | None = None, text: str = ""
    ) -> Answer:
        """Comfort and explanation; see :func:`loss.explain_loss`."""
        return await loss.explain_loss(self._books, customer_id, product, text)

    async def allocation(
        self,
        customer_id: str | None,
        amount: Decimal,
        horizon: str | None = None,
        goal: str | None = None,
        risk_preference: str | None = None,
    ) -> Answer:
        """A sum split over asset classes; see :func:`allocation.allocation`."""
        return await allocation.allocation(
            self._books, customer_id, amount, horizon, goal, risk_preference
        )

    async def auto_invest(
        self,
        customer_id: str | None,
        amount: Decimal,
        product: str | None = None,
        horizon: str | None = None,
        day: int | None = None,
        risk_preference: str | None = None,
    ) -> Answer:
        """A regular investing plan; see :func:`auto_invest.auto_invest`."""
        return await auto_invest.auto_invest(
            self._books, customer_id, amount, product, horizon, day, risk_preference
        )

    async def explain(self, customer_id: str | None, recommendation_id: str | None) -> Answer:
        """Why advice was what it was; see :func:`explanation.explain`."""
        return await explanation.explain(self._books, customer_id, recommendation_id)

    async def set_alert(
        self,
        customer_id: str | None,
        kind: str,
        product: str | None = None,
        threshold: Decimal | None = None,
    ) -> Answer:
        """Store what a customer wants to be told of; see :func:`alerts.set_alert`."""
        return await alerts.set_alert(self._books, customer_id, kind, product, threshold)

    async def alerts(self, customer_id: str | None) -> Answer:
        """What a customer is told of; see :func:`alerts.list_alerts`."""
        return await alerts.list_alerts(self._books, customer_id)

    async def delete_alerts(
        self, customer_id: str | None, id: str | None = None, product: str | None = None
    ) -> Answer:
        """End alerts; see :func:`alerts.delete_alerts`."""
        return await alerts.delete_alerts(self._books, customer_id, id, product)
