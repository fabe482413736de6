"""The made-up customers of the demo and the assessments they are said to have taken.

Ages and assessment dates follow the clock, so that nothing becomes stale. What a person did with
a demo customer stays: a real assessment is never touched, nor what was before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhitou.backends.database import Database
from zhitou.backends.risk_profile.models import Answer, Assessment, Customer
from zhitou.backends.risk_profile.repository import FINISHED_STATES
from zhitou.clock import SHANGHAI, Clock, today_in_shanghai
from zhitou.rulebook import Node, read
from zhitou.wealth.assessment import months_later, valid_until
from zhitou.wealth.questionnaire import Questionnaire, evaluate, load_questionnaire
from zhitou.wealth.suitability_rules import load_rules

_SUMS = ("annual_income", "monthly_income", "monthly_expenses", "liquid_assets", "emergency_fund")
_BIRTHDAY_DAYS_AGO = 100
"""So long ago is every demo customer's last birthday."""
_TIME_OF_DAY = time(10, 30)


@dataclass(frozen=True)
class DemoCustomer:
    """One customer of ``customers.yml``."""

    id: str
    age: int
    facts: Mapping[str, Any]
    assessed_days_ago: int | None
    answers: Mapping[str, str]


async def seed(database: Database, clock: Clock) -> None:
    """Fill in the demo customers, and bring their ages and made-up assessments up to today.

    Raises:
        RulesError: ``customers.yml`` cannot be used.
    """
    questionnaire, customers = load_customers()
    today = today_in_shanghai(clock)
    async with database.transaction() as session:
        for customer in customers:
            await _seed_customer(session, customer, today)
            await _seed_assessment(session, customer, questionnaire, today)


def load_customers() -> tuple[Questionnaire, tuple[DemoCustomer, ...]]:
    """The customers of the packaged file, checked, and the questionnaire they answered.

    Raises:
        RulesError: the file cannot be used; the message names the key.
    """
    node = read("zhitou.backends.demo", "customers.yml").only("questionnaire", "customers")
    questionnaire = load_questionnaire(node["questionnaire"].text())
    return questionnaire, tuple(_customer(item, questionnaire) for item in node["customers"])


def _customer(node: Node, questionnaire: Questionnaire) -> DemoCustomer:
    node.only(
        "id", "name", "age", "occupation", "value_tier", *_SUMS, "assessed_days_ago", "answers"
    )
    facts: dict[str, Any] = {key: node[key].text() for key in ("name", "occupation", "value_tier")}
    facts.update({key: node[key].integer(0) for key in _SUMS})
    assessed = node.has("assessed_days_ago")
    answers = {key: value.text() for key, value in node["answers"].items()} if assessed else {}
    if assessed:
        try:
            evaluate(questionnaire, answers)
        except ValueError as error:
            node["answers"].fail(str(error))
    return DemoCustomer(
        id=node["id"].text(),
        age=node["age"].integer(0),
        facts=facts,
        assessed_days_ago=node["assessed_days_ago"].integer(1) if assessed else None,
        answers=answers,
    )


async def _seed_customer(session: AsyncSession, customer: DemoCustomer, today: date) -> None:
    birthday = today - timedelta(days=_BIRTHDAY_DAYS_AGO)
    row = Customer(
        id=customer.id,
        birth_date=months_later(birthday, -12 * customer.age),
        demo=True,
        **customer.facts,
    )
    await session.merge(row)
    await session.flush()


async def _seed_assessment(
    session: AsyncSession, customer: DemoCustomer, questionnaire: Questionnaire, today: date
) -> None:
    if customer.assessed_days_ago is None:
        return
    finished = await session.execute(
        select(Assessment.id).where(
            Assessment.customer_id == customer.id,
            Assessment.demo.is_(False),
            Assessment.state.in_(FINISHED_STATES),
        )
    )
    if finished.first() is not None:
        return
    day = today - timedelta(days=customer.assessed_days_ago)
    moment = datetime.combine(day, _TIME_OF_DAY, SHANGHAI).astimezone(timezone.utc)
    result = evaluate(questionnaire, customer.answers)
    assessment = Assessment(
        id=f"{customer.id}-seed",
        customer_id=customer.id,
        number=0,
        questionnaire_version=questionnaire.version,
        state="done",
        started_at=moment,
        updated_at=moment,
        completed_at=moment,
        score=float(result.score),
        level=result.level,
        lowest_class=result.lowest_class,
        effective_level=result.level,
        effective_lowest_class=result.lowest_class,
        valid_until=valid_until(day, load_rules().assessment),
        demo=True,
    )
    await session.merge(assessment)
    await session.execute(delete(Answer).where(Answer.assessment_id == assessment.id))
    session.add_all(
        Answer(
            assessment_id=assessment.id,
            question_id=question.id,
            position=position,
            option_id=customer.answers[question.id],
            answered_at=moment,
        )
        for position, question in enumerate(questionnaire.questions)
    )
