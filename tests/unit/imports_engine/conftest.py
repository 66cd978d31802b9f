"""An empty SQLite database for every test."""

from tests.unit.database.conftest import empty, empty_file

__all__ = ["empty", "empty_file"]
