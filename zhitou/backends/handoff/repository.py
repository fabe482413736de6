"""Reads and writes of the hand-off backend, each inside the transaction of its caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from zhitou.backends.handoff.models import (
    Agent,
    Conversation,
    Event,
    Rating,
    Ticket,
    TicketCounter,
)
from zhitou.backends.handoff.rules import PRIORITIES, TRIGGERS
from zhitou.backends.handoff.states import Status

_RANK: Any = case(
    {priority: rank for rank, priority in enumerate(PRIORITIES)}, value=Ticket.priority, else_=0
)


class HandoffRepository:
    """The hand-off tables, seen through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Any) -> None:
        """Store a new row at the end of the transaction."""
        self._session.add(row)

    async def flush(self) -> None:
        """Send what was added, so that a conflict shows now."""
        await self._session.flush()

    def record(self, conversation_id: str, name: str, at: datetime, **facts: Any) -> None:
        """Store an event."""
        self.add(Event(conversation_id=conversation_id, name=name, at=at, facts=facts))

    async def conversation(self, conversation_id: str) -> Conversation | None:
        """Who has control; none for a conversation that was never handed over."""
        found: Conversation | None = await self._session.get(Conversation, conversation_id)
        return found

    async def ticket(self, number: str) -> Ticket | None:
        """The ticket with that number."""
        found: Ticket | None = await self._session.get(Ticket, number)
        return found

    async def handed_over_ticket(self, conversation_id: str) -> Ticket | None:
        """The newest open ticket of a hand-over; structured requests are not meant."""
        return await self._newest(
            Ticket.conversation_id == conversation_id,
            Ticket.closed_at.is_(None),
            Ticket.kind.in_(TRIGGERS),
        )

    async def open_request(self, conversation_id: str, kind: str) -> Ticket | None:
        """The open ticket of a structured request."""
        return await self._newest(
            Ticket.conversation_id == conversation_id,
            Ticket.closed_at.is_(None),
            Ticket.kind == kind,
        )

    async def newest_ticket(self, conversation_id: str) -> Ticket | None:
        """The newest ticket of a conversation, open or closed."""
        return await self._newest(Ticket.conversation_id == conversation_id)

    async def _newest(self, *conditions: Any) -> Ticket | None:
        newest_first = (Ticket.opened_at.desc(), Ticket.number.desc())
        query = select(Ticket).where(*conditions).order_by(*newest_first).limit(1)
        found: Ticket | None = (await self._session.execute(query)).scalar_one_or_none()
        return found

    async def waiting_before(self, ticket: Ticket, since: datetime) -> int:
        """How many come before ``ticket`` in its queue, of those who came at ``since`` or later."""
        rank = PRIORITIES.index(ticket.priority)
        earlier = (Ticket.opened_at < ticket.opened_at) | (
            (Ticket.opened_at == ticket.opened_at) & (Ticket.number < ticket.number)
        )
        query = select(func.count()).where(
            Ticket.queue == ticket.queue,
            Ticket.closed_at.is_(None),
            Ticket.assigned_at.is_(None),
            func.coalesce(Ticket.callback_at, Ticket.opened_at) >= since,
            Ticket.number != ticket.number,
            (rank < _RANK) | ((rank == _RANK) & earlier),
        )
        return int((await self._session.execute(query)).scalar_one())

    async def agents(self, queue: str) -> Sequence[Agent]:
        """The agents who are there for ``queue``."""
        rows = (await self._session.execute(select(Agent).where(Agent.available))).scalars()
        return [agent for agent in rows if queue in agent.queues]

    async def agent(self, agent_id: str) -> Agent | None:
        """The agent with that id."""
        found: Agent | None = await self._session.get(Agent, agent_id)
        return found

    async def held(self, agent_ids: Sequence[str]) -> int:
        """How many conversations these agents hold now."""
        query = select(func.count()).where(
            Conversation.assignee.in_(list(agent_ids)),
            Conversation.status == Status.ASSIGNED.value,
        )
        return int((await self._session.execute(query)).scalar_one())

    async def next_number(self, prefix: str, day: date) -> str:
        """A ticket number that was never given: ``TS20260102-0007``.

        Two who give the first number of a day at once meet in an ``IntegrityError``; the whole
        transaction is then tried again.
        """
        same = (TicketCounter.prefix == prefix, TicketCounter.day == day)
        moved = await self._session.execute(
            update(TicketCounter)
            .where(*same)
            .values(last=TicketCounter.last + 1)
            .execution_options(synchronize_session=False)
        )
        if not moved.rowcount:
            self.add(TicketCounter(prefix=prefix, day=day, last=1))
            await self.flush()
            return f"{prefix}{day:%Y%m%d}-0001"
        last = (await self._session.execute(select(TicketCounter.last).where(*same))).scalar_one()
        return f"{prefix}{day:%Y%m%d}-{last:04d}"

    async def rating(self, conversation_id: str, ticket: str | None) -> Rating | None:
        """The rating given for a ticket, or for the bot's own service."""
        same_ticket = Rating.ticket == ticket if ticket else Rating.ticket.is_(None)
        query = select(Rating).where(Rating.conversation_id == conversation_id, same_ticket)
        found: Rating | None = (await self._session.execute(query.limit(1))).scalar_one_or_none()
        return found
