"""Assesses customers' tolerance of risk and tells whether a product suits them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from zhitou.backends.database import Database
from zhitou.backends.risk_profile import views
from zhitou.backends.risk_profile.models import Assessment
from zhitou.backends.risk_profile.repository import RiskProfileRepository, aware
from zhitou.clock import SHANGHAI, Clock, system_clock, today_in_shanghai
from zhitou.rulebook import RulesError
from zhitou.wealth.assessment import (
    Standing,
    limit_reached,
    lower_of,
    months_later,
    valid_until,
)
from zhitou.wealth.option_matching import match_option, wants_previous
from zhitou.wealth.questionnaire import (
    Questionnaire,
    evaluate,
    load_questionnaire,
    questionnaire_on,
)
from zhitou.wealth.suitability import Profile, Purchase, decide
from zhitou.wealth.suitability_rules import SuitabilityRules, load_rules

_DECIDED = {"allow": "ok", "warn": "warned", "block": "blocked"}
_UNDECIDED = {
    "needs_identity": "needs_identity",
    "none": "needs_assessment",
    "expired": "assessment_expired",
}


class RiskProfileService:
    """The bundled risk-profile service.

    Args:
        database: the store.
        clock: tells the time.
    """

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def profile(self, customer_id: str | None) -> Profile:
        """What counts of a customer today: status, level, age, what is allowed.

        Raises:
            RulesError: the suitability rules cannot be used; nothing may be sold then.
        """
        async with self._database.transaction() as session:
            return (await self._known(RiskProfileRepository(session), customer_id))[0]

    async def describe(self, customer_id: str | None, with_means: bool = False) -> dict[str, Any]:
        """The profile for the customer's own eyes, with why it is what it is.

        Args:
            customer_id: who it is about.
            with_means: tell income and assets too, for services, not for eyes.
        """
        rules = load_rules()
        async with self._database.transaction() as session:
            repository = RiskProfileRepository(session)
            profile, customer, latest = await self._known(repository, customer_id)
            data = views.profile_data(profile, customer, with_means)
            if latest is not None:
                answers = await repository.answers(latest.id)
                told = views.result_data(latest, answers, rules)
                data["assessed_level"] = told.pop("level")
                told.pop("allows")
                data.update(told, lowest_class=profile.lowest_class)
                data["level_name"] = rules.levels[profile.level or "C1"].name
            else:
                data.update(score=None, assessed_at=None, explanation=None, level_name=None)
            return {"outcome": profile.status, "data": data}

    async def start(self, customer_id: str, restart: bool = False) -> dict[str, Any]:
        """Ask the first question, or the one where the customer stopped.

        Args:
            customer_id: who is assessed.
            restart: begin afresh instead of resuming.

        Returns:
            ``question``, ``limit_reached`` or ``needs_identity``.
        """
        try:
            return await self._start(customer_id, restart)
        except IntegrityError:  # another request opened it in the same moment
            return await self._start(customer_id, False)

    async def answer(
        self, customer_id: str, text: str, question_id: str | None = None
    ) -> dict[str, Any]:
        """Take the customer's words as the answer of the question that is open.

        Args:
            customer_id: who answers.
            text: its own words.
            question_id: the question it answers, where the caller knows: a repeated message then
                does not answer the next one.

        Returns:
            ``question`` (the next), ``result``, ``not_an_answer`` or ``no_assessment``.
        """
        try:
            return await self._answer(customer_id, text, question_id)
        except IntegrityError:  # the same answer came twice in the same moment
            return await self._start(customer_id, False)

    async def leave(self, customer_id: str) -> dict[str, Any]:
        """Leave the open assessment; its answers are kept and it can be resumed."""
        async with self._database.transaction() as session:
            repository = RiskProfileRepository(session)
            open_one = await repository.open_assessment(customer_id)
            if open_one is None:
                return {"outcome": "no_assessment", "data": {}}
            open_one.state, open_one.updated_at = "paused", self._clock()
            answered = len(await repository.answers(open_one.id))
            return {"outcome": "cancelled", "data": {"answered": answered}}

    async def confirm(self, customer_id: str, accept: bool) -> dict[str, Any]:
        """Take the customer's yes or no to a changed level.

        Returns:
            ``confirmed`` or ``declined`` with the result, or ``nothing_to_confirm``. After a no
            the lower of both levels goes on to count.
        """
        rules = load_rules()
        async with self._database.transaction() as session:
            repository = RiskProfileRepository(session)
            latest = await repository.latest_finished(customer_id)
            if latest is None or latest.state != "unconfirmed":
                return {"outcome": "nothing_to_confirm", "data": {}}
            latest.confirmed_at = self._clock()
            latest.state = "done" if accept else "declined"
            if accept:
                latest.effective_level = latest.level
                latest.effective_lowest_class = latest.lowest_class
            data = views.result_data(latest, await repository.answers(latest.id), rules)
            return {"outcome": "confirmed" if accept else "declined", "data": data}

    async def suitability(
        self,
        customer_id: str | None,
        product_level: str | None,
        product_kind: str,
        initiated_by: str = "bank",
        issuer_level: str | None = None,
        purchase: Purchase | None = None,
    ) -> dict[str, Any]:
        """Whether a product suits the customer, with the rule that says so.

        Returns:
            ``ok``, ``warned``, ``blocked``, ``needs_identity``, ``needs_assessment`` or
            ``assessment_expired``, each with the data of a ``suitability`` message.
        """
        try:
            profile = await self.profile(customer_id)
            outcome = _UNDECIDED.get(profile.status)
        except RulesError:  # `decide` blocks for the same reason
            profile, outcome = Profile(customer_id, "none"), None
        decision = decide(
            profile,
            product_level,
            product_kind,
            initiated_by,
            self._today(),
            issuer_level=issuer_level,
            purchase=purchase,
        )
        data = views.suitability_data(decision, profile, product_kind)
        return {"outcome": outcome or _DECIDED[decision.decision], "data": data}

    def _today(self) -> date:
        return today_in_shanghai(self._clock)

    async def _known(
        self, repository: RiskProfileRepository, customer_id: str | None
    ) -> tuple[Profile, Any, Assessment | None]:
        customer = await repository.customer(customer_id)
        latest = await repository.latest_finished(customer.id) if customer else None
        profile = views.profile_of(customer_id, customer, latest, load_rules(), self._today())
        return profile, customer, latest

    async def _start(self, customer_id: str, restart: bool) -> dict[str, Any]:
        limits = load_rules().assessment
        now = self._clock()
        async with self._database.transaction() as session:
            repository = RiskProfileRepository(session)
            if await repository.customer(customer_id) is None:
                return {"outcome": "needs_identity", "data": {}}
            open_one = await repository.open_assessment(customer_id)
            if open_one is not None:
                oldest = now - timedelta(days=limits.resume_within_days)
                edition = _edition(open_one.questionnaire_version)
                if edition is not None and not restart and aware(open_one.updated_at) >= oldest:
                    open_one.state, open_one.updated_at = "open", now
                    answers = await repository.answers(open_one.id)
                    return views.asked(edition, answers, resumed=bool(answers))
            reached = await self._limit_reached(repository, customer_id)
            if reached is not None:
                return reached
            if open_one is not None:
                open_one.state, open_one.updated_at = "abandoned", now
                await session.flush()
            edition = questionnaire_on(self._today())
            await repository.open_new(customer_id, edition.version, now)
            return views.asked(edition, {})

    async def _limit_reached(
        self, repository: RiskProfileRepository, customer_id: str
    ) -> dict[str, Any] | None:
        today = self._today()
        since = datetime.combine(months_later(today, -12), time(), SHANGHAI)
        finished = [
            moment.astimezone(SHANGHAI).date()
            for moment in await repository.finished_since(customer_id, since)
        ]
        reached = limit_reached(finished, today, load_rules().assessment)
        return {"outcome": "limit_reached", "data": views.limit_data(reached)} if reached else None

    async def _answer(self, customer_id: str, text: str, question_id: str | None) -> dict[str, Any]:
        now = self._clock()
        async with self._database.transaction() as session:
            repository = RiskProfileRepository(session)
            open_one = await repository.open_assessment(customer_id)
            edition = _edition(open_one.questionnaire_version) if open_one else None
            if open_one is None or edition is None or open_one.state != "open":
                return {"outcome": "no_assessment", "data": {}}
            answers = await repository.answers(open_one.id)
            question = views.next_question(edition, answers)
            if question_id is not None and question_id != question.id:
                return views.asked(edition, answers)
            if answers and wants_previous(text):
                await repository.forget_answer(open_one.id, list(answers)[-1])
                return views.asked(edition, dict(list(answers.items())[:-1]))
            option = match_option(question, text)
            if option is None:
                data = views.question_data(edition, question)
                return {"outcome": "not_an_answer", "data": data}
            position = edition.questions.index(question)
            await repository.add_answer(open_one.id, question.id, position, option.id, text, now)
            open_one.updated_at = now
            answers[question.id] = option.id
            if len(answers) < len(edition.questions):
                return views.asked(edition, answers)
            rules = load_rules()
            await self._finish(repository, open_one, edition, answers, rules)
            return {"outcome": "result", "data": views.result_data(open_one, answers, rules)}

    async def _finish(
        self,
        repository: RiskProfileRepository,
        assessment: Assessment,
        edition: Questionnaire,
        answers: Mapping[str, str],
        rules: SuitabilityRules,
    ) -> None:
        """Score the answers; a level other than the last one waits for the customer's yes."""
        before = await repository.latest_finished(assessment.customer_id)
        result = evaluate(edition, answers)
        assessment.completed_at = self._clock()
        assessment.score = float(result.score)
        assessment.level, assessment.lowest_class = result.level, result.lowest_class
        assessment.valid_until = valid_until(self._today(), rules.assessment)
        assessment.state = "done"
        counting = scored = Standing(result.level, result.lowest_class)
        if before is not None:
            old = Standing(before.effective_level, before.effective_lowest_class)
            if old != scored:
                assessment.state = "unconfirmed"
                assessment.changed_from = old.level
                counting = lower_of(old, scored)
        assessment.effective_level = counting.level
        assessment.effective_lowest_class = counting.lowest_class


def _edition(version: str) -> Questionnaire | None:
    try:
        return load_questionnaire(version)
    except RulesError:
        return None
