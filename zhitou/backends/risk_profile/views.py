"""What the risk-profile backend tells: questions, results, profiles as the contract's mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from zhitou.backends.risk_profile.models import Assessment, Customer
from zhitou.backends.risk_profile.repository import aware
from zhitou.clock import SHANGHAI
from zhitou.rulebook import RulesError
from zhitou.wealth.assessment import LimitReached
from zhitou.wealth.questionnaire import (
    Question,
    Questionnaire,
    evaluate,
    explain,
    load_questionnaire,
)
from zhitou.wealth.suitability import Decision, Profile
from zhitou.wealth.suitability_rules import SuitabilityRules


def asked(
    questionnaire: Questionnaire, answers: Mapping[str, str], resumed: bool = False
) -> dict[str, Any]:
    """The outcome that asks the first question without an answer."""
    question = next_question(questionnaire, answers)
    data = question_data(questionnaire, question, resumed=resumed)
    return {"outcome": "question", "data": data}


def next_question(questionnaire: Questionnaire, answers: Mapping[str, str]) -> Question:
    """The first question without an answer; there must be one."""
    return next(question for question in questionnaire.questions if question.id not in answers)


def question_data(
    questionnaire: Questionnaire, question: Question, *, resumed: bool = False
) -> dict[str, Any]:
    """Data of a ``risk_question`` message; ``index`` counts from 1."""
    return {
        "id": question.id,
        "index": questionnaire.questions.index(question) + 1,
        "total": len(questionnaire.questions),
        "text": question.text,
        "options": [{"id": option.id, "text": option.text} for option in question.options],
        "resumed": resumed,
        "questionnaire_version": questionnaire.version,
    }


def result_data(
    assessment: Assessment, answers: Mapping[str, str], rules: SuitabilityRules
) -> dict[str, Any]:
    """Data of a ``risk_result`` message.

    ``level`` is what the answers give; ``allows`` is what counts now, which is less where a
    changed level waits for the customer's confirmation.
    """
    return {
        "level": assessment.level,
        "level_name": rules.levels[assessment.level].name,
        "score": assessment.score,
        "assessed_at": _local(assessment.completed_at),
        "valid_until": assessment.valid_until.isoformat(),
        "lowest_class": assessment.lowest_class,
        "allows": list(rules.allows(assessment.effective_level, assessment.effective_lowest_class)),
        "allows_if_confirmed": list(rules.allows(assessment.level, assessment.lowest_class)),
        "effective_level": assessment.effective_level,
        "changed_from": assessment.changed_from,
        "needs_confirmation": assessment.state == "unconfirmed",
        "explanation": explanation(assessment, answers, rules),
        "questionnaire_version": assessment.questionnaire_version,
        "rules_version": rules.version,
    }


def explanation(assessment: Assessment, answers: Mapping[str, str], rules: SuitabilityRules) -> str:
    """Why the level is what it is, recomputed from the answers given then."""
    try:
        questionnaire = load_questionnaire(assessment.questionnaire_version)
        words = explain(questionnaire, evaluate(questionnaire, answers), rules)
    except (RulesError, ValueError):
        return rules.levels[assessment.level].meaning
    key = {"unconfirmed": "changed", "declined": "declined"}.get(assessment.state)
    if key is None:
        return words
    return words + questionnaire.explanation[key].format(
        level=assessment.level,
        changed_from=assessment.changed_from,
        effective_level=assessment.effective_level,
    )


def limit_data(reached: LimitReached) -> dict[str, Any]:
    """Which limit is reached (``day`` or ``year``) and when the next assessment is possible."""
    free = datetime.combine(reached.free_on, time(), SHANGHAI)
    return {"limit": reached.limit, "most": reached.most, "next_possible_at": _local(free)}


def profile_of(
    customer_id: str | None,
    customer: Customer | None,
    assessment: Assessment | None,
    rules: SuitabilityRules,
    today: date,
) -> Profile:
    """What counts of a customer today; an unknown one has to say first who it is."""
    if customer is None:
        return Profile(customer_id, "needs_identity")
    if assessment is None:
        status = "none"
    else:
        status = "valid" if today <= assessment.valid_until else "expired"
    level = assessment.effective_level if assessment else None
    lowest = bool(assessment and assessment.effective_lowest_class)
    return Profile(
        customer_id=customer.id,
        status=status,
        level=level,
        valid_until=assessment.valid_until if assessment else None,
        lowest_class=lowest,
        age=age_on(customer.birth_date, today),
        value_tier=customer.value_tier,
        allows=rules.allows(level, lowest) if status == "valid" else (),
        annual_income=_money(customer.annual_income),
        liquid_assets=_money(customer.liquid_assets),
    )


def profile_data(
    profile: Profile, customer: Customer | None, with_means: bool = False
) -> dict[str, Any]:
    """A profile as JSON, without the customer's name in clear; income and assets on request."""
    data = asdict(profile)
    data["valid_until"] = profile.valid_until.isoformat() if profile.valid_until else None
    data["allows"] = list(profile.allows)
    for key in ("annual_income", "liquid_assets"):
        value = data.pop(key)
        if with_means:
            data[key] = None if value is None else str(value)
    data["name_masked"] = masked(customer.name) if customer else None
    data["simulated"] = bool(customer and customer.demo)
    return data


def suitability_data(decision: Decision, profile: Profile, product_kind: str) -> dict[str, Any]:
    """Data of a ``suitability`` message."""
    return {
        **asdict(decision),
        "status": profile.status,
        "lowest_class": profile.lowest_class,
        "valid_until": profile.valid_until.isoformat() if profile.valid_until else None,
        "allows": list(profile.allows),
        "product_kind": product_kind,
    }


def age_on(birth_date: date, today: date) -> int:
    """Full years of life."""
    before = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - int(before)


def masked(name: str) -> str:
    """``王小明`` → ``王**``."""
    return name[:1] + "*" * (len(name) - 1)


def _money(yuan: int | None) -> Decimal | None:
    return None if yuan is None else Decimal(yuan)


def _local(moment: datetime) -> str:
    return aware(moment).astimezone(SHANGHAI).isoformat(timespec="seconds")
