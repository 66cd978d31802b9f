"""Plans in memory and on SQLite come back whole; PostgreSQL: tests/integration/database."""

import pytest

from tests.compliance.plan_values import PlanValuesCompliance
from tests.compliance.repositories import OpenWork
from tests.fakes import FakeStore
from tests.play import Play


class TestInMemory(PlanValuesCompliance):
    @pytest.fixture
    def open_work(self) -> OpenWork:
        return FakeStore().open_work


class TestSqlite(PlanValuesCompliance):
    @pytest.fixture
    def open_work(self, empty: Play) -> OpenWork:
        return empty.work
