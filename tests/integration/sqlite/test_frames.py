"""Counts of frames on SQLite; PostgreSQL: tests/integration/database."""

from tests.compliance.frames import FramesCompliance


class TestSqlite(FramesCompliance):
    pass
