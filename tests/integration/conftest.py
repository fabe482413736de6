"""The clock and the databases that these tests share."""

from tests.databases import clock, database, database_url, empty_database

__all__ = ["clock", "database", "database_url", "empty_database"]
