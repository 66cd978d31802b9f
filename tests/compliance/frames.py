"""What counts in the database must say: the same as Conditions.accept, object by object."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordinator.adapters.db.frames import DatabaseFrames
from coordinator.adapters.db.repositories import StoredCollection
from coordinator.adapters.db.tables_registers import InspectionObjectRow
from coordinator.domain.annual_plan import CREDIT, Conditions, Frame, PlaceSample
from coordinator.domain.registers import (
    DatedEvent,
    Grading,
    InspectionObject,
    LastCheck,
    RiskClass,
)
from coordinator.domain.registers import SupervisionList as Lists
from tests.builders import an_object
from tests.fake_frames import frames_over
from tests.play import Play

DAY = date(2026, 3, 31)
SAMPLE = PlaceSample("试算", 1)
TAGS = ("restaurant", "hotel", 'a"b', "餐饮")
SCHEMES = ("food-risk", "safety'risk")
VALUES = ("A", "B", "Ⅲ", "a", "-")
KINDS = ("enterprise", "premises", "project")
EVENTS = ("complaint", "accident")
INDUSTRIES = ("H61", "H6210", "h61", "C26", "%6", "H_1")
REGIONS = ("640221", "6402", "640100", "64022")
WORDS = ("县属", "市属", "")
ID = st.integers(min_value=1, max_value=8)
EDGES = st.sampled_from(
    [DAY - timedelta(days=n) for n in (0, 30, 31, 32, 59, 60, 365, 366, 400)] + [date(2026, 4, 1)]
)


def some(values: Sequence[str], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


GRADINGS = st.builds(
    Grading,
    scheme=st.sampled_from(SCHEMES),
    value=st.sampled_from(VALUES),
    source=st.just("test"),
    date=EDGES,
)
HAPPENED = st.builds(
    DatedEvent, kind=st.sampled_from(EVENTS), date=EDGES, source=st.sampled_from(("12315", ""))
)


@st.composite
def objects(draw: st.DrawFn) -> tuple[InspectionObject, ...]:
    number = draw(st.integers(min_value=0, max_value=12))
    return tuple(
        an_object(
            n,
            place=draw(st.one_of(st.just(n), ID).map(lambda of: an_object(of).place)),
            kind=draw(st.sampled_from(KINDS)),
            region=draw(st.sampled_from(REGIONS)),
            industry=draw(st.sampled_from(INDUSTRIES)),
            scale=draw(st.sampled_from(WORDS)),
            affiliation=draw(st.sampled_from(WORDS)),
            status=draw(st.sampled_from(("active", "active", "closed", "suspended"))),
            tags=draw(some(TAGS)),
            risk_class=draw(st.sampled_from([None, *RiskClass])),
            key_unit=draw(st.booleans()),
            gradings=draw(st.lists(GRADINGS, max_size=3).map(tuple)),
            events=draw(st.lists(HAPPENED, max_size=2).map(tuple)),
            abnormal_list=draw(st.booleans()),
            serious_list=draw(st.booleans()),
            supervision_list=draw(st.sampled_from([None, *Lists])),
        )
        for n in range(1, number + 1)
    )


def _rarely(strategy: st.SearchStrategy[Any], otherwise: Any) -> st.SearchStrategy[Any]:
    """Leave most conditions empty: together they would hardly ever meet anybody."""
    return st.one_of(st.just(otherwise), st.just(otherwise), strategy)


CONDITIONS = st.builds(
    Conditions,
    tags=_rarely(some(TAGS), ()),
    kinds=_rarely(some(KINDS), ()),
    industries=_rarely(some(("H", "H6", "h6", "%", "H_", "C26")), ()),
    regions=_rarely(some(("64", "6402", "640221", "6401")), ()),
    risk_classes=_rarely(some(("A", "B", "C", "D", "-")), ()),
    affiliations=_rarely(some(WORDS), ()),
    scales=_rarely(some(WORDS), ()),
    gradings=_rarely(st.dictionaries(st.sampled_from(SCHEMES), some(VALUES, 3), max_size=2), {}),
    events=_rarely(some(EVENTS), ()),
    event_months=st.sampled_from((1, 2, 12, 13)),
    key_unit=_rarely(st.booleans(), None),
    lists=_rarely(some(("abnormal", "serious", "undisturbed", "random", "focus")), ()),
    objects=_rarely(ID.map(lambda n: (an_object(n).object_id,)), ()),
)
FRAMES = st.builds(
    Frame,
    conditions=CONDITIONS,
    by=st.sampled_from((None, CREDIT, *SCHEMES, "unknown")),
    day=st.sampled_from((None, None, DAY, date(2026, 10, 19))),
    weights=_rarely(st.lists(st.tuples(CONDITIONS, st.integers(2, 9)), max_size=3).map(tuple), ()),
    exempt_lists=st.sampled_from(((), (), ("undisturbed",), ("focus", "undisturbed"))),
)
# Every example rolls its objects back, so the database of a test may be shared by all of them, and
# both databases run the same inherited test on purpose.
OFTEN = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.differing_executors,
        HealthCheck.too_slow,
    ],
)


class FramesCompliance:
    async def test_last_checks_are_those_of_objects_that_meet_the_conditions_and_had_one(
        self, empty: Play
    ) -> None:
        checks = (
            LastCheck(department="fire-rescue", date=DAY),
            LastCheck(department="x", date=DAY),
        )
        things = (
            an_object(1, last_checks=checks),
            an_object(2),
            an_object(3, last_checks=checks[:1], tags=("hotel",)),
            an_object(4, last_checks=checks[:1], status="closed"),
        )
        wanted = Conditions(tags=("restaurant",))

        async with _stored(empty, things) as frames:
            found = [each async for each in frames.last_checks(wanted, DAY)]

        assert found == [each async for each in frames_over(*things).last_checks(wanted, DAY)]
        assert [code for code, _ in found] == [an_object(n).object_id for n in (1, 4)]

    @OFTEN
    @given(things=objects(), frame=FRAMES)
    async def test_a_count_is_that_of_accepting_one_object_after_the_other(
        self, empty: Play, things: tuple[InspectionObject, ...], frame: Frame
    ) -> None:
        async with _stored(empty, things) as frames:
            found = await frames.count(frame, DAY)
            rows = [tuple(row) async for some in frames.rows_of(frame, DAY) for row in some]
            sampled = [row async for some in frames.rows_of(frame, DAY, SAMPLE) for row in some]

        fakes = frames_over(*things)
        assert [tuple(row) for row in sampled] == [row for row in rows if SAMPLE.holds(row[1])]
        assert found == await fakes.count(frame, DAY)
        assert rows == [row async for some in fakes.rows_of(frame, DAY) for row in some]

    @OFTEN
    @given(
        things=objects(),
        wanted=st.lists(FRAMES, max_size=3),
        within=st.one_of(st.none(), CONDITIONS),
        of_places=st.booleans(),
    )
    async def test_overlaps_are_those_of_accepting_one_object_after_the_other(
        self,
        empty: Play,
        things: tuple[InspectionObject, ...],
        wanted: list[Frame],
        within: Conditions | None,
        of_places: bool,
    ) -> None:
        asked: dict[str, Any] = {"within": within, "of_places": of_places}

        async with _stored(empty, things) as frames:
            found = await frames.overlaps(wanted, DAY, **asked)

        assert found == await frames_over(*things).overlaps(wanted, DAY, **asked)


@asynccontextmanager
async def _stored(play: Play, things: Sequence[InspectionObject]) -> AsyncIterator[DatabaseFrames]:
    """Store objects for as long as the block lasts."""
    async with play.around.engine.connect() as connection:
        await StoredCollection(connection, InspectionObjectRow, InspectionObject).add(things)
        yield DatabaseFrames(connection)
        await connection.rollback()
