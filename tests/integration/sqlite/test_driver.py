"""The driver answers a statement in one go; long answers, errors and streams end as they should."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from coordinator.adapters.db.engine import make_engine, writing

NUMBERS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n"
)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    made = make_engine(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")
    async with writing(made).begin() as connection:
        await connection.execute(text("CREATE TABLE t (k INTEGER PRIMARY KEY)"))
    yield made
    await made.dispose()


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 2500])
async def test_an_answer_of_any_length_comes_whole_and_in_order(
    engine: AsyncEngine, size: int
) -> None:
    statement = NUMBERS.format(size) if size else f"{NUMBERS.format(1)} WHERE i < 0"

    async with engine.connect() as connection:
        rows = (await connection.execute(text(statement))).scalars().all()

    assert rows == list(range(1, size + 1))


@pytest.mark.parametrize("taken", [0, 1, 1500, 2500])
async def test_a_stream_may_end_before_its_answer(engine: AsyncEngine, taken: int) -> None:
    seen: list[int] = []

    async with engine.connect() as connection:
        async with connection.stream(text(NUMBERS.format(2500))) as rows:
            async for row in rows.yield_per(400):
                if len(seen) == taken:
                    break
                seen.append(row.i)
        again = (await connection.execute(text("SELECT count(*) FROM t"))).scalar_one()

    assert (seen, again) == (list(range(1, taken + 1)), 0)


async def test_a_refused_statement_leaves_the_connection_fit_for_use(engine: AsyncEngine) -> None:
    async with writing(engine).begin() as connection:
        await connection.execute(text("INSERT INTO t VALUES (1)"))
        with pytest.raises(IntegrityError):
            await connection.execute(text("INSERT INTO t VALUES (1)"))
        with pytest.raises(OperationalError):
            await connection.execute(text("SELECT nothing FROM nowhere"))
        added = await connection.execute(text("INSERT INTO t VALUES (:k)"), [{"k": 2}, {"k": 3}])

    async with engine.connect() as connection:
        rows = (await connection.execute(text("SELECT k FROM t ORDER BY k"))).scalars().all()

    assert rows == [1, 2, 3]
    assert added.rowcount == 2


async def test_what_is_not_committed_is_gone(engine: AsyncEngine) -> None:
    async with writing(engine).connect() as connection:
        await connection.execute(text("INSERT INTO t VALUES (1)"))

    async with writing(engine).connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM t"))).scalar_one() == 0
