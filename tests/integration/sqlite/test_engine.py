"""Addresses of databases: the driver may be left out."""

import pytest

from coordinator.adapters.db.engine import make_engine


@pytest.mark.parametrize(
    "scheme", ["postgresql", "postgres", "postgresql+asyncpg"], ids=lambda scheme: scheme
)
def test_a_postgresql_address_needs_no_driver(scheme: str) -> None:
    engine = make_engine(f"{scheme}://someone@127.0.0.1:1/county")

    assert engine.url.drivername == "postgresql+asyncpg"
    assert engine.url.database == "county"
