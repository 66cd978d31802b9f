"""Fake and SQLite collections behave alike; PostgreSQL: tests/integration/database."""

import pytest

from tests.compliance.narrowed_pages import NarrowedPagesCompliance
from tests.compliance.repositories import OpenWork, RepositoryCompliance
from tests.compliance.series_and_acts import SeriesAndActsCompliance
from tests.fakes import FakeStore
from tests.play import Play


class TestInMemory(RepositoryCompliance, SeriesAndActsCompliance, NarrowedPagesCompliance):
    @pytest.fixture
    def open_work(self) -> OpenWork:
        return FakeStore().open_work


class TestSqlite(RepositoryCompliance, SeriesAndActsCompliance, NarrowedPagesCompliance):
    @pytest.fixture
    def open_work(self, empty: Play) -> OpenWork:
        return empty.work
