"""Figures of the appraisal: counted in the database by organ, with the rows behind each of them."""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db.appraisal_facts import SOURCES, By, Source
from coordinator.adapters.db.appraisal_scope import Within
from coordinator.domain.appraisal import WHOLE, Fact, FactRow, Scope, Tallies
from coordinator.services.ports import Page, Query

_ROW = ("kind", "key", "title", "note", "department", "round_id", "day")
Counts = dict[str, dict[Fact, int]]


class DatabaseAppraisals:
    """Counts over the tables of every stage; see services.ports.Appraisals for its promises."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def tallies(self, scope: Scope) -> Tallies:
        """Count every stored fact: one statement for each selection, all its facts at once."""
        within = Within(self._connection, scope)
        counts: Counts = defaultdict(dict)
        for source in SOURCES:
            await self._count(source, within, counts)
        whole = counts.pop(WHOLE, {})
        return Tallies(whole=whole, organs=counts)

    async def rows(self, fact: Fact, scope: Scope, query: Query) -> Page[FactRow]:
        """Give a page of the rows behind a figure, the latest first."""
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

    async def _count(self, source: Source, within: Within, counts: Counts) -> None:
        found = source.select(within).subquery()
        numbers = [func.count().filter(_flag(found, fact)) for fact in source.facts]
        if source.by is By.WHOLE:
            [row] = (await self._connection.execute(select(*numbers))).all()
            counts[WHOLE] |= dict(zip(source.facts, row, strict=True))
            return
        grouped = select(found.c.department, *numbers).group_by(found.c.department)
        rows = (await self._connection.execute(grouped)).all()
        for row in rows:
            counts[str(row[0])] |= dict(zip(source.facts, row[1:], strict=True))
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


def _flag(found: Subquery, fact: Fact) -> ColumnElement[bool]:
    return found.c[fact.value]
