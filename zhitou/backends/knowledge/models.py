"""Tables of the knowledge backend: entries, and their questions as vectors."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
)

from zhitou.backends.database import Base


class KnowledgeEntry(Base):
    """One question, the ways customers ask it, its answer, where the answer comes from."""

    __tablename__ = "knowledge_entries"

    id = Column(String(64), primary_key=True)
    position = Column(Integer, nullable=False)
    """Order of the entries, so that equal matches come out the same everywhere."""
    topic = Column(String(32), nullable=False, index=True)
    title = Column(String(200), nullable=False)
    questions = Column(JSON, nullable=False)
    answer = Column(Text, nullable=False)
    source_title = Column(String(200), nullable=False)
    updated_at = Column(Date, nullable=False)
    """The day on which the answer was last checked."""
    changed_at = Column(DateTime(timezone=True), nullable=False)
    """When the row was last written: tells that an index is out of date."""
    demo = Column(Boolean, nullable=False, default=False)


class KnowledgeVectors(Base):
    """The vectors of an entry's title and questions, so that they are computed once."""

    __tablename__ = "knowledge_vectors"

    entry_id = Column(
        String(64), ForeignKey("knowledge_entries.id", ondelete="CASCADE"), primary_key=True
    )
    digest = Column(String(64), nullable=False)
    """Of the texts and the encoder: other texts or another encoder make the vectors stale."""
    data = Column(LargeBinary, nullable=False)
    """One row a text, 16-bit floats, each row of length one."""
