"""Which services this server has, and who of them needs whom; a bank's own take their places."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from zhitou.backends.database import Database
from zhitou.backends.handoff.service import HandoffService
from zhitou.backends.knowledge.service import KnowledgeService
from zhitou.backends.portfolio.service import PortfolioService
from zhitou.backends.product.remote import RemoteProducts
from zhitou.backends.product.service import ProductService
from zhitou.backends.risk_profile.remote import RemoteRiskProfile
from zhitou.backends.risk_profile.service import RiskProfileService
from zhitou.clock import Clock
from zhitou.settings import Settings

_REMOTE_SHARE = 0.6
"""Share of a caller's time budget that a call to a bank's own service may take of it."""


@dataclass(frozen=True)
class Services:
    """The services by name; those that answer elsewhere are their HTTP clients, or none."""

    risk_profile: RiskProfileService | RemoteRiskProfile
    product: ProductService | RemoteProducts
    portfolio: PortfolioService | None
    knowledge: KnowledgeService | None
    handoff: HandoffService | None

    def items(self) -> list[tuple[str, Any]]:
        """Name and service of all that are there."""
        found = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return [(name, service) for name, service in found if service is not None]


def is_here(settings: Settings, name: str) -> bool:
    """Whether the service's address is this server's own."""
    address = urlsplit(getattr(settings, f"{name}_url"))
    own_names = {"127.0.0.1", "localhost", "::1", settings.host}
    return address.hostname in own_names and address.port == settings.backend_port


def build_services(settings: Settings, database: Database, clock: Clock) -> Services:
    """All services of one installation.

    Args:
        settings: where each service answers.
        database: the store of those that answer here.
        clock: tells the time.
    """
    budget = settings.backend_timeout * _REMOTE_SHARE
    risk_profile: RiskProfileService | RemoteRiskProfile = (
        RiskProfileService(database, clock)
        if is_here(settings, "risk_profile")
        else RemoteRiskProfile(settings.risk_profile_url, budget)
    )
    product: ProductService | RemoteProducts = (
        ProductService(database, clock, settings=settings, risk_profile=risk_profile)
        if is_here(settings, "product")
        else RemoteProducts(settings.product_url, budget, clock=clock)
    )
    return Services(
        risk_profile=risk_profile,
        product=product,
        portfolio=(
            PortfolioService(database, product, risk_profile, clock)
            if is_here(settings, "portfolio")
            else None
        ),
        knowledge=KnowledgeService(database, clock) if is_here(settings, "knowledge") else None,
        handoff=(
            HandoffService(database, clock, risk_profile) if is_here(settings, "handoff") else None
        ),
    )
