"""An empty SQLite database for every test."""

from tests.integration.sqlite.conftest import empty, empty_file

__all__ = ["empty", "empty_file"]
