"""Counts of whom conditions meet: aggregates in the database, never its objects in memory."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Subquery, case, distinct, false, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db.condition_clauses import OBJECTS, Clause, Clauses
from coordinator.adapters.db.many_values import any_of
from coordinator.adapters.db.tables_draw import VisitCheckRow, VisitRow
from coordinator.domain.annual_plan import Conditions, Frame, FrameCount, Overlap, Window
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.registers import InspectionObject

_ACTIVE = OBJECTS.c.status == "active"
_ELSEWHERE = OBJECTS.c.place != OBJECTS.c.object_id
_CHECKS = VisitCheckRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_VISITS = VisitRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_OBJECT = TypeAdapter(InspectionObject)
_COLUMNS = [OBJECTS.c[name] for name in InspectionObject.model_fields]
_WORK_MEMORY = "128MB"  # for this transaction; of its default 4 MB it makes temporary files
_AT_ONCE = 2_000  # rows that a stream keeps; a chunk of them is some megabytes


class DatabaseFrames:
    """Counts over the objects register; see services.ports.Frames for its promises."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(self, frame: Frame, day: date) -> FrameCount:
        """Count a frame, its places and strata; `expected` stays empty."""
        clauses = await self._clauses(frame.day or day)
        met = clauses.accept(frame.conditions)
        stratum = clauses.stratum(frame.by)
        rows = await self._connection.execute(
            select(
                stratum,
                func.count(),
                func.count().filter(_ACTIVE),
                func.count().filter(_ACTIVE, ~_ELSEWHERE),
                func.count().filter(_ACTIVE, _ELSEWHERE),
            )
            .where(met)
            .group_by(stratum)
        )
        found = sorted((name, *map(int, numbers)) for name, *numbers in rows)
        by_stratum = {name: eligible for name, _, eligible, _, _ in found if eligible}
        at_home, elsewhere = (sum(each[n] for each in found) for n in (3, 4))
        return FrameCount(
            objects=sum(number for _, number, _, _, _ in found),
            eligible=sum(by_stratum.values()),
            places=at_home + (await self._other_places(met) if elsewhere else 0),
            by_stratum=by_stratum,
        )

    async def _other_places(self, met: Clause) -> int:
        """Count the places of objects that are elsewhere, but for those counted by their own id.

        Most objects are their own place. Only the few that are not must be told apart.
        """
        elsewhere = select(OBJECTS.c.place).where(met, _ACTIVE, _ELSEWHERE)
        counted = select(OBJECTS.c.object_id).where(
            met, _ACTIVE, ~_ELSEWHERE, OBJECTS.c.object_id.in_(elsewhere)
        )
        others = elsewhere.except_(counted).subquery()
        return await self._number(select(func.count()).select_from(others))

    async def overlaps(
        self,
        frames: Sequence[Frame],
        day: date,
        *,
        within: Conditions | None = None,
        of_places: bool = False,
    ) -> Sequence[Overlap]:
        """Count objects (or places) by the frames they are in: those in any, or all `within`."""
        members = self._members(await self._clauses(day), frames, within)
        if of_places:
            members = _by_place(members, len(frames))
        strata = [members.c[_name(n)] for n in range(len(frames))]
        rows = await self._connection.execute(
            select(func.count(), *strata).select_from(members).group_by(*strata)
        )
        found = [Overlap(number=row[0], strata=tuple(row[1:])) for row in rows if row[0]]
        return sorted(found, key=lambda each: [name or "" for name in each.strata])

    async def objects_of(
        self, conditions: Conditions, day: date
    ) -> AsyncIterator[InspectionObject]:
        """Give all objects that meet conditions, closed ones too, by id, without keeping them."""
        met = Clauses(self._connection, day).accept(conditions)
        statement = select(*_COLUMNS).where(met).order_by(OBJECTS.c.object_id)
        rows = await self._connection.stream(statement.execution_options(yield_per=_AT_ONCE))
        async for row in rows.mappings():
            yield _OBJECT.validate_python(dict(row))

    async def checked(
        self, lines: Iterable[str], day: date, within: Conditions | None = None
    ) -> int:
        """Count the distinct objects, or those `within`, that drawn visits of these lines go to."""
        found = select(func.count(distinct(_CHECKS.c.object_id))).where(
            any_of(self._connection, _CHECKS.c.line, list(lines))
        )
        if within is not None:
            found = found.join(OBJECTS, OBJECTS.c.object_id == _CHECKS.c.object_id).where(
                Clauses(self._connection, day).accept(within)
            )
        return await self._number(found)

    async def unvisited(self, conditions: Conditions, day: date, period: Window, times: int) -> int:
        """Count the objects with fewer drawn visits than `times` that lie wholly in a period."""
        visits = (
            select(func.count(distinct(_VISITS.c.visit_id)))
            .join_from(_CHECKS, _VISITS, _VISITS.c.visit_id == _CHECKS.c.visit_id)
            .where(
                _CHECKS.c.object_id == OBJECTS.c.object_id,
                _VISITS.c.state != VisitState.WITHDRAWN,
                _VISITS.c.date_from >= period.from_date,
                _VISITS.c.date_to <= period.to_date,
            )
            .correlate(OBJECTS)
            .scalar_subquery()
        )
        met = Clauses(self._connection, day).accept(conditions)
        return await self._number(
            select(func.count()).select_from(OBJECTS).where(_ACTIVE, met, visits < times)
        )

    async def _clauses(self, day: date) -> Clauses:
        """Give the clauses, and PostgreSQL memory to tell millions of places apart in."""
        if self._connection.dialect.name == "postgresql":
            await self._connection.exec_driver_sql(f"SET LOCAL work_mem = '{_WORK_MEMORY}'")
        return Clauses(self._connection, day)

    def _members(
        self, clauses: Clauses, frames: Sequence[Frame], within: Conditions | None
    ) -> Subquery:
        met = [clauses.on(frame.day).accept(frame.conditions) for frame in frames]
        strata = [
            case((accepted, clauses.stratum(frame.by)), else_=null()).label(_name(n))
            for n, (frame, accepted) in enumerate(zip(frames, met, strict=True))
        ]
        wanted = or_(false(), *met) if within is None else clauses.accept(within)
        return select(OBJECTS.c.place, *strata).where(_ACTIVE, wanted).subquery()

    async def _number(self, statement: Any) -> int:
        return int((await self._connection.execute(statement)).scalar_one())


def _by_place(members: Subquery, number: int) -> Subquery:
    """Put the objects of a place together; of several strata it takes the last by name."""
    strata = [func.max(members.c[_name(n)]).label(_name(n)) for n in range(number)]
    return select(members.c.place, *strata).group_by(members.c.place).subquery()


def _name(number: int) -> str:
    return f"stratum_{number}"
