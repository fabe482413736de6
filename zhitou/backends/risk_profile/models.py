"""Tables of the risk-profile backend: customers, their assessments, the answers given."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
    text,
)

from zhitou.backends.database import Base


class Customer(Base):
    """A customer of the bank; sums are whole yuan."""

    __tablename__ = "customers"

    id = Column(String(64), primary_key=True)
    name = Column(String(64), nullable=False)
    birth_date = Column(Date, nullable=False)
    occupation = Column(String(64), nullable=False, default="")
    value_tier = Column(String(16), nullable=False, default="standard")
    annual_income = Column(BigInteger)
    """Income of the family before tax in a year."""
    monthly_income = Column(BigInteger)
    monthly_expenses = Column(BigInteger)
    liquid_assets = Column(BigInteger)
    """What could be invested: deposits, products, holdings."""
    emergency_fund = Column(BigInteger)
    """Kept in cash for emergencies, a part of the liquid assets."""
    demo = Column(Boolean, nullable=False, default=False)


class Assessment(Base):
    """One walk through the questionnaire.

    ``state``: ``open`` → ``paused`` (left, answers kept) → ``open`` …
    → ``done`` (counts) or ``unconfirmed`` (a changed level waits for the customer's yes)
    → ``done`` or ``declined``; ``abandoned`` where it was started afresh.
    """

    __tablename__ = "risk_assessments"
    __table_args__ = (
        Index(
            "ix_risk_assessments_one_open",
            "customer_id",
            unique=True,
            sqlite_where=text("state IN ('open', 'paused')"),
            postgresql_where=text("state IN ('open', 'paused')"),
        ),
        UniqueConstraint("customer_id", "number"),
    )

    id = Column(String(64), primary_key=True)
    customer_id = Column(String(64), ForeignKey("customers.id"), nullable=False)
    number = Column(Integer, nullable=False)
    """Counts the customer's assessments, the made-up one of the demo data is 0."""
    questionnaire_version = Column(String(32), nullable=False)
    state = Column(String(16), nullable=False)
    started_at = Column(DateTime(timezone=True), nullable=False)
    updated_at = Column(DateTime(timezone=True), nullable=False)
    completed_at = Column(DateTime(timezone=True))
    confirmed_at = Column(DateTime(timezone=True))
    """When the customer accepted or declined a changed level."""
    score = Column(Numeric(5, 2, asdecimal=False))
    level = Column(String(2))
    lowest_class = Column(Boolean)
    effective_level = Column(String(2))
    """The level that counts: the lower of the old and the new one until the new is confirmed."""
    effective_lowest_class = Column(Boolean)
    changed_from = Column(String(2))
    valid_until = Column(Date)
    """The last day on which the result counts."""
    demo = Column(Boolean, nullable=False, default=False)
    """Made up by the demo data, not given by a person."""


class Answer(Base):
    """The option a customer chose for one question, and the words it was said in."""

    __tablename__ = "risk_answers"

    assessment_id = Column(
        String(64), ForeignKey("risk_assessments.id", ondelete="CASCADE"), primary_key=True
    )
    question_id = Column(String(64), primary_key=True)
    position = Column(Integer, nullable=False)
    option_id = Column(String(64), nullable=False)
    said = Column(String(200), nullable=False, default="")
    answered_at = Column(DateTime(timezone=True), nullable=False)
