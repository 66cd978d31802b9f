"""What the stage must do, on the in-memory fake, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from coordinator.domain.appraisal import Fact, Scope
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import Grading, Recusal, RiskClass
from coordinator.domain.registers.acts import (
    ActState,
    Channel,
    Comparison,
    ImportProblem,
    RegisterAct,
    RegisterKind,
    Severity,
)
from coordinator.services import registers
from coordinator.services.registers import Chunk
from tests.builders import FIRE, MARKET, a_source, an_expert, an_inspector, an_item, an_object
from tests.compliance.repositories import OpenWork
from tests.play import clerk, fail_after, office

OBJECTS = RegisterKind.OBJECTS
RICH = {
    "risk_class": RiskClass.D,
    "latitude": 38.87,
    "key_unit": True,
    "tags": ("hotel", "food"),
    "gradings": (Grading(scheme="food", value="D", source="市监", date=date(2026, 1, 2)),),
    "responsible_person": "王\t五\n\\N 'x' \"y\"",
}


async def read_in(open_work: OpenWork, values: Any, kind: RegisterKind = OBJECTS) -> RegisterAct:
    """Open an import, stage the values in chunks of two, and finish reading."""
    async with open_work(office()) as work:
        act = await registers.open_import(work, kind, a_source(f"{kind}.csv"))
    rows = list(enumerate(values, 2))
    for start in range(0, len(rows), 2):
        part = rows[start : start + 2]
        async with open_work(office()) as work:
            chunk = Chunk(rows=part, number_of_rows=len(part), bytes_read=start)
            await registers.take_chunk(work, act.import_id, chunk)
    async with open_work(office()) as work:
        return await registers.finish_reading(work, act.import_id)


async def applied(
    open_work: OpenWork, act: RegisterAct, *, accepted_only: bool = False
) -> RegisterAct:
    async with open_work(office("office-b")) as work:
        return await registers.apply_import(work, act.import_id, accepted_only=accepted_only)


async def brought_in(open_work: OpenWork, values: Any, kind: RegisterKind = OBJECTS) -> RegisterAct:
    return await applied(open_work, await read_in(open_work, values, kind))


async def completeness(open_work: OpenWork) -> tuple[int, int]:
    """Give how many entries the directories hold, and how many of them are complete."""
    scope = Scope(first=date(2026, 1, 1), last=date(2026, 12, 31))
    async with open_work(office()) as work:
        counts = (await work.appraisals.tallies(scope)).whole
    return counts[Fact.ENTRIES_LISTED], counts[Fact.ENTRIES_COMPLETE]


def figures(act: RegisterAct) -> Comparison:
    return Comparison(act.number_added, act.number_changed, act.number_unchanged)


class StagingCompliance:
    """Adding, renewing, leaving alone, history, cancelling, and nothing half done."""

    async def test_until_it_is_applied_an_import_changes_nothing(self, open_work: OpenWork) -> None:
        act = await read_in(open_work, [an_object(n) for n in range(5)])

        assert (act.state, figures(act)) == (ActState.READ, Comparison(added=5))
        async with open_work(office()) as work:
            assert await work.objects.count() == 0
        done = await applied(open_work, act)
        assert (done.state, done.applied_by, figures(done)) == (
            ActState.APPLIED,
            "office-b",
            Comparison(added=5),
        )
        async with open_work(office()) as work:
            assert await work.objects.where() == [an_object(n) for n in range(5)]
            assert act.import_id not in await work.stage.left_over()

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            (OBJECTS, an_object(1, **RICH)),
            (OBJECTS, an_object(2, risk_class=None)),
            (RegisterKind.INSPECTORS, an_inspector()),
            (RegisterKind.EXPERTS, an_expert()),
            (
                RegisterKind.RECUSALS,
                Recusal(person_id="p1", object_id="other:a b", reason="亲属", declared_by="office"),
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    async def test_a_value_goes_in_as_it_is_and_a_second_time_changes_nothing(
        self, open_work: OpenWork, kind: RegisterKind, value: Any
    ) -> None:
        first = await brought_in(open_work, [value], kind)
        again = await brought_in(open_work, [value], kind)

        assert (figures(first), figures(again)) == (Comparison(added=1), Comparison(unchanged=1))
        async with open_work(office()) as work:
            assert list(await registers.entries_of(work, kind).where()) == [value]
            assert await work.register_versions.count() == 0

    async def test_what_a_form_saved_is_unchanged_when_a_file_brings_the_same(
        self, open_work: OpenWork
    ) -> None:
        async with open_work(office()) as work:
            await work.objects.save(an_object(1, **RICH))

        assert figures(await brought_in(open_work, [an_object(1, **RICH)])) == Comparison(
            unchanged=1
        )

    async def test_one_changed_row_changes_one_entry_and_keeps_its_former_version(
        self, open_work: OpenWork
    ) -> None:
        former, others = an_object(1, **RICH), [an_object(n) for n in range(2, 6)]
        renewed = an_object(1, **(RICH | {"name": "新名称", "risk_class": None}))
        first = await brought_in(open_work, [former, *others])

        second = await brought_in(open_work, [renewed, *others])

        assert figures(second) == Comparison(changed=1, unchanged=4)
        async with open_work(office()) as work:
            assert await work.objects.where() == [renewed, *others]
            [old, now] = await registers.history_of(work, OBJECTS, former.object_id)
            assert await work.register_versions.count() == 1
        assert type(former).model_validate(old.value) == former
        assert type(former).model_validate(now.value) == renewed
        assert (old.act_id, old.replaced_by, now.act_id) == (
            first.import_id,
            second.import_id,
            second.import_id,
        )

    async def test_versions_of_an_entry_are_numbered_on(self, open_work: OpenWork) -> None:
        for name in ("a", "b", "c"):
            await brought_in(open_work, [an_object(1, name=name)])

        async with open_work(office()) as work:
            found = await registers.history_of(work, OBJECTS, an_object(1).object_id)
        assert [(each.number, each.value["name"]) for each in found] == [
            (1, "a"),
            (2, "b"),
            (3, "c"),
        ]

    async def test_a_field_that_a_file_does_not_bring_keeps_its_value(
        self, open_work: OpenWork
    ) -> None:
        await brought_in(open_work, [an_object(1, **RICH)])
        async with open_work(office()) as work:
            act = await registers.open_import(work, OBJECTS, a_source())
            bare = [(2, an_object(1, name="新", phone="")), (3, an_object(2))]
            await registers.take_chunk(work, act.import_id, Chunk(rows=bare, number_of_rows=2))
            read = await registers.finish_reading(work, act.import_id, ("name", "object_id"))
            [changed, _] = await registers.preview_import(work, read)

        assert (figures(read), changed.value) == (Comparison(1, 1, 0), {"name": "新"})
        await applied(open_work, read)
        async with open_work(office()) as work:
            found = await work.objects.where()
        assert found == [an_object(1, **RICH | {"name": "新"}), an_object(2)]

    async def test_the_preview_names_what_differs(self, open_work: OpenWork) -> None:
        await brought_in(open_work, [an_object(1), an_object(2)])
        values = [an_object(1), an_object(2, name="新", tags=("x",)), an_object(3)]
        act = await read_in(open_work, values)

        async with open_work(office()) as work:
            [changed, added] = await registers.preview_import(work, act)
        assert (changed.key, changed.row) == (an_object(2).object_id, 3)
        assert changed.former == {"name": an_object(2).name, "tags": list(an_object(2).tags)}
        assert changed.value == {"name": "新", "tags": ["x"]}
        assert (added.key, added.former) == (an_object(3).object_id, {})

    async def test_an_import_compares_again_when_another_came_first(
        self, open_work: OpenWork
    ) -> None:
        one = await read_in(open_work, [an_object(1, name="one"), an_object(2)])
        two = await read_in(open_work, [an_object(1, name="two"), an_object(3)])

        await applied(open_work, one)
        late = await applied(open_work, two)

        assert (figures(two), figures(late)) == (Comparison(2, 0, 0), Comparison(1, 1, 0))
        async with open_work(office()) as work:
            history = await registers.history_of(work, OBJECTS, an_object(1).object_id)
        assert [each.value["name"] for each in history] == ["one", "two"]

    async def test_a_cancelled_import_leaves_nothing(self, open_work: OpenWork) -> None:
        async with open_work(office()) as work:
            act = await registers.open_import(work, OBJECTS, a_source())
            await registers.take_chunk(work, act.import_id, Chunk(rows=[(2, an_object(1))]))
        async with open_work(office("office-b")) as work:
            await registers.cancel_import(work, act.import_id)

        async with open_work(office()) as work:
            later = await registers.take_chunk(
                work, act.import_id, Chunk(rows=[(3, an_object(2))], number_of_rows=1)
            )
            assert later.state is ActState.CANCELLED
            assert act.import_id not in await work.stage.left_over()
            assert await work.objects.count() == 0
            with pytest.raises(RuleBrokenError) as refused:
                await registers.apply_import(work, act.import_id)
        assert refused.value.rule is Rule.MOVE_NOT_ALLOWED

    async def test_a_killed_reading_fails_at_the_next_start_and_its_rows_go(
        self, open_work: OpenWork
    ) -> None:
        alive = await read_in(open_work, [an_object(3)])
        async with open_work(office()) as work:
            act = await registers.open_import(work, OBJECTS, a_source("killed.csv"))
            await registers.take_chunk(work, act.import_id, Chunk(rows=[(2, an_object(1))]))

        async with open_work(office()) as work:
            [failed] = await registers.forget_interrupted(work)

        assert (failed.import_id, failed.state) == (act.import_id, ActState.FAILED)
        assert failed.failure == {"rule": "import-interrupted", "source": "killed.csv"}
        async with open_work(office()) as work:
            assert await work.stage.left_over() == [alive.import_id]
        await applied(open_work, alive)

    async def test_an_apply_that_fails_leaves_register_and_stage_as_they_were(
        self, open_work: OpenWork
    ) -> None:
        await brought_in(open_work, [an_object(1)])
        act = await read_in(open_work, [an_object(1, name="新"), an_object(2)])

        with pytest.raises(ZeroDivisionError):
            await fail_after(open_work, lambda work: registers.apply_import(work, act.import_id))

        async with open_work(office()) as work:
            assert await work.objects.where() == [an_object(1)]
            assert await work.register_versions.count() == 0
            assert (await work.imports.get(act.import_id)).state is ActState.READ
        assert figures(await applied(open_work, act)) == Comparison(added=1, changed=1)

    async def test_refused_rows_stop_everything_unless_the_others_are_wanted(
        self, open_work: OpenWork
    ) -> None:
        async with open_work(office()) as work:
            act = await registers.open_import(work, OBJECTS, a_source())
            chunk = Chunk(
                rows=[(2, an_object(1))],
                problems=[a_problem(act.import_id, 1)],
                number_of_rows=2,
                number_refused=1,
            )
            await registers.take_chunk(work, act.import_id, chunk)
            read = await registers.finish_reading(work, act.import_id)

        with pytest.raises(RuleBrokenError) as refused:
            await applied(open_work, read)

        assert refused.value.rule is Rule.IMPORT_ROWS_REFUSED
        async with open_work(office()) as work:
            assert await work.objects.count() == 0
            assert await work.import_problems.where() == [a_problem(act.import_id, 1)]
        done = await applied(open_work, read, accepted_only=True)
        assert (done.accepted_only, figures(done)) == (True, Comparison(added=1))

    async def test_a_file_without_a_good_row_is_not_applied(self, open_work: OpenWork) -> None:
        act = await read_in(open_work, [])

        with pytest.raises(RuleBrokenError) as refused:
            await applied(open_work, act, accepted_only=True)
        assert refused.value.rule is Rule.IMPORT_NOTHING_READ

    async def test_an_entry_taken_out_keeps_its_history_and_may_come_again(
        self, open_work: OpenWork
    ) -> None:
        key = an_object(1).object_id
        await brought_in(open_work, [an_object(1)])
        async with open_work(office()) as work:
            await registers.remove_entry(work, OBJECTS, key, "注销")

        async with open_work(office()) as work:
            assert await work.objects.find(key) is None
            [gone] = await registers.history_of(work, OBJECTS, key)
            act = await work.imports.get(gone.replaced_by)
            assert (act.reason, act.channel) == ("注销", Channel.FORM)
            await registers.save_entry(work, OBJECTS, an_object(1, name="新"), Channel.FORM)
            history = await registers.history_of(work, OBJECTS, key)
        assert [each.value["name"] for each in history] == [an_object(1).name, "新"]

    async def test_the_count_of_complete_entries_follows_every_act(
        self, open_work: OpenWork
    ) -> None:
        full = {"area": "3", "phone": "1", "responsible_person": "王", "risk_class": RiskClass.A}
        one, seen = an_object(1).object_id, []
        await brought_in(open_work, [an_object(1, **full), an_object(2), an_object(3)])
        seen.append(await completeness(open_work))
        await brought_in(open_work, [an_object(1, **full), an_object(2, **full)])
        seen.append(await completeness(open_work))
        async with open_work(office()) as work:  # brings no phone, and a new entry without gaps
            act = await registers.open_import(work, OBJECTS, a_source())
            rows = [
                (2, an_object(1, **full | {"phone": "", "area": ""})),
                (3, an_object(4, **full)),
            ]
            await registers.take_chunk(work, act.import_id, Chunk(rows=rows, number_of_rows=2))
            read = await registers.finish_reading(work, act.import_id, ("object_id", "area"))
        await applied(open_work, read)
        seen.append(await completeness(open_work))
        async with open_work(office()) as work:
            await registers.save_entry(work, OBJECTS, an_object(1, **full), Channel.FORM)
        seen.append(await completeness(open_work))
        async with open_work(office()) as work:
            await registers.remove_entry(work, OBJECTS, one, "注销")
            await work.objects.save(an_object(5, **full), an_object(2))
        seen.append(await completeness(open_work))

        assert seen == [(3, 1), (3, 2), (4, 2), (4, 3), (4, 2)]

    async def test_a_department_touches_its_own_people_only(self, open_work: OpenWork) -> None:
        kind = RegisterKind.INSPECTORS
        await brought_in(open_work, [an_inspector("p1", MARKET), an_inspector("p2", FIRE)], kind)

        async with open_work(clerk(FIRE)) as work:
            own = an_inspector("p2", FIRE, name="新")
            await registers.save_entry(work, kind, own, Channel.FORM)
            for stolen in (an_inspector("p3", MARKET), an_inspector("p1", FIRE)):
                with pytest.raises(RuleBrokenError) as refused:
                    await registers.save_entry(work, kind, stolen, Channel.FORM)
                assert refused.value.rule is Rule.NOT_YOUR_DEPARTMENT
            with pytest.raises(RuleBrokenError):
                await registers.save_entry(work, OBJECTS, an_object(1), Channel.FORM)

    async def test_a_departments_file_keeps_to_its_own_people(self, open_work: OpenWork) -> None:
        people = [an_inspector("p1", MARKET), an_inspector("p2", FIRE)]

        async with open_work(clerk(FIRE)) as work:
            act = await registers.open_import(work, RegisterKind.INSPECTORS, a_source())
            chunk = Chunk(rows=list(enumerate(people, 2)), number_of_rows=2)
            await registers.take_chunk(work, act.import_id, chunk)
            read = await registers.finish_reading(work, act.import_id)
            [problem] = await work.import_problems.where(import_id=act.import_id)

        assert (read.number_accepted, read.number_refused) == (1, 1)
        assert (problem.row, problem.rule) == (2, Rule.NOT_YOUR_DEPARTMENT)

    async def test_a_list_goes_in_as_a_whole(self, open_work: OpenWork) -> None:
        items = [an_item("mr-1", MARKET), an_item("fr-1", FIRE)]
        act = await read_in(open_work, items, RegisterKind.ITEM_LIST)

        async with open_work(office()) as work:
            [first, _] = await registers.preview_import(work, act)
        assert (figures(act), first.key) == (Comparison(added=2), "mr-1")

    async def test_staleness_tells_age_and_gaps(self, open_work: OpenWork) -> None:
        await brought_in(open_work, [an_object(1, phone=""), an_object(2, phone="1")])
        async with open_work(office()) as work:
            await work.objects.save(an_object(3, phone=""))

        async with open_work(office()) as work:
            found = {each.kind: each for each in await registers.staleness(work, 12)}
        objects = found[OBJECTS]
        assert (objects.number_of_rows, objects.number_unchanged, objects.age_days) == (3, 1, 0)
        assert (objects.number_blank["phone"], objects.number_blank["name"]) == (2, 0)
        assert found[RegisterKind.EXPERTS].last_act is None

    async def test_the_same_file_again_renews_the_register_and_leaves_its_rows_unchanged(
        self, open_work: OpenWork
    ) -> None:
        act = await brought_in(open_work, [an_object(1), an_object(2)])
        async with open_work(office()) as work:
            long_ago = work.now().replace(year=work.now().year - 1)
            await work.imports.save(replace(act, applied_at=long_ago))
            untouched = {each.kind: each for each in await registers.staleness(work, 12)}[OBJECTS]
            recent = replace(act, applied_at=long_ago + timedelta(days=1))
            await work.imports.save(recent)
            a_day_less = {each.kind: each for each in await registers.staleness(work, 12)}[OBJECTS]
            await work.imports.save(replace(act, applied_at=long_ago))

        again = await brought_in(open_work, [an_object(1), an_object(2)])

        async with open_work(office()) as work:
            renewed = {each.kind: each for each in await registers.staleness(work, 12)}[OBJECTS]
        assert untouched.is_stale
        assert not a_day_less.is_stale  # 364 days are more than twelve times thirty
        assert figures(again) == Comparison(unchanged=2)
        assert (renewed.is_stale, renewed.age_days, renewed.number_unchanged) == (False, 0, 2)


def a_problem(import_id: str, number: int, **changes: Any) -> ImportProblem:
    problem = ImportProblem(
        import_id=import_id,
        number=number,
        row=3,
        column="统一社会信用代码",
        value="91",
        rule=Rule.USCC_LENGTH,
        expected="18",
        severity=Severity.REFUSED,
        facts={"length": 2, "expected": 18},
    )
    return replace(problem, **changes)
