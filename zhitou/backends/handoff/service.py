"""Hands conversations over to people, keeps who has control, takes requests and ratings."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError

from zhitou.backends.database import Database
from zhitou.backends.errors import BackendError, BadRequest, Conflict, NotFound
from zhitou.backends.handoff.desk import Desk
from zhitou.backends.handoff.models import Conversation, Rating, Ticket
from zhitou.backends.handoff.repository import HandoffRepository
from zhitou.backends.handoff.routing import route
from zhitou.backends.handoff.rules import HandoffRules, RequestKind, load_rules
from zhitou.backends.handoff.standing import stand, told, told_of_handover
from zhitou.backends.handoff.states import Status, Step
from zhitou.clock import Clock

_ATTEMPTS = 4
"""How often a transaction is tried that met another one over the same conversation."""

_PROFILE_SECONDS = 0.6
"""What the look at the value tier may take: a hand-over does not wait for a slow profile."""

_log = logging.getLogger("zhitou.handoff")

Result = TypeVar("Result")


class ProfileSource(Protocol):
    """What is asked of the risk-profile service."""

    async def profile(self, customer_id: str | None) -> Any:
        """The customer's profile, of which ``value_tier`` is read."""


class HandoffService:
    """The hand-off desk as the dialogue sees it.

    Args:
        database: the store.
        clock: tells the time.
        risk_profile: knows the customers' value tier.
        rules: queues and routing; the packaged ones unless a test brings its own.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        risk_profile: ProfileSource,
        rules: HandoffRules | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._risk_profile = risk_profile
        self._rules = rules or load_rules()

    async def open(
        self,
        conversation_id: str,
        trigger: str,
        text: str = "",
        customer_id: str | None = None,
        summary: str = "",
    ) -> dict[str, Any]:
        """Hand the conversation over, or tell how the hand-over that is open stands.

        A second call while a ticket is open changes nothing, unless it is more urgent: then the
        same ticket moves up. Where the queue is closed a call-back is noted and the bot stays.

        Returns:
            ``ok`` with the data of a ``handoff`` message, ``text`` and ``text_en`` to say,
            and ``repeated``.
        """
        rule = route(self._rules, trigger, text, await self._value_tier(customer_id))

        async def work(desk: Desk, repository: HandoffRepository) -> dict[str, Any]:
            conversation = await desk.conversation(conversation_id)
            ticket = await desk.live_ticket(conversation)
            repeated = ticket is not None
            if ticket is None:
                ticket = await desk.open_ticket(
                    conversation, customer_id, trigger, rule, text, summary
                )
            else:
                desk.escalate(conversation, ticket, rule, text)
            await desk.take_control(conversation, ticket)
            data = await self._stand(repository, conversation, ticket)
            words = told_of_handover(self._rules, ticket)
            said = told(self._rules, words, self._clock(), ticket, data)
            return {**data, **said, "repeated": repeated}

        return {"outcome": "ok", "data": await self._transact(work)}

    async def request(
        self,
        conversation_id: str,
        kind: str,
        fields: Mapping[str, Any],
        customer_id: str | None = None,
    ) -> dict[str, Any]:
        """File a structured request such as ``family_trust``; the bot keeps control.

        The same conversation asking again while its request is open corrects that request.

        Returns:
            ``ok`` with the data of a ``handoff`` message, ``text`` and ``text_en`` to say,
            the stored ``fields``, and ``repeated``.

        Raises:
            BadRequest: an unknown kind, or a field that is missing, unknown or wrong.
        """
        definition = self._rules.requests.get(kind)
        if definition is None:
            raise BadRequest(f"kind: must be one of {', '.join(self._rules.requests)}")
        checked = _checked_fields(definition, fields)

        async def work(desk: Desk, repository: HandoffRepository) -> dict[str, Any]:
            conversation = await desk.conversation(conversation_id)
            ticket, repeated = await desk.file_request(
                conversation, customer_id, definition, checked
            )
            data = await self._stand(repository, conversation, ticket)
            said = told(self._rules, definition.told, self._clock(), ticket, data)
            return {**data, **said, "fields": checked, "repeated": repeated}

        return {"outcome": "ok", "data": await self._transact(work)}

    async def rate(self, conversation_id: str, score: int, comment: str = "") -> dict[str, Any]:
        """Store what the customer thinks of the service; a second rating replaces the first.

        Args:
            conversation_id: the conversation.
            score: 1 to 5.
            comment: the customer's own words.

        Returns:
            ``ok`` with the data of a ``notice`` message of kind ``survey``.
        """

        async def work(_desk: Desk, repository: HandoffRepository) -> dict[str, Any]:
            now = self._clock()
            ticket = await repository.newest_ticket(conversation_id)
            number = ticket.number if ticket else None
            rating = await repository.rating(conversation_id, number)
            if rating is None:
                rating = Rating(conversation_id=conversation_id, ticket=number)
                repository.add(rating)
            rating.score, rating.comment, rating.at = score, comment, now
            repository.record(conversation_id, "rating.given", now, ticket=number, score=score)
            text = f"已记下您的评价：{score} 分，谢谢您。"
            return {"kind": "survey", "text": text, "score": score, "ticket": number}

        return {"outcome": "ok", "data": await self._transact(work)}

    async def state(self, conversation_id: str) -> dict[str, Any]:
        """Who has control of a conversation; an unknown one is the bot's."""

        async def work(_desk: Desk, repository: HandoffRepository) -> dict[str, Any]:
            conversation = await repository.conversation(conversation_id) or Conversation(
                id=conversation_id, status=Status.BOT.value
            )
            ticket = (
                await repository.ticket(conversation.ticket)
                if conversation.ticket
                else await repository.handed_over_ticket(conversation_id)
            )
            return await self._stand(repository, conversation, ticket)

        return {"outcome": "ok", "data": await self._transact(work)}

    async def move(
        self, conversation_id: str, step: Step, agent_id: str | None = None
    ) -> dict[str, Any]:
        """Take one step of the control of a conversation, as people at the desk do.

        Returns:
            ``ok`` with how the conversation stands after it.

        Raises:
            NotFound: the conversation was never handed over, or nobody has ``agent_id``.
            BadRequest: an assignment without ``agent_id``.
            Conflict: the state does not allow the step, or the agent cannot take it.
        """

        async def work(desk: Desk, repository: HandoffRepository) -> dict[str, Any]:
            conversation = await repository.conversation(conversation_id)
            if conversation is None:
                raise NotFound("conversation: was not handed over")
            ticket = await desk.move(conversation, step, agent_id)
            await repository.flush()
            return await self._stand(repository, conversation, ticket)

        return {"outcome": "ok", "data": await self._transact(work)}

    async def _value_tier(self, customer_id: str | None) -> str | None:
        """The customer's tier; none where it cannot be had, as a hand-over must not fail."""
        if customer_id is None:
            return None
        try:
            profile = await asyncio.wait_for(
                self._risk_profile.profile(customer_id), _PROFILE_SECONDS
            )
        except (BackendError, SQLAlchemyError, OSError, asyncio.TimeoutError) as error:
            _log.warning("the value tier is not known: %s", error)
            return None
        tier: str | None = profile.value_tier
        return tier

    async def _stand(
        self, repository: HandoffRepository, conversation: Conversation, ticket: Ticket | None
    ) -> dict[str, Any]:
        return await stand(repository, self._rules, self._clock(), conversation, ticket)

    async def _transact(
        self, work: Callable[[Desk, HandoffRepository], Awaitable[Result]]
    ) -> Result:
        """Do ``work`` in a transaction, again where another one was faster."""
        for _ in range(_ATTEMPTS):
            try:
                async with self._database.transaction() as session:
                    repository = HandoffRepository(session)
                    return await work(Desk(repository, self._rules, self._clock()), repository)
            except (IntegrityError, StaleDataError):
                _log.info("another request changed the conversation; trying again")
        raise Conflict("the conversation is being changed by others; please try again")


def _checked_fields(definition: RequestKind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are stored; empty optional ones are left out."""
    known = {field.name: field for field in definition.fields}
    problems = [f"fields.{name}: is not known" for name in fields if name not in known]
    checked: dict[str, Any] = {}
    for name, field in known.items():
        value = fields.get(name)
        if value is None or value == "":
            if field.required:
                problems.append(f"fields.{name}: is missing")
            continue
        try:
            checked[name] = field.check(value)
        except ValueError as error:
            problems.append(f"fields.{name}: {error}")
    if problems:
        raise BadRequest("; ".join(problems))
    return checked
