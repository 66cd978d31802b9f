"""The collections of the fake and of SQLite behave alike; PostgreSQL: tests/integration/database."""

import pytest

from tests.compliance.repositories import OpenWork, RepositoryCompliance
from tests.fakes import FakeStore
from tests.play import Play


class TestInMemory(RepositoryCompliance):
    @pytest.fixture
    def open_work(self) -> OpenWork:
        return FakeStore().open_work


class TestSqlite(RepositoryCompliance):
    @pytest.fixture
    def open_work(self, empty: Play) -> OpenWork:
        return empty.work
