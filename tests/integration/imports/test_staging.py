"""The stage in memory and on SQLite; PostgreSQL: tests/integration/database/test_imports.py."""

import pytest

from tests.compliance.repositories import OpenWork
from tests.compliance.staging import StagingCompliance
from tests.fakes import FakeStore
from tests.play import Play


class TestInMemory(StagingCompliance):
    @pytest.fixture
    def open_work(self) -> OpenWork:
        return FakeStore().open_work


class TestSqlite(StagingCompliance):
    @pytest.fixture
    def open_work(self, empty: Play) -> OpenWork:
        return empty.work
