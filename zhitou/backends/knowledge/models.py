"""Tables of the knowledge backend."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Integer, String, Text

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
    demo = Column(Boolean, nullable=False, default=False)
