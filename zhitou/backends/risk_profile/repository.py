"""Reads and writes of the risk-profile tables, each inside the transaction of its caller."""

from __future__ import annotations

from datetime import datetime, timezone
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhitou.backends.risk_profile.models import Answer, Assessment, Customer

OPEN_STATES = ("open", "paused")
FINISHED_STATES = ("done", "unconfirmed", "declined")

_SAID_MAX = 200
"""Characters kept of the customer's words, as the column holds them."""


def aware(moment: datetime) -> datetime:
    """``moment`` in UTC; SQLite gives back what was stored in UTC without saying so."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


class RiskProfileRepository:
    """The risk-profile tables, seen through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def customer(self, customer_id: str | None) -> Customer | None:
        """The customer of that id."""
        return await self._session.get(Customer, customer_id) if customer_id else None

    async def open_assessment(self, customer_id: str) -> Assessment | None:
        """The assessment that the customer has begun and not ended."""
        result = await self._session.execute(
            select(Assessment).where(
                Assessment.customer_id == customer_id, Assessment.state.in_(OPEN_STATES)
            )
        )
        return result.scalars().first()

    async def latest_finished(self, customer_id: str) -> Assessment | None:
        """The assessment that was finished last, confirmed or not."""
        result = await self._session.execute(
            select(Assessment)
            .where(Assessment.customer_id == customer_id, Assessment.state.in_(FINISHED_STATES))
            .order_by(Assessment.number.desc())
            .limit(1)
        )
        return result.scalars().first()

    async def finished_since(self, customer_id: str, since: datetime) -> list[datetime]:
        """When the customer finished assessments from ``since`` on, newest first."""
        result = await self._session.execute(
            select(Assessment.completed_at)
            .where(
                Assessment.customer_id == customer_id,
                Assessment.state.in_(FINISHED_STATES),
                Assessment.completed_at >= since.astimezone(timezone.utc),
            )
            .order_by(Assessment.completed_at.desc())
        )
        return [aware(moment) for moment in result.scalars()]

    async def answers(self, assessment_id: str) -> dict[str, str]:
        """Question id → chosen option id, in the order of the questions."""
        result = await self._session.execute(
            select(Answer.question_id, Answer.option_id)
            .where(Answer.assessment_id == assessment_id)
            .order_by(Answer.position)
        )
        return {row.question_id: row.option_id for row in result}

    async def forget_answer(self, assessment_id: str, question_id: str) -> None:
        """Take back one answer."""
        await self._session.execute(
            delete(Answer).where(
                Answer.assessment_id == assessment_id, Answer.question_id == question_id
            )
        )

    async def add_answer(
        self,
        assessment_id: str,
        question_id: str,
        position: int,
        option_id: str,
        said: str,
        now: datetime,
    ) -> None:
        """Store an answer.

        Raises:
            IntegrityError: the question has one already.
        """
        self._session.add(
            Answer(
                assessment_id=assessment_id,
                question_id=question_id,
                position=position,
                option_id=option_id,
                said=said[:_SAID_MAX],
                answered_at=now,
            )
        )
        await self._session.flush()

    async def open_new(self, customer_id: str, questionnaire_version: str, now: datetime) -> None:
        """Begin an assessment.

        Raises:
            IntegrityError: the customer has an open one.
        """
        highest = await self._session.execute(
            select(func.max(Assessment.number)).where(Assessment.customer_id == customer_id)
        )
        self._session.add(
            Assessment(
                id=uuid4().hex,
                customer_id=customer_id,
                number=(highest.scalar() or 0) + 1,
                questionnaire_version=questionnaire_version,
                state="open",
                started_at=now,
                updated_at=now,
            )
        )
        await self._session.flush()
