"""One transaction at the hand-off desk: opens, finds, escalates and moves tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhitou.backends.errors import BadRequest, Conflict, NotFound
from zhitou.backends.handoff.models import Conversation, Ticket
from zhitou.backends.handoff.repository import HandoffRepository
from zhitou.backends.handoff.routing import abandoned_before, due_at, is_open, next_opening
from zhitou.backends.handoff.rules import PRIORITIES, HandoffRules, RequestKind, Rule
from zhitou.backends.handoff.states import Status, Step, StepRefused, after
from zhitou.clock import SHANGHAI


class Desk:
    """The desk at one moment, inside one transaction.

    Args:
        repository: the tables.
        rules: queues and routing.
        now: the moment, aware.
    """

    def __init__(self, repository: HandoffRepository, rules: HandoffRules, now: datetime) -> None:
        self._repository = repository
        self._rules = rules
        self._now = now

    async def conversation(self, conversation_id: str) -> Conversation:
        """The conversation's row, created where there is none, and marked as changed now.

        The mark makes two requests about the same conversation meet in its version.
        """
        found = await self._repository.conversation(conversation_id)
        if found is None:
            found = Conversation(id=conversation_id, status=Status.BOT.value)
            self._repository.add(found)
        found.updated_at = self._now
        return found

    async def live_ticket(self, conversation: Conversation) -> Ticket | None:
        """The ticket the customer is waiting with; whoever waited too long has left."""
        ticket = await self._repository.handed_over_ticket(conversation.id)
        if ticket is None or conversation.status == Status.ASSIGNED.value:
            return ticket
        waits_since = ticket.callback_at or ticket.opened_at
        if waits_since >= abandoned_before(self._rules, self._now):
            return ticket
        if not self._rules.rule(ticket.rule).stays_open:
            ticket.closed_at = self._now
        if conversation.status == Status.QUEUED.value:
            self._step(conversation, ticket, Step.CANCEL)
            conversation.ticket = None
        return None

    async def open_ticket(
        self,
        conversation: Conversation,
        customer_id: str | None,
        trigger: str,
        rule: Rule,
        text: str,
        summary: str,
    ) -> Ticket:
        """A new ticket for a hand-over; its prefix tells a call-back."""
        queue = self._rules.queues[rule.queue]
        closed = not is_open(queue, self._now)
        ticket = await self._new_ticket(
            self._rules.callback_prefix if closed else rule.ticket,
            conversation_id=conversation.id,
            customer_id=customer_id,
            kind=trigger,
            rule=rule.id,
            queue=rule.queue,
            priority=rule.priority,
            reason=rule.reason.zh,
            text=text,
            summary=summary,
            fields={},
            due_at=due_at(queue, self._now),
            callback_at=next_opening(queue, self._now) if closed else None,
        )
        self._record(ticket, "ticket.created", queue=rule.queue, priority=rule.priority)
        return ticket

    def escalate(self, conversation: Conversation, ticket: Ticket, rule: Rule, text: str) -> bool:
        """Move the ticket up to ``rule`` where that is more urgent; tell whether it was."""
        if PRIORITIES.index(rule.priority) <= PRIORITIES.index(ticket.priority):
            return False
        ticket.priority, ticket.reason, ticket.rule = rule.priority, rule.reason.zh, rule.id
        ticket.text = f"{ticket.text}\n{text}".strip()
        if conversation.status != Status.ASSIGNED.value:
            ticket.queue = rule.queue
            ticket.due_at = due_at(self._rules.queues[rule.queue], self._now)
        self._record(ticket, "ticket.escalated", queue=ticket.queue, priority=ticket.priority)
        return True

    async def take_control(self, conversation: Conversation, ticket: Ticket) -> None:
        """Queue the conversation where its queue is open; otherwise the bot keeps it."""
        queue = self._rules.queues[ticket.queue]
        if conversation.status in (Status.QUEUED.value, Status.ASSIGNED.value):
            return
        if not is_open(queue, self._now):
            ticket.callback_at = next_opening(queue, self._now)
            return
        ticket.callback_at = None
        await self._repository.flush()
        conversation.ticket, conversation.assignee = ticket.number, None
        self._step(conversation, ticket, Step.HAND_OVER)

    async def file_request(
        self,
        conversation: Conversation,
        customer_id: str | None,
        definition: RequestKind,
        fields: Mapping[str, Any],
    ) -> tuple[Ticket, bool]:
        """The open ticket of the structured request with these fields, and if it was there."""
        ticket = await self._repository.open_request(conversation.id, definition.id)
        repeated = ticket is not None
        queue = self._rules.queues[definition.queue]
        if ticket is None:
            ticket = await self._new_ticket(
                definition.ticket,
                conversation_id=conversation.id,
                customer_id=customer_id,
                kind=definition.id,
                rule=definition.id,
                queue=definition.queue,
                priority=definition.priority,
                reason=definition.reason.zh,
                fields=dict(fields),
                due_at=due_at(queue, self._now),
                callback_at=next_opening(queue, self._now),
            )
        ticket.fields = dict(fields)
        self._record(ticket, "request.corrected" if repeated else "request.created")
        return ticket, repeated

    async def move(self, conversation: Conversation, step: Step, agent_id: str | None) -> Ticket:
        """Take one step of a conversation that was handed over; returns its ticket.

        Raises:
            NotFound: it was never handed over, or nobody has ``agent_id``.
            BadRequest: an assignment without ``agent_id``.
            Conflict: the state does not allow the step, or the agent cannot take it.
        """
        number = conversation.ticket
        ticket = await self._repository.ticket(number) if number else None
        if ticket is None:
            raise NotFound("conversation: was not handed over")
        self._step(conversation, ticket, step, agent_id)
        if step is Step.ASSIGN:
            await self._check_agent(conversation, ticket, agent_id)
            conversation.assignee, ticket.assigned_at = agent_id, self._now
        elif step is Step.REQUEUE:
            conversation.assignee, ticket.assigned_at = None, None
        elif step in (Step.RESOLVE, Step.CANCEL):
            ticket.closed_at = self._now
        if conversation.status == Status.BOT.value:
            conversation.assignee, conversation.ticket = None, None
        return ticket

    async def _new_ticket(self, prefix: str, **columns: Any) -> Ticket:
        day = self._now.astimezone(SHANGHAI).date()
        ticket = Ticket(
            number=await self._repository.next_number(prefix, day),
            rules_version=self._rules.version,
            opened_at=self._now,
            **columns,
        )
        self._repository.add(ticket)
        await self._repository.flush()
        return ticket

    async def _check_agent(
        self, conversation: Conversation, ticket: Ticket, agent_id: str | None
    ) -> None:
        if not agent_id:
            raise BadRequest("agent_id: is missing")
        agent = await self._repository.agent(agent_id)
        if agent is None:
            raise NotFound(f"agent_id: nobody is called {agent_id}")
        if ticket.queue not in agent.queues:
            raise Conflict(f"{agent_id} does not serve the queue {ticket.queue}")
        if conversation.assignee != agent_id and (
            not agent.available or await self._repository.held([agent_id]) >= agent.capacity
        ):
            raise Conflict(f"{agent_id} cannot take another conversation")

    def _step(
        self,
        conversation: Conversation,
        ticket: Ticket,
        step: Step,
        agent_id: str | None = None,
    ) -> None:
        try:
            status, event = after(Status(conversation.status), step)
        except StepRefused as refused:
            raise Conflict(str(refused)) from refused
        self._record(ticket, event, before=conversation.status, after=status.value, agent=agent_id)
        conversation.status, conversation.updated_at = status.value, self._now

    def _record(self, ticket: Ticket, name: str, **facts: Any) -> None:
        self._repository.record(
            ticket.conversation_id, name, self._now, ticket=ticket.number, **facts
        )
