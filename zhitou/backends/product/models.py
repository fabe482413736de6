"""Tables of the product backend: products, managers, daily values, simulated indices, proofs."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
)

from zhitou.backends.database import Base


class ProductRow(Base):
    """A fund, bank wealth product, deposit or insurance product (see ``wealth/product.py``)."""

    __tablename__ = "products"

    code = Column(String(24), primary_key=True)
    position = Column(Integer, nullable=False)
    """Order in the catalogue, so that lists are the same everywhere."""
    kind = Column(String(12), nullable=False, index=True)
    type = Column(String(32), nullable=False, index=True)
    name = Column(String(80), nullable=False)
    short_name = Column(String(80), nullable=False)
    aliases = Column(JSON, nullable=False)
    sector = Column(String(32))
    company = Column(String(40), nullable=False)
    risk_level = Column(String(2), nullable=False)
    terms = Column(JSON, nullable=False)
    fees = Column(JSON, nullable=False)
    metrics = Column(JSON, nullable=False)
    size = Column(BigInteger)
    """Assets in whole yuan."""
    inception = Column(Date)
    as_of = Column(Date)


class ManagerRow(Base):
    """A fund manager."""

    __tablename__ = "managers"

    id = Column(String(8), primary_key=True)
    name = Column(String(40), nullable=False, unique=True)
    company = Column(String(40), nullable=False)
    career_start = Column(Date, nullable=False)
    style = Column(String(16), nullable=False)
    profile = Column(Text, nullable=False)


class ProductManagerRow(Base):
    """Who runs a product since when; ``until`` is empty for those who still do."""

    __tablename__ = "product_managers"

    product_code = Column(ForeignKey("products.code", ondelete="CASCADE"), primary_key=True)
    manager_id = Column(ForeignKey("managers.id", ondelete="CASCADE"), primary_key=True, index=True)
    since = Column(Date, nullable=False, primary_key=True)
    until = Column(Date)


class NavRow(Base):
    """The value of one unit of a product on one trading day."""

    __tablename__ = "navs"
    __table_args__ = ({"sqlite_with_rowid": False},)

    code = Column(String(24), primary_key=True)
    date = Column(Date, primary_key=True)
    unit_nav = Column(Float, nullable=False)
    """Yuan, four decimals."""
    cumulative_nav = Column(Float, nullable=False)
    """Unit NAV with splits undone, plus all dividends paid since inception."""
    total_return = Column(Float, nullable=False)
    """Index of an investment whose dividends are reinvested on the ex-date; 1.0 at inception."""


class DistributionRow(Base):
    """A dividend or split of a product on its ex-date."""

    __tablename__ = "distributions"

    code = Column(String(24), primary_key=True)
    date = Column(Date, primary_key=True)
    kind = Column(String(8), primary_key=True)
    """``dividend`` or ``split``."""
    value = Column(Float, nullable=False)
    """Yuan a unit, or new units for one old unit."""


class MarketIndexRow(Base):
    """A simulated index: an asset class or a sector."""

    __tablename__ = "market_indices"

    code = Column(String(32), primary_key=True)
    name = Column(String(40), nullable=False)
    index_group = Column(String(16), nullable=False)
    """``asset_class`` or ``sector``."""


class MarketLevelRow(Base):
    """The level of a simulated index on one trading day."""

    __tablename__ = "market_levels"
    __table_args__ = ({"sqlite_with_rowid": False},)

    code = Column(String(32), primary_key=True)
    date = Column(Date, primary_key=True)
    level = Column(Float, nullable=False)


class DatasetRow(Base):
    """Which generated data the store holds, so that seeding knows what has become stale."""

    __tablename__ = "datasets"

    name = Column(String(32), primary_key=True)
    version = Column(String(64), nullable=False)
    """Changes with the generator or with the catalogue it was made from."""
    as_of = Column(Date, nullable=False)


class RecommendationRow(Base):
    """The stored proof of one recommendation: kept unchanged, so that it can be replayed."""

    __tablename__ = "recommendations"
    __table_args__ = (Index("ix_recommendations_customer", "customer_id", "created_at"),)

    id = Column(String(36), primary_key=True)
    created_at = Column(DateTime(timezone=True), nullable=False)
    customer_id = Column(String(64))
    kind = Column(String(16), nullable=False)
    inputs = Column(JSON, nullable=False)
    data_date = Column(Date)
    rule_version = Column(String(40), nullable=False)
    weights_version = Column(String(40), nullable=False)
    output = Column(JSON, nullable=False)
