"""Remembered counts on SQLite; PostgreSQL: tests/integration/database."""

from tests.compliance.frame_memory import FrameMemoryCompliance


class TestSqlite(FrameMemoryCompliance):
    pass
