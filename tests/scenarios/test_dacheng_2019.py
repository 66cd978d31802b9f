"""大城 2019, emergency management: the registers and the annual plan, figure by figure (2.13).

What is drawn, how often whom, in which seasons, who leads, and what waits for the end of a covert
round: the plan of 2026 is a copy of that of 2025, under the profile of the same name.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineWorkbook

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import Breach, LeaderRule, ListPublicity, Selection
from coordinator.domain.errors import Rule
from coordinator.services import annual_plan, duties, registers
from coordinator.services.policies import policy_of
from tests.play import PLAN
from tests.scenarios import dacheng
from tests.scenarios.lists import drawn_of, words_of
from tests.scenarios.localities import Locality, go_on, object_id, told
from tests.snapshots import Snapshot


async def test_the_registers_came_in_as_files_with_valid_codes(dacheng_adopted: Locality) -> None:
    async with dacheng_adopted.reading() as work:
        acts = await work.imports.where()
        events = await work.objects.get(object_id(61, dacheng.REGION))

    assert Counter(act.kind.value for act in acts) == {
        "regions": 1,
        "item-list": 1,
        "objects": 2,
        "inspectors": 1,
        "experts": 1,
    }
    assert all((act.number_refused, act.number_doubted) == (0, 0) for act in acts)
    assert [each.date.year for each in events.events] == [2025]


async def test_directed_and_undirected_lines_for_chemicals_and_fireworks(
    dacheng_adopted: Locality,
) -> None:
    lines = await dacheng_adopted.lines(PLAN)

    assert {code for code, line in lines.items() if not line.directed} == {dacheng.OPEN_LINE}
    assert lines[dacheng.OPEN_LINE].selection is Selection.RANDOM
    aims = {code: line.conditions.tags for code, line in lines.items() if line.directed}
    assert aims[dacheng.CHEMICAL_LINE] == aims[dacheng.COVERT_LINE] == ("hazardous-chemicals",)
    assert aims[dacheng.FIREWORK_LINE] == ("fireworks",)


async def test_random_visits_are_more_than_three_in_ten_and_more_than_last_year(
    dacheng_adopted: Locality,
) -> None:
    async with dacheng_adopted.reading() as work:
        figures = [(await work.plans.get(plan)).figures for plan in (dacheng.LAST_YEAR, PLAN)]

    # 20 chemicals, 10 fireworks, 6 covert, 10 workshops; beside them 6 key units and, twice, the
    # firms with records (12, then 7) and the two on the blacklist.
    assert [(each.random_visits, each.visits) for each in figures if each] == [(46, 80), (46, 70)]
    shares = [each.random_share for each in figures if each]
    assert shares[1] > shares[0] > Fraction(3, 10)


async def test_the_firms_with_bad_records_are_found_in_both_half_years(
    dacheng_kept: Snapshot, tmp_path: Path
) -> None:
    county = go_on(dacheng_kept, tmp_path, dacheng.PROFILE)
    line = (await county.lines(PLAN))[dacheng.RECORD_LINE]

    met = []
    for window in line.windows:
        county.on(window.from_date)
        met.append(await drawn_of(county, line))
    await county.play.close()

    # Their records are of June 2025; twelve months would miss the autumn, and are refused.
    assert line.conditions.event_months == 24
    assert met == [(7, 7), (7, 7)]


async def test_the_leader_leads_by_duty_with_one_of_the_own_group_and_experts(
    dacheng_adopted: Locality,
) -> None:
    async with dacheng_adopted.reading() as work:
        team = (await policy_of(work, await work.plans.get(PLAN))).team
        leaders = await work.inspectors.where(leader=True, department=dacheng.EMERGENCY)
        group = await work.inspectors.where(group="危化股", department=dacheng.EMERGENCY)
        experts = await work.experts.count(field="chemicals")
    lines = await dacheng_adopted.lines(PLAN)

    assert {line.leader_rule for line in lines.values()} == {LeaderRule.BY_DUTY}
    assert (team.leader_rule, team.leader_post, team.own_group_members) == (
        "by-duty",
        "分管领导",
        1,
    )
    assert {each.post for each in leaders} == {team.leader_post}
    assert len(group) > team.own_group_members
    with_experts = {code for code, line in lines.items() if line.expert_fields == ("chemicals",)}
    assert with_experts == {dacheng.CHEMICAL_LINE, dacheng.COVERT_LINE}
    assert (team.experts_min, team.experts_max) == (1, 2)
    assert experts == 4


async def test_the_covert_line_stays_off_the_public_page_and_annex_2(
    dacheng_adopted: Locality,
) -> None:
    line = (await dacheng_adopted.lines(PLAN))[dacheng.COVERT_LINE]

    page = await dacheng_adopted.get(f"/plans/{PLAN}")
    xlsx = await dacheng_adopted.get(f"/plans/{PLAN}/annex-2.xlsx")
    pdf = await dacheng_adopted.get(f"/plans/{PLAN}/annex-2.pdf")

    assert (line.mode, line.publicity) == (Mode.COVERT, ListPublicity.AFTER_ROUND)
    assert line.name == dacheng.COVERT_NAME == "国庆前危险化学品暗查"
    for public in (page.text, _cells(xlsx.content), words_of(pdf.content)):
        said = {code for code in await dacheng_adopted.lines(PLAN) if code in public}
        assert said == set(await dacheng_adopted.lines(PLAN)) - {dacheng.COVERT_LINE}
        assert dacheng.COVERT_NAME[:3] not in public


async def test_the_public_sum_of_visits_is_that_of_the_lines_shown(
    dacheng_adopted: Locality,
) -> None:
    async with dacheng_adopted.reading() as work:
        figures = (await work.plans.get(PLAN)).figures

    page = (await dacheng_adopted.get(f"/plans/{PLAN}")).text

    # Six of the 70 visits are covert, and drawn: nobody can subtract them from what is shown.
    assert figures is not None
    assert figures.visits_by_line[dacheng.COVERT_LINE] == 6
    assert "<b>6</b>" in page  # lines
    assert "<b>64</b>" in page
    assert "62.5\u00a0% = 随机 40 ÷ 全部 64" in page
    assert "<b>70</b>" not in page


async def test_at_year_end_the_firms_nobody_went_to_are_told_by_group_and_half(
    dacheng_kept: Snapshot, tmp_path: Path
) -> None:
    county = go_on(dacheng_kept, tmp_path, dacheng.PROFILE)
    await county.adopt(PLAN, dacheng.NUMBER)
    county.on(date(2026, 3, 10))
    await county.play.drawn_round("R1", dacheng.RECORD_LINE, dacheng.CHEMICAL_LINE)

    async with county.reading() as work:
        spring = await annual_plan.year_end_breaches(work, PLAN)
    county.on(date(2026, 12, 20))
    async with county.reading() as work:
        december = await annual_plan.year_end_breaches(work, PLAN)
        drawn = {check.object_id for check in await work.checks.where(round_id="R1")}
    await county.play.close()

    # In spring only the blacklist of the first half and the key units are open; the rest follows.
    assert _owed(spring) == {("blacklist", 1, 2)}
    events = {("complaint", 2, 3), ("accident", 2, 1), ("penalty", 2, 2), ("serious-record", 2, 1)}
    assert _owed(december) == {("blacklist", 1, 2), ("blacklist", 2, 2)} | events
    [keys] = [each for each in december if each.rule is Rule.KEY_UNITS_UNCOVERED]
    left = {object_id(number, dacheng.REGION) for number in dacheng.KEY_UNITS} - drawn
    assert (keys.facts["members"], keys.remedy["add"]) == (6, len(left))


def _owed(breaches: Iterable[Breach]) -> set[tuple[object, object, object]]:
    return {
        (each["event"], each["half"], each["members"] - each["found"])
        for each in told(breaches, Rule.EVENTS_UNCOVERED)
    }


def _cells(xlsx: bytes) -> str:
    sheet = CalamineWorkbook.from_filelike(BytesIO(xlsx)).get_sheet_by_index(0)
    return str(sheet.to_python())


async def test_objects_and_items_are_drawn_and_due_ten_calendar_days_after_the_visit(
    dacheng_kept: Snapshot, tmp_path: Path
) -> None:
    county = go_on(dacheng_kept, tmp_path, dacheng.PROFILE)
    await county.adopt(PLAN, dacheng.NUMBER)
    county.on(date(2025, 12, 29))

    await county.play.drawn_round("R1", dacheng.FIREWORK_LINE)
    await county.play.publish("R1")
    task = (await county.play.tasks("R1"))[0]
    await county.play.accept(task)
    visited = date(2026, 1, 30)  # ten days on it is a Monday; a Sunday would do as well
    county.on(visited)
    await county.play.receive(
        task.department, await county.play.findings(task, visited_date=visited)
    )

    async with county.reading() as work:
        checks = await work.checks.where(round_id="R1")
        done = await work.tasks.get(task.task_id)
    await county.play.close()
    shops = {object_id(number, dacheng.REGION) for number in dacheng.FIREWORKS}
    per_object = Counter(check.object_id for check in checks)
    assert len(per_object) == 10
    assert set(per_object) < shops
    assert set(per_object.values()) == {3}
    assert {check.item for check in checks} == {"em-fw-1", "em-fw-2", "em-fw-3", "mr-fw-1"}
    assert {check.department for check in checks} == {dacheng.EMERGENCY, dacheng.MARKET}
    assert done.disclosure_due == visited + timedelta(days=10)
    assert not done.disclosure_provisional


async def test_one_and_one_working_days_and_ten_calendar_days_are_the_profiles(
    dacheng_adopted: Locality,
) -> None:
    async with dacheng_adopted.reading() as work:
        policy = await policy_of(work, await work.plans.get(PLAN))

    assert policy.label == f"{dacheng.PROFILE}@2026-4"
    assert (policy.report.report_working_days, policy.report.feedback_working_days) == (1, 1)
    assert (policy.disclosure.days, policy.disclosure.unit) == (10, "calendar")
    assert policy.disclosure.counted_from == "visit"
    assert policy.registers.stale_months == 12


async def test_registers_untouched_for_twelve_months_show_as_a_breach(
    dacheng_kept: Snapshot, tmp_path: Path
) -> None:
    county = go_on(dacheng_kept, tmp_path, dacheng.PROFILE)

    county.on(date(2025, 11, 17))
    before = await _stale(county)
    county.on(date(2025, 12, 17))
    after = await _stale(county)
    async with county.work() as work:
        await duties.do_duty(work, "stale-registers")
        shown = await work.audit_entries.where(tag="registers:directory:stale")
    page = await county.get("/console/registers", as_office=True)
    await county.play.close()

    # The objects came again in December 2025; people and experts of December 2024 did not.
    assert before == set()
    assert after == {"inspectors", "experts"}
    assert {each.subject: each.facts["months"] for each in shown} == dict.fromkeys(after, 12)
    assert page.text.count("超过 12 个月未更新") == len(after)


async def _stale(county: Locality) -> set[str]:
    async with county.reading() as work:
        months = work.policy.registers.stale_months
        assert months is not None
        found = await registers.staleness(work, months)
    return {each.kind.value for each in found if each.is_stale}
