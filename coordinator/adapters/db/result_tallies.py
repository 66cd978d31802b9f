"""Results counted task by task, so that nobody counts a million of them at each look.

A tally is counted anew from the rows of its task, in the transaction that changes one of them, by
the flags that list the rows: it can't drift, and a figure stays the number of the rows behind it.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, except_, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from coordinator.adapters.db.appraisal_rows import RESULT, result_flags, table_of
from coordinator.adapters.db.appraisal_scope import Within
from coordinator.adapters.db.repositories import StoredCollection
from coordinator.adapters.db.tables_appraisal import ResultTallyRow
from coordinator.adapters.db.upserts import INSERTS
from coordinator.domain.appraisal import Fact
from coordinator.domain.result_intake import Result

TALLY = table_of(ResultTallyRow)
COLUMNS: Mapping[Fact, str] = MappingProxyType(
    {
        Fact.RESULTS_ENTERED: "entered",
        Fact.RESULTS_CHECKED: "checked",
        Fact.RESULTS_SETTLED: "settled",
        Fact.RESULTS_PROBLEM: "problem",
        Fact.RESULTS_DISCLOSED: "disclosed",
        Fact.RESULTS_TO_DISCLOSE: "to_disclose",
        Fact.RESULTS_EXEMPT: "exempt",
    }
)
_TASK = ("visit_id", "department", "round_id")


class TalliedResults(StoredCollection[Result]):
    """The results, whose tallies change with them; a result never moves to another task."""

    @override
    async def add(self, values: Iterable[Result]) -> None:
        given = list(values)
        await super().add(given)
        await self._count(given)

    @override
    async def save(self, *values: Result) -> None:
        await super().save(*values)
        await self._count(values)

    @override
    async def remove(self, key: object) -> None:
        gone = await self.find(key)
        await super().remove(key)
        await self._count([] if gone is None else [gone])

    async def _count(self, values: Iterable[Result]) -> None:
        tasks = {(each.visit_id, each.department, each.round_id) for each in values}
        if tasks:
            rows = [dict(zip(_TASK, task, strict=True)) for task in sorted(tasks)]
            await self._connection.execute(_of_one_task(self._dialect), rows)


def tallied(within: Within) -> Select[Any]:
    """Select the tallies of a scope as its facts: their sums are what `results` would count."""
    facts = (TALLY.c[name].label(fact.value) for fact, name in COLUMNS.items())
    return select(TALLY.c.department, *facts).where(within.of_visits(TALLY))


async def count_again(connection: AsyncConnection) -> int:
    """Count every tally anew, as after rows that no collection wrote; gives how many were wrong."""
    task, names = _task_of(RESULT), [*_TASK, *COLUMNS.values()]
    counted = select(*task, *_counts()).group_by(*task)
    wrong = except_(counted, select(*(TALLY.c[name] for name in names)))
    empty = except_(select(*_task_of(TALLY)).where(TALLY.c.entered > 0), select(*_task_of(RESULT)))
    number = await _number_of(connection, wrong) + await _number_of(connection, empty)
    if number:
        await connection.execute(TALLY.delete())
        await connection.execute(insert(TALLY).from_select(names, counted))
    return number


async def _number_of(connection: AsyncConnection, rows: CompoundSelect[Any]) -> int:
    found = await connection.scalar(select(func.count()).select_from(rows.subquery()))
    return int(found or 0)


def _task_of(table: Any) -> list[Any]:
    return [table.c[name] for name in _TASK]


@lru_cache
def _of_one_task(dialect: str) -> Any:
    """Count the results of the task that is bound, and keep that; without any, zeros."""
    task = [bindparam(name, type_=TALLY.c[name].type).label(name) for name in _TASK]
    counted = select(*task, *_counts()).where(
        RESULT.c.visit_id == bindparam("visit_id"),
        RESULT.c.department == bindparam("department"),
    )
    kept = INSERTS[dialect](TALLY).from_select([*_TASK, *COLUMNS.values()], counted)
    return kept.on_conflict_do_update(
        index_elements=list(TALLY.primary_key.columns),
        set_={name: kept.excluded[name] for name in COLUMNS.values()},
    )


def _counts() -> list[Any]:
    flags = result_flags()
    return [func.count().filter(flags[fact]) for fact in COLUMNS]
