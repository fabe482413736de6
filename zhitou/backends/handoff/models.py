"""Tables of the hand-off backend: who has control, tickets, agents, ratings, what happened."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
)

from zhitou.backends.database import Base


class UtcDateTime(TypeDecorator):
    """An aware moment: UTC in the store, also where the store knows no time zones (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Turn ``value`` into UTC."""
        return value.astimezone(timezone.utc) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Say that what was stored is UTC."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=timezone.utc)


class Agent(Base):
    """A person who takes conversations."""

    __tablename__ = "handoff_agents"

    id = Column(String(32), primary_key=True)
    name = Column(String(64), nullable=False)
    queues = Column(JSON, nullable=False)
    """Ids of the queues of ``handoff.yml`` that the agent serves."""
    skills = Column(JSON, nullable=False)
    capacity = Column(Integer, nullable=False)
    """Conversations the agent can hold at the same time."""
    available = Column(Boolean, nullable=False, default=True)
    demo = Column(Boolean, nullable=False, default=False)


class Conversation(Base):
    """Who has control of a conversation: the truth, which the gate asks."""

    __tablename__ = "handoff_conversations"

    id = Column(String(255), primary_key=True)
    status = Column(String(16), nullable=False)
    ticket = Column(String(32), ForeignKey("handoff_tickets.number"))
    """The ticket that is being worked on; empty while the bot has control."""
    assignee = Column(String(32), ForeignKey("handoff_agents.id"))
    version = Column(Integer, nullable=False)
    updated_at = Column(UtcDateTime, nullable=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Ticket(Base):
    """One matter that a person has to take care of."""

    __tablename__ = "handoff_tickets"
    __table_args__ = (
        Index("ix_handoff_tickets_waiting", "queue", "closed_at", "opened_at"),
        Index("ix_handoff_tickets_conversation", "conversation_id", "opened_at"),
    )

    number = Column(String(32), primary_key=True)
    conversation_id = Column(String(255), nullable=False)
    customer_id = Column(String(64))
    kind = Column(String(32), nullable=False)
    """A trigger such as ``complaint``, or a structured request such as ``family_trust``."""
    rule = Column(String(64), nullable=False)
    rules_version = Column(String(32), nullable=False)
    queue = Column(String(32), nullable=False)
    priority = Column(String(8), nullable=False)
    reason = Column(String(200), nullable=False)
    text = Column(Text, nullable=False, default="")
    summary = Column(Text, nullable=False, default="")
    fields = Column(JSON, nullable=False)
    opened_at = Column(UtcDateTime, nullable=False)
    due_at = Column(UtcDateTime, nullable=False)
    callback_at = Column(UtcDateTime)
    """From when on the customer is called back; empty where they wait in the queue."""
    assigned_at = Column(UtcDateTime)
    closed_at = Column(UtcDateTime)


class TicketCounter(Base):
    """The last ticket number given under a prefix on a Shanghai day."""

    __tablename__ = "handoff_ticket_counters"

    prefix = Column(String(2), primary_key=True)
    day = Column(Date, primary_key=True)
    last = Column(Integer, nullable=False)


class Event(Base):
    """What happened to a conversation's control, in order; never changed."""

    __tablename__ = "handoff_events"

    id = Column(Integer, primary_key=True)
    conversation_id = Column(String(255), nullable=False, index=True)
    name = Column(String(48), nullable=False)
    at = Column(UtcDateTime, nullable=False)
    facts = Column(JSON, nullable=False)


class Rating(Base):
    """What a customer thought of the service, 1 to 5."""

    __tablename__ = "handoff_ratings"

    id = Column(Integer, primary_key=True)
    conversation_id = Column(String(255), nullable=False, index=True)
    ticket = Column(String(32), ForeignKey("handoff_tickets.number"))
    """Empty where the bot served alone."""
    score = Column(Integer, nullable=False)
    comment = Column(Text, nullable=False, default="")
    at = Column(UtcDateTime, nullable=False)
