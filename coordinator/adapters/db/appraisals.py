"""Figures of the appraisal: counted in the database by organ, with the rows behind each of them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db import directory_tallies, result_tallies
from coordinator.adapters.db.appraisal_facts import SOURCES, By, Source
from coordinator.adapters.db.appraisal_scope import Within
from coordinator.domain.appraisal import WHOLE, Fact, FactRow, Scope, Tallies
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services.ports import Page, Query

_ROW = ("kind", "key", "title", "note", "department", "round_id", "day")
_COMPILING, _HELPERS = "jit", "max_parallel_workers_per_gather"
Counts = dict[str, dict[Fact, int]]


class DatabaseAppraisals:
    """Counts over the tables of every stage; see services.ports.Appraisals for its promises."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def tallies(self, scope: Scope) -> Tallies:
        """Count every stored fact: one statement for each selection, all its facts at once."""
        await self._without(_COMPILING, _HELPERS)
        within = Within(self._connection, scope)
        counts: Counts = defaultdict(dict)
        for source in SOURCES:
            await self._count(source, within, counts)
        whole = counts.pop(WHOLE, {})
        return Tallies(whole=whole, organs=counts)

    async def rows(self, fact: Fact, scope: Scope, query: Query) -> Page[FactRow]:
        """Give a page of the rows behind a figure, the latest first."""
        await self._without(_COMPILING)
        within = Within(self._connection, scope)
        source = next(each for each in SOURCES if fact in each.facts)
        found = source.select(within).subquery()
        conditions = [_flag(found, fact), *self._narrowed(found, query)]
        total = select(func.count()).select_from(found).where(*conditions)
        page = (
            select(*(found.c[name] for name in _ROW))
            .where(*conditions)
            .order_by(found.c.day.desc().nulls_last(), found.c.key, found.c.note)
            .offset(query.offset)
            .limit(query.limit)
        )
        number = (await self._connection.execute(total)).scalar_one()
        rows = (await self._connection.execute(page)).mappings()
        return Page(tuple(FactRow(**row) for row in rows), int(number))

    async def entries(self) -> Mapping[RegisterKind, int]:
        """Give how many entries each directory holds, from its tally."""
        kept = await directory_tallies.numbers(self._connection)
        return {kind: listed for kind, (listed, _) in kept.items()}

    async def count_again(self) -> int:
        """Count anew what is kept beside the rows; gives how many of these tallies were wrong."""
        results = await result_tallies.count_again(self._connection)
        return results + await directory_tallies.count_again(self._connection)

    async def _without(self, *features: str) -> None:
        """Do without what PostgreSQL starts for large statements, in this transaction.

        Compiling took 0.9 s of the 1.3 s of a half year's figures. Helpers for each of the few
        statements that want them took more of two processors than they gave.
        """
        if self._connection.dialect.name == "postgresql":
            for feature in features:
                await self._connection.exec_driver_sql(f"SET LOCAL {feature} = 0")

    async def _count(self, source: Source, within: Within, counts: Counts) -> None:
        found, numbers = _counted(source, within)
        if source.by is By.WHOLE:
            [row] = (await self._connection.execute(select(*numbers))).all()
            counts[WHOLE] |= dict(zip(source.facts, map(int, row), strict=True))
            return
        grouped = select(found.c.department, *numbers).group_by(found.c.department)
        rows = (await self._connection.execute(grouped)).all()
        for row in rows:
            counts[str(row[0])] |= dict(zip(source.facts, map(int, row[1:]), strict=True))
        counts[WHOLE] |= await self._whole(source, found, [row[1:] for row in rows])

    async def _whole(self, source: Source, found: Subquery, rows: list[Any]) -> dict[Fact, int]:
        """Add the organs up, or count anew what several of them share."""
        if not source.once:
            sums = [sum(column) for column in zip(*rows, strict=True)] or [0] * len(source.facts)
            return dict(zip(source.facts, sums, strict=True))
        alike = select(*(found.c[name] for name in source.once)).distinct().subquery()
        number = await self._connection.execute(select(func.count()).select_from(alike))
        return {source.facts[0]: int(number.scalar_one())}

    def _narrowed(self, found: Subquery, query: Query) -> list[ColumnElement[bool]]:
        conditions = [found.c[name] == value for name, value in query.equals.items()]
        if query.text:
            texts = (found.c.title, found.c.note)
            conditions.append(
                texts[0].icontains(query.text, autoescape=True)
                | texts[1].icontains(query.text, autoescape=True)
            )
        return conditions


def _counted(source: Source, within: Within) -> tuple[Subquery, list[ColumnElement[int]]]:
    """Say what to count and how: rows by their flags, or the sums of their tallies."""
    if source.tallied is None:
        found = source.select(within).subquery()
        return found, [func.count().filter(_flag(found, fact)) for fact in source.facts]
    kept = source.tallied(within).subquery()
    return kept, [func.coalesce(func.sum(kept.c[fact.value]), 0) for fact in source.facts]


def _flag(found: Subquery, fact: Fact) -> ColumnElement[bool]:
    return found.c[fact.value]
