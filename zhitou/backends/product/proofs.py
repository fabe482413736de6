"""Stored proofs of suggestions and diagnoses: written once, found again for an explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from zhitou.backends.database import Database
from zhitou.backends.product import repository
from zhitou.backends.product.models import RecommendationRow
from zhitou.backends.product.repository import Recommendation
from zhitou.clock import Clock
from zhitou.wealth.suitability import Profile

SELECTIONS = ("fund", "manager", "insurance", "wealth")
"""Kinds of stored proofs that are suggestions."""
DIAGNOSIS = "diagnosis"


@dataclass(frozen=True)
class Proofs:
    """The store of proofs."""

    database: Database
    clock: Clock

    async def store(
        self,
        *,
        customer_id: str | None,
        kind: str,
        inputs: Mapping[str, Any],
        output: Mapping[str, Any],
        data_date: date,
        rule_version: str,
        weights_version: str,
    ) -> str:
        """Keep what was answered and what it was based on; returns its id."""
        proof = Recommendation(
            id=str(uuid4()),
            created_at=self.clock(),
            customer_id=customer_id,
            kind=kind,
            inputs=inputs,
            data_date=data_date,
            rule_version=rule_version,
            weights_version=weights_version,
            output=output,
        )
        async with self.database.transaction() as session:
            await repository.store_recommendation(session, proof)
        return proof.id

    async def suggestion(
        self, customer_id: str, recommendation_id: str | None = None
    ) -> Recommendation | None:
        """A customer's own suggestion, the newest without an id; nobody else's."""
        async with self.database.transaction() as session:
            if recommendation_id is None:
                query = (
                    select(RecommendationRow.id)
                    .where(RecommendationRow.customer_id == customer_id)
                    .where(RecommendationRow.kind.in_(SELECTIONS))
                    .order_by(RecommendationRow.created_at.desc())
                    .limit(1)
                )
                recommendation_id = (await session.execute(query)).scalar()
            if recommendation_id is None:
                return None
            proof = await repository.recommendation(session, recommendation_id)
        if proof is None or proof.customer_id != customer_id or proof.kind not in SELECTIONS:
            return None
        return proof


def profile_inputs(profile: Profile | None) -> dict[str, Any] | None:
    """What of a customer a decision was based on, as JSON."""
    if profile is None:
        return None
    return {
        "status": profile.status,
        "level": profile.level,
        "valid_until": None if profile.valid_until is None else profile.valid_until.isoformat(),
        "lowest_class": profile.lowest_class,
        "age": profile.age,
        "allows": list(profile.allows),
        "annual_income": None if profile.annual_income is None else str(profile.annual_income),
        "liquid_assets": None if profile.liquid_assets is None else str(profile.liquid_assets),
    }
