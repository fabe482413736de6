"""Tables of the portfolio backend: trades, policies, alerts, and the proofs of advice given."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Numeric,
    String,
    TypeDecorator,
)

from zhitou.backends.database import Base


class Exact(TypeDecorator):
    """A ``Decimal`` with so many places, the same on every store.

    SQLite keeps numbers as floats, which hold 15 digits: sums below ten trillion yuan survive.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__(precision=18, scale=places, asdecimal=False)
        self.places = places

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """Give SQLite the float that it would make of it anyway."""
        return float(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Any) -> Decimal | None:
        """Round away what the float added."""
        return None if value is None else round(Decimal(str(value)), self.places)


class TradeRow(Base):
    """Money put into a product or taken out of it; holdings follow from these."""

    __tablename__ = "portfolio_trades"
    __table_args__ = (Index("ix_portfolio_trades_customer", "customer_id", "traded_on"),)

    id = Column(String(36), primary_key=True)
    customer_id = Column(String(64), nullable=False)
    code = Column(String(24), nullable=False)
    side = Column(String(8), nullable=False)
    """``buy`` or ``redeem``."""
    amount = Column(Exact(2), nullable=False)
    """Yuan paid (fee included) or got back (fee taken off)."""
    fee = Column(Exact(2), nullable=False)
    traded_on = Column(Date, nullable=False)
    """The day whose value counted."""
    status = Column(String(12), nullable=False)
    """``done``, or ``in_transit`` where redeemed money has not arrived yet."""
    arrives_on = Column(Date)
    demo = Column(Boolean, nullable=False, default=False)


class PolicyRow(Base):
    """An insurance contract of a customer."""

    __tablename__ = "portfolio_policies"

    id = Column(String(36), primary_key=True)
    customer_id = Column(String(64), nullable=False, index=True)
    number = Column(String(32), nullable=False)
    code = Column(String(24), nullable=False)
    insured = Column(String(16), nullable=False)
    """In words: 本人, 孩子, 父母."""
    started_on = Column(Date, nullable=False)
    premium = Column(Exact(2), nullable=False)
    """Yuan a year."""
    paid_years = Column(Integer, nullable=False)
    payment_years = Column(Integer, nullable=False)
    next_due = Column(Date)
    sum_insured = Column(Exact(2), nullable=False)
    cash_value = Column(Exact(2), nullable=False)
    status = Column(String(12), nullable=False)
    """``in_force``, ``grace`` (a premium is due) or ``lapsed``."""
    demo = Column(Boolean, nullable=False, default=False)


class AlertRow(Base):
    """What a customer wants to be told of."""

    __tablename__ = "portfolio_alerts"

    id = Column(String(36), primary_key=True)
    customer_id = Column(String(64), nullable=False, index=True)
    code = Column(String(24))
    """A product; empty: anything that the customer holds."""
    kind = Column(String(12), nullable=False)
    threshold = Column(Exact(6), nullable=False)
    """A fraction for ``fall`` and ``rise``, yuan a unit for ``price``, days for ``maturity``."""
    base_value = Column(Exact(4))
    """Unit value on the day it was set, which a fall or rise is measured from."""
    created_at = Column(DateTime(timezone=True), nullable=False)


class AdviceRow(Base):
    """The stored proof of a diagnosis or a plan: kept unchanged, so that it can be replayed."""

    __tablename__ = "portfolio_advice"
    __table_args__ = (Index("ix_portfolio_advice_customer", "customer_id", "created_at"),)

    id = Column(String(36), primary_key=True)
    created_at = Column(DateTime(timezone=True), nullable=False)
    customer_id = Column(String(64))
    kind = Column(String(16), nullable=False)
    """``diagnosis``, ``allocation`` or ``auto_invest``."""
    inputs = Column(JSON, nullable=False)
    data_date = Column(Date)
    rules_version = Column(String(40), nullable=False)
    output = Column(JSON, nullable=False)
