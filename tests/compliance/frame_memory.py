"""What is remembered of counts must say: never less than the register says now, on both databases.

A test module subclasses the suite and gives a fixture `empty`: a play on an empty database.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from coordinator.adapters.db.remembered_frames import FrameMemory
from coordinator.adapters.db.unit_of_work import UnitOfWork, transaction
from coordinator.domain.annual_plan import Conditions, Frame, FrameCount, Overlap
from coordinator.domain.registers import InspectionObject
from coordinator.domain.registers.acts import Channel, RegisterKind
from coordinator.services import registers
from tests.builders import a_source, an_object
from tests.play import Play, fail_after, office, start

DAY = date(2026, 4, 1)
OTHER_DAY = date(2026, 4, 2)
RESTAURANTS = Frame(conditions=Conditions(tags=("restaurant",)))
HOTELS = Frame(conditions=Conditions(tags=("hotel",)))


def reading(play: Play) -> AbstractAsyncContextManager[UnitOfWork]:
    return transaction(play.around, office(), writes=False)


async def eligible(play: Play, frame: Frame = RESTAURANTS, day: date = DAY) -> int:
    async with reading(play) as work:
        return (await work.frames.count(frame, day)).eligible


async def common(play: Play) -> Sequence[Overlap]:
    async with reading(play) as work:
        return await work.frames.overlaps([RESTAURANTS, HOTELS], DAY, of_places=True)


async def take_in(play: Play, *things: InspectionObject) -> None:
    async with play.work(office()) as work:
        await registers.take_in(work, RegisterKind.OBJECTS, things, a_source("objects.csv"))


class Looks:
    """Counts the statements that read the objects register."""

    def __init__(self, play: Play) -> None:
        self.number = 0
        event.listen(play.around.engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        self.number += "FROM inspection_object" in statement


class FrameMemoryCompliance:
    async def test_the_same_question_is_counted_once_in_a_process(self, empty: Play) -> None:
        await take_in(empty, an_object(1), an_object(2))
        looks = Looks(empty)

        counts = [await eligible(empty) for _ in range(3)]
        overlaps = [await common(empty) for _ in range(3)]

        assert counts == [2, 2, 2]
        assert overlaps[0] == overlaps[2] == (Overlap(number=2, strata=("-", None)),)
        assert looks.number == 2

    async def test_other_conditions_and_other_days_are_other_questions(self, empty: Play) -> None:
        await take_in(empty, an_object(1), an_object(2, tags=("hotel",)))
        looks = Looks(empty)

        found = [await eligible(empty), await eligible(empty, HOTELS)]
        await eligible(empty, day=OTHER_DAY)

        assert found == [1, 1]
        assert looks.number == 3

    async def test_an_import_changes_the_figure_at_once(self, empty: Play) -> None:
        await take_in(empty, an_object(1))
        before = await eligible(empty), await common(empty)

        await take_in(empty, an_object(2), an_object(3))

        after = await eligible(empty), await common(empty)
        assert (before[0], after[0]) == (1, 3)
        assert [each.number for each in (*before[1], *after[1])] == [1, 3]

    async def test_an_import_of_another_process_changes_the_figure_at_once(
        self, empty: Play, tmp_path: Path
    ) -> None:
        await take_in(empty, an_object(1))
        (tmp_path / "other").mkdir()
        url = empty.around.engine.url.render_as_string(hide_password=False)
        other = start(url, tmp_path / "other")
        before = await eligible(empty), await eligible(other)

        await take_in(other, an_object(2))

        assert (before, await eligible(empty), await eligible(other)) == ((1, 1), 2, 2)
        await other.close()

    async def test_a_removed_entry_changes_the_figure_at_once(self, empty: Play) -> None:
        await take_in(empty, an_object(1), an_object(2))
        assert await eligible(empty) == 2

        async with empty.work(office()) as work:
            key = an_object(1).object_id
            await registers.remove_entry(work, RegisterKind.OBJECTS, key, "重复登记", Channel.FORM)

        assert await eligible(empty) == 1

    async def test_what_a_writer_sees_and_takes_back_is_not_remembered(self, empty: Play) -> None:
        await take_in(empty, an_object(1))
        seen = []

        async def count_one_more(work: Any) -> None:
            more = [an_object(2)]
            await registers.take_in(work, RegisterKind.OBJECTS, more, a_source("more.csv"))
            seen.append((await work.frames.count(RESTAURANTS, DAY)).eligible)

        with pytest.raises(ZeroDivisionError):
            await fail_after(empty.work, count_one_more)

        assert (seen, await eligible(empty)) == ([2], 1)

    async def test_rows_that_came_by_no_act_are_counted_every_time(self, empty: Play) -> None:
        async with empty.work(office()) as work:
            await work.objects.add([an_object(1)])
        before = await eligible(empty)

        async with empty.work(office()) as work:
            await work.objects.add([an_object(2)])

        assert (before, await eligible(empty)) == (1, 2)

    async def test_the_memory_keeps_what_was_asked_for_last_and_no_more_than_its_size(self) -> None:
        memory = FrameMemory(most_cells=4)
        state = (1, None)
        one = FrameCount(objects=1, eligible=1, places=1, by_stratum={"-": 1})  # two cells
        for name in (b"a", b"b"):
            memory.keep(state, name, one)
        assert memory.find(state, b"a") == one

        memory.keep(state, b"c", one)

        assert [memory.find(state, name) for name in (b"a", b"b", b"c")] == [one, None, one]
        memory.keep(state, b"large", (Overlap(number=1, strata=("-",) * 9),))
        assert [memory.find(state, name) for name in (b"a", b"c", b"large")] == [None] * 3
        memory.keep((2, None), b"a", one)
        assert memory.find(state, b"a") is None
