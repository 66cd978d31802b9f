"""A province's joint platform: every stage in one place, from both official lists to the plan.

Registers and plan (2.13): the lists go in as they were published, a person links what only looks
alike, three levels of organs work side by side, messages of departments and files of the office
fill the same registers, and how full, fresh and changed these are is counted, never reported.
"""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from contracts.register_rows import Directory
from contracts.registers import chunks_of
from coordinator.adapters.imports.tables import load_import_tables
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.registers.acts import Channel, RegisterKind
from coordinator.domain.registers.organisation import DrawLevel
from coordinator.services import annual_plan, registers
from coordinator.services.policies import policy_of
from coordinator.services.registers.people import save_inspector
from tests.play import PLAN
from tests.scenarios.lists import drawn_of, forget, logged_in, look_at
from tests.scenarios.localities import Locality, go_on, told
from tests.scenarios.province import (
    CITY_HOTELS,
    HOTEL_FIRE_ROW,
    INSPECTOR_FIELDS,
    ITEMS,
    JOINT,
    LONGHUA_CLUBS,
    LONGHUA_HOTELS,
    PROFILE,
    XIUYING,
    XIUYING_HOTELS,
    XIUYING_SCHOOLS,
    linked_rows,
    objects,
    officers,
    official,
    planted,
    row_of_message,
    year_of,
)
from tests.snapshots import Snapshot


@pytest.fixture
async def empty(province_opened: Snapshot, tmp_path: Path) -> AsyncIterator[Locality]:
    province = go_on(province_opened, tmp_path, PROFILE)
    yield province
    await province.play.close()


@pytest.fixture
async def province(province_listed: Snapshot, tmp_path: Path) -> AsyncIterator[Locality]:
    province = go_on(province_listed, tmp_path, PROFILE)
    yield province
    await province.play.close()


async def test_a_look_at_both_lists_counts_everything_and_changes_nothing(empty: Locality) -> None:
    items = await look_at(empty, RegisterKind.ITEM_LIST, official(ITEMS))
    joint = await look_at(empty, RegisterKind.JOINT_LIST, official(JOINT))
    await forget(empty, items)
    await forget(empty, joint)

    assert (items.act.number_of_rows, items.act.number_refused) == (387, 0)
    assert items.act.number_added == 293
    assert (joint.act.number_of_rows, joint.act.number_refused) == (83, 0)
    assert joint.act.number_added == 83
    async with empty.work() as work:
        assert await work.items.count() == await work.joint_list.count() == 0
        assert await registers.published_lists(work) == []
        kinds = {act.kind.value for act in await work.imports.where()}
        assert kinds == {"regions", "objects", "inspectors"}
        assert not await work.stage.left_over()


async def test_both_lists_import_with_no_hand_edit_and_26_rows_find_their_items(
    empty: Locality,
) -> None:
    taken = await empty.bring(RegisterKind.ITEM_LIST, official(ITEMS))
    joint = await look_at(empty, RegisterKind.JOINT_LIST, official(JOINT))
    async with empty.work() as work:
        await registers.apply_import(work, joint.act.import_id)

    assert joint.figures["states"] == {"linked": 26, "near": 14, "unlinked": 43}
    assert joint.figures["domains_imported"] == 36
    async with empty.work() as work:
        [version] = await registers.published_lists(work)
        rows = await work.joint_list.where()
    assert (taken.number_added, version.number, version.number_of_items) == (293, 1, 293)
    assert Counter(bool(row.linked_items) for row in rows) == {True: 26, False: 57}
    again = await look_at(empty, RegisterKind.ITEM_LIST, official(ITEMS))
    assert (again.act.number_added, again.act.number_unchanged) == (0, 293)


async def test_a_person_links_what_only_looks_alike_and_the_link_outlives_an_import(
    province: Locality,
) -> None:
    matching = load_import_tables().matching_policy()
    async with province.work() as work:
        hotels = await work.joint_list.get(HOTEL_FIRE_ROW)
        [mine] = hotels.linked_items
        await registers.unlink_row(work, HOTEL_FIRE_ROW, mine)
        alone = await work.joint_list.get(HOTEL_FIRE_ROW)
        hints = await registers.suggested_items(work, alone, matching)
        await registers.link_row(work, HOTEL_FIRE_ROW, hints[0].item_code)

    await province.bring(RegisterKind.JOINT_LIST, official(JOINT))

    linked = (await linked_rows(province)).items
    assert alone.linked_items == ()  # without link the row can't be planned
    assert hints[0].item_code == mine
    assert linked[HOTEL_FIRE_ROW] == (mine,)
    assert sum(bool(codes) for codes in linked.values()) == 26 + 2


async def test_the_plan_draws_at_three_levels_and_sends_one_comprehensive_team(
    province: Locality,
) -> None:
    await province.adopt(PLAN, "琼联席〔2026〕1号")

    lines = await province.lines(PLAN)
    async with province.work() as work:
        plan = await work.plans.get(PLAN)
        policy = await policy_of(work, plan)
        forecast = await annual_plan.forecast(work, PLAN)
        burden = await annual_plan.burden(work, PLAN)
    drawn = {
        code: (line.draw_level, *await drawn_of(province, line)) for code, line in lines.items()
    }
    assert (plan.state, policy.burden.visits_per_level) == (PlanState.ADOPTED, 2)
    # D 10 %, C 10 %, B 2 %, A 1 %, each rounded up: 2 + 4 + 2 + 1 of 200, 1 + 2 + 1 + 1 of 100
    assert drawn == {
        CITY_HOTELS: (DrawLevel.CITY_CITY, 200, 9),
        XIUYING_HOTELS: (DrawLevel.CITY_COUNTY, 100, 5),
        LONGHUA_HOTELS: (DrawLevel.COUNTY_COUNTY, 100, 5),
        XIUYING_SCHOOLS: (DrawLevel.CITY_COUNTY, 20, 1),
        LONGHUA_CLUBS: (DrawLevel.COUNTY_COUNTY, 40, 4),
    }
    assert plan.figures is not None
    assert (plan.figures.number_of_lines, plan.figures.joint_lines) == (5, 4)
    assert (plan.figures.visits, plan.figures.joint_visits) == (24, 20)
    team = lines[CITY_HOTELS]
    assert team.quotas == {"he-hk": 2, "ps-hk": 2, "fr-hk": 2}
    assert (team.report_days, team.feedback_days) == (1, 1)  # who checks gives feedback
    seats, minutes = year_of(forecast)
    assert (seats["he-hk"], seats["ps-hk"], seats["fr-hk"]) == (18, 18, 18)
    assert (seats["he-xy"], seats["he-lh"]) == (12, 18)
    assert minutes["he-hk"] == 9 * 60 * 2  # two items of health at each of nine hotels
    assert burden.places_over == 0


@pytest.mark.parametrize(
    ("line", "place", "number"), [(CITY_HOTELS, "hk", 9), (XIUYING_HOTELS, "xy", 5)]
)
async def test_what_is_drawn_goes_to_the_organs_of_that_level_as_one_team_a_visit(
    province: Locality, line: str, place: str, number: int
) -> None:
    await province.adopt(PLAN, "琼联席〔2026〕1号")
    province.on(date(2026, 4, 20))

    drawn = await province.play.drawn_round("R1", line)

    organs = (f"fr-{place}", f"he-{place}", f"ps-{place}")
    async with province.work() as work:
        visits = await work.visits.where(round_id=drawn.round_id)
        team = await work.team.where(round_id=drawn.round_id)
        checks = await work.checks.where(round_id=drawn.round_id)
    assert {visit.departments for visit in visits} == {organs}
    assert {visit.lead_department for visit in visits} == {f"he-{place}"}
    assert len(visits) == number
    assert Counter(member.department for member in team) == dict.fromkeys(organs, 2 * number)
    assert {check.department for check in checks} == set(organs)


async def test_each_planted_breach_of_level_region_class_and_joint_rate_is_named(
    province: Locality,
) -> None:
    lines = await province.lines(PLAN)
    city, county = lines[CITY_HOTELS], lines[LONGHUA_HOTELS]
    async with province.work() as work:
        [pesticides] = await work.items.where(name="农药监督检查")

    found = {
        rule: told(await province.refusal(PLAN, line), rule)
        for rule, line in planted(lines, pesticides.code).items()
    }

    [joint] = found[Rule.JOINT_RATE_TOO_LOW]
    assert (joint["joint"], joint["lines"]) == (3, 5)
    assert (joint["found"], joint["wanted"]) == ("60 %", "80 %")
    assert joint["remedy"] == {"action": "make-joint", "add": 1}
    levels = found[Rule.ORGAN_LEVEL_DOES_NOT_FIT]
    assert {each["department"] for each in levels} == set(city.departments)
    assert {(each["level"], each["needed_level"]) for each in levels} == {("city", "county")}
    regions = found[Rule.ORGAN_OUTSIDE_REGION]
    assert {(each["department"], each["region"]) for each in regions} == {
        (code, XIUYING) for code in county.departments
    }
    [ratio] = found[Rule.CLASS_RATIO_TOO_LOW]
    assert (ratio["stratum"], ratio["found"], ratio["wanted"]) == ("D", "5 %", "10 %")
    [item] = found[Rule.ITEM_OF_OTHER_DEPARTMENT]
    assert (item["item"], item["department"]) == (pesticides.code, "agriculture")


async def test_a_superior_sees_its_lower_organs_people_and_never_edits_them(
    province: Locality,
) -> None:
    async with province.visitor() as visitor:
        await logged_in(province, visitor, "he-hn")
        seen = (await visitor.get("/v1/inspectors")).json()["values"]
        [first, *_] = (await visitor.get("/v1/inspectors?department=he-xy")).json()["values"]
        page = f"/v1/inspectors/{first['inspector_id']}"
        history = await visitor.get(f"{page}/history")
        absence = {"from_date": "2026-05-06", "to_date": "2026-05-08", "reason": "借用"}
        edited = await visitor.post(f"{page}/absences", json=absence)
        others = await visitor.get("/v1/inspectors?department=ps-xy")
    async with province.visitor() as visitor:
        await logged_in(province, visitor, "he-xy")
        above = await visitor.get("/v1/inspectors?department=he-hk")
        own = await visitor.post(f"{page}/absences", json=absence)

    assert Counter(each["department"] for each in seen) == dict.fromkeys(
        ("he-hn", "he-hk", "he-xy", "he-lh"), 4
    )
    assert history.status_code == 200
    assert (edited.status_code, others.status_code, above.status_code) == (403, 403, 403)
    assert edited.json()["type"].endswith(Rule.NOT_YOUR_DEPARTMENT.value)
    assert own.status_code == 200


async def test_departments_send_their_people_as_messages_into_the_same_register(
    province: Locality,
) -> None:
    async with province.work() as work:
        [one, *_] = await work.inspectors.where(department="ps-xy")
    row = row_of_message(one, post="主任科员")

    for sender in ("ps-xy", "ps-hk"):  # the superior sends the same officer, and is refused
        [chunk] = chunks_of(f"{sender}-1", Directory.INSPECTORS, INSPECTOR_FIELDS, [row])
        await province.play.receive(sender, chunk)

    async with province.work() as work:
        acts = await work.imports.where(channel=Channel.MESSAGE)
        versions = await registers.history_of(work, RegisterKind.INSPECTORS, one.inspector_id)
    counts = {act.department: (act.number_changed, act.number_refused) for act in acts}
    assert counts == {"ps-xy": (1, 0), "ps-hk": (0, 1)}
    assert [version.value["post"] for version in versions] == ["科员", "主任科员"]


async def test_the_registers_are_counted_by_themselves_acts_age_and_gaps(
    province: Locality,
) -> None:
    async with province.work() as work:
        acts = Counter(act.kind.value for act in await work.imports.where())
        fresh = {each.kind: each for each in await registers.staleness(work, 12)}
    province.on(date(2027, 2, 1))
    async with province.work() as work:
        people = await work.inspectors.get("p-000")
        renewed = people.model_copy(update={"post": "科长"})
        await save_inspector(work, renewed, Channel.FORM, "晋升")
        later = {each.kind: each for each in await registers.staleness(work, 12)}
    page = (await province.get("/v1/registers")).status_code

    brought = ("regions", "objects", "inspectors", "item-list", "joint-list")
    assert acts == dict.fromkeys(brought, 1)
    counted = fresh[RegisterKind.OBJECTS], fresh[RegisterKind.INSPECTORS]
    assert [each.number_of_rows for each in counted] == [len(objects()), len(officers())]
    assert [(each.age_days, each.number_unchanged) for each in counted] == [(0, 0), (0, 0)]
    assert counted[0].number_blank is not None
    assert counted[0].number_blank["phone"] == len(objects())
    assert later[RegisterKind.OBJECTS].number_unchanged == len(objects())
    assert later[RegisterKind.OBJECTS].age_days == 392
    assert later[RegisterKind.INSPECTORS].number_unchanged == len(officers()) - 1
    assert page == 401  # counted for those inside, not for the public
