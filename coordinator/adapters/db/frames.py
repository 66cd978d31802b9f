"""Counts of whom conditions meet: aggregates in the database, never its objects in memory."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Subquery,
    and_,
    case,
    distinct,
    false,
    func,
    literal,
    null,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db.condition_clauses import OBJECTS, Clause, Clauses
from coordinator.adapters.db.many_values import any_of
from coordinator.adapters.db.tables_draw import VisitCheckRow, VisitRow
from coordinator.domain.annual_plan import (
    Conditions,
    Frame,
    FrameCount,
    Overlap,
    PlaceSample,
    Window,
)
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.frames import ROWS_AT_ONCE
from coordinator.domain.lottery.population import EXEMPT, SUSPENDED, FrameSource
from coordinator.domain.registers import LastCheck
from coordinator.services.ports import PlacesBy

_ACTIVE = OBJECTS.c.status == "active"
_WAS_CHECKED = text("inspection_object.last_checks <> '[]'")
_LAST_CHECKS = TypeAdapter(tuple[LastCheck, ...])
_ELSEWHERE = OBJECTS.c.place != OBJECTS.c.object_id
_CHECKS = VisitCheckRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_VISITS = VisitRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_WORK_MEMORY = "128MB"  # for this transaction; of its default 4 MB it makes temporary files


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
        by_weight = await self._by_weight(clauses, frame, met) if frame.weights else {}
        by_stratum = {name: eligible for name, _, eligible, _, _ in found if eligible}
        at_home, elsewhere = (sum(each[n] for each in found) for n in (3, 4))
        return FrameCount(
            objects=sum(number for _, number, _, _, _ in found),
            eligible=sum(by_stratum.values()),
            places=at_home + (await self._other_places(met) if elsewhere else 0),
            by_stratum=by_stratum,
            by_weight=by_weight,
        )

    async def _by_weight(
        self, clauses: Clauses, frame: Frame, met: Clause
    ) -> dict[str, dict[int, int]]:
        """Count the objects in the draw by stratum and weight."""
        stratum, weight = clauses.stratum(frame.by), clauses.weight(frame.weights)
        members = (
            select(stratum.label("stratum"), weight.label("weight")).where(met, _ACTIVE).subquery()
        )
        kind = (members.c.stratum, members.c.weight)
        rows = await self._connection.execute(
            select(*kind, func.count()).select_from(members).group_by(*kind).order_by(*kind)
        )
        found: dict[str, dict[int, int]] = {}
        for name, weighing, number in rows:
            found.setdefault(name, {})[int(weighing)] = int(number)
        return found

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

    async def rows_of(
        self, frame: Frame, day: date, sample: PlaceSample | None = None
    ) -> AsyncIterator[Sequence[FrameSource]]:
        """Give all objects of a frame, closed ones too, ROWS_AT_ONCE at a time by id bytewise."""
        clauses = await self._clauses(frame.day or day)
        c = OBJECTS.c
        statement = (
            select(
                c.object_id,
                c.place,
                clauses.stratum(frame.by),
                _standing(frame.exempt_lists),
                c.region,
                clauses.weight(frame.weights),
            )
            .where(clauses.accept(frame.conditions), self._is_sampled(sample))
            .order_by(self._by_code_point(c.object_id))
        )
        rows = await self._connection.stream(statement.execution_options(yield_per=ROWS_AT_ONCE))
        async for found in rows.partitions():
            yield self._sampled(found, sample)  # type: ignore[arg-type] # rows of these columns

    def _is_sampled(self, sample: PlaceSample | None) -> Clause:
        """Say PlaceSample.holds on PostgreSQL; SQLite has no hashes, its rows are sifted later."""
        if sample is None or self._connection.dialect.name != "postgresql":
            return true()
        named = func.convert_to(literal(f"{sample.key}|") + OBJECTS.c.place, "UTF8")
        return func.encode(func.sha256(named), "hex").collate("C") < sample.limit

    def _sampled(
        self, rows: Sequence[FrameSource], sample: PlaceSample | None
    ) -> Sequence[FrameSource]:
        if sample is None or self._connection.dialect.name == "postgresql":
            return rows
        return [row for row in rows if sample.holds(row[1])]

    async def last_checks(
        self, conditions: Conditions, day: date
    ) -> AsyncIterator[tuple[str, Sequence[LastCheck]]]:
        """Give the objects that meet conditions and were checked before, with those checks."""
        met = Clauses(self._connection, day).accept(conditions)
        statement = (
            select(OBJECTS.c.object_id, OBJECTS.c.last_checks)
            .where(met, _WAS_CHECKED)
            .order_by(OBJECTS.c.object_id)
        )
        rows = await self._connection.stream(statement.execution_options(yield_per=ROWS_AT_ONCE))
        async for code, checks in rows:
            yield code, _LAST_CHECKS.validate_python(checks)

    async def places(self, by: PlacesBy) -> dict[str, int]:
        """Count the distinct places of active objects by a code; in all under the empty one."""
        codes = {
            PlacesBy.REGION: OBJECTS.c.region,
            PlacesBy.INDUSTRY: func.substr(OBJECTS.c.industry, 1, 1),
        }
        number = func.count(distinct(OBJECTS.c.place))
        if by not in codes:
            return {"": await self._number(select(number).where(_ACTIVE))}
        code = codes[by].label("code")
        rows = await self._connection.execute(select(code, number).where(_ACTIVE).group_by(code))
        return {str(name): int(found) for name, found in rows}

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

    def _by_code_point(self, chosen: Any) -> Any:
        """Let texts compare byte by byte, as the lines of a frozen file do; SQLite does so."""
        return chosen.collate("C") if self._connection.dialect.name == "postgresql" else chosen

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


def _standing(exempt_lists: Sequence[str]) -> Any:
    """Say what population.standing_of says."""
    c = OBJECTS.c
    suspended = and_(c.kind == "project", c.status == "suspended")
    exempt = and_(_ACTIVE, c.supervision_list.in_(exempt_lists)) if exempt_lists else false()
    return case((suspended, SUSPENDED), (exempt, EXEMPT), else_=c.status).label("status")


def _by_place(members: Subquery, number: int) -> Subquery:
    """Put the objects of a place together; of several strata it takes the last by name."""
    strata = [func.max(members.c[_name(n)]).label(_name(n)) for n in range(number)]
    return select(members.c.place, *strata).group_by(members.c.place).subquery()


def _name(number: int) -> str:
    return f"stratum_{number}"
