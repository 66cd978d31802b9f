"""本溪 2016, environmental protection: the fourth team checks eight drawn units in two days (2.13).

Five of the eight belong to one group. Six have no approved assessment or acceptance, two pass; a
damaged device, waste mislabelled, waste stored too long, an eliminated process: all is rectified
and looked at again. Three units have online monitoring, one of them of dust only; the team checks
the other five by its senses.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.draw_tables import UNITS
from contracts.results import Finding
from coordinator.domain.annual_plan import Conditions, PlanLine
from coordinator.domain.dispatch import Visit
from coordinator.domain.due_checks import DueCheck
from coordinator.domain.lifecycle import DueState, RectificationState
from coordinator.domain.own_visits import Outcome
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.organisation import Level
from coordinator.domain.result_intake import Result
from coordinator.services import annual_plan, handlers, leads, registers
from coordinator.services.leads import OwnVisitOrder
from tests.builders import a_finding, a_problem
from tests.play import PLAN, approver, clerk
from tests.scenarios.lists import Seat, bring_regions, organ_at, task
from tests.scenarios.localities import Locality, firm, found, officer
from tests.scenarios.loop import accept_all, approve_all, report_all
from tests.scenarios.rounds import draw_alone, rows_of, teams_of, verdict

PROFILE, BUREAU, ROUND = "benxi-2016", "ecology-environment", "BX-1"
DISTRICTS = {"210502": "平山区", "210503": "溪湖区", "210504": "明山区", "210505": "南芬区"}
FOURTH = "210505"
GROUP = "某钢铁集团"
MONDAY, TUESDAY = date(2016, 3, 28), date(2016, 3, 29)
REPORTED, LOOKED_AGAIN = date(2016, 4, 18), date(2016, 4, 22)
LAW = "《中华人民共和国环境保护法》第二十四条"
ASSESSMENT, DEVICE, WASTE, PROCESS, EMISSION = (f"bx-{n}" for n in range(1, 6))
SENSES, ONLINE = "现场", "网络监测"
WITHOUT_ASSESSMENT, MONITORED, DUST_ONLY = range(6), range(5, 8), 5
PROBLEMS = {
    (DEVICE, 0): "除尘设施损坏，未正常运行",
    (WASTE, 1): "危险废物识别标志有误",
    (WASTE, 2): "危险废物贮存超过一年",
    (PROCESS, 3): "仍在使用国家明令淘汰的工艺",
} | {(ASSESSMENT, n): "未办理环评审批或竣工验收手续" for n in WITHOUT_ASSESSMENT}


def items() -> list[list[str]]:
    names = {
        ASSESSMENT: "环境影响评价审批与竣工验收的检查",
        DEVICE: "污染防治设施运行的检查",
        WASTE: "危险废物管理的检查",
        PROCESS: "淘汰落后工艺设备的检查",
        EMISSION: "污染物达标排放的检查",
    }
    unit, kind = "本溪市环境保护局", "重点检查事项"
    return [
        [unit, "", "环境监察", name, "企业", kind, "现场检查、网络监测", f"市级{unit}", LAW, code]
        for code, name in names.items()
    ]


def objects() -> list[dict[str, str]]:
    """Give sixteen units in each district; nine of those in the fourth belong to one group."""
    return [
        firm(
            number,
            region,
            "pollution-source",
            隶属关系=GROUP if region == FOURTH and number % 16 < 9 else "地方",
        )
        for place, region in enumerate(DISTRICTS)
        for number in range(16 * place, 16 * place + 16)
    ]


def officers() -> list[dict[str, str]]:
    since = {"证件有效期自": "2014-01-01", "证件有效期至": "2018-12-31"}
    return [
        officer(n, "本溪市环境保护局", "监察支队", 可带队="是" if n < 6 else "否", **since)
        for n in range(12)
    ]


def plan_lines() -> list[PlanLine]:
    """Give eight units of each district, of the fourth five of the group and three others."""

    def line(code: str, number: int, region: str, *affiliations: str) -> PlanLine:
        whom = Conditions(regions=(region,), affiliations=affiliations)
        asked: dict[str, Any] = {"conditions": whom, "strata": {}, "number": number}
        days: dict[str, Any] = {"window_from": MONDAY, "window_to": TUESDAY}
        codes = [ASSESSMENT, DEVICE, WASTE, PROCESS, EMISSION]
        return task(code, "污染源随机抽查", BUREAU, codes, **asked, **days)

    first, second, third, fourth = DISTRICTS
    return [
        line("BX-01", 8, first),
        line("BX-02", 8, second),
        line("BX-03", 8, third),
        line("BX-04", 5, fourth, GROUP),
        line("BX-05", 3, fourth, "地方"),
    ]


async def begin_benxi(folder: Path) -> Locality:
    """Take in the registers of March 2016; the plan is adopted by a second person."""
    city = await found(folder, PROFILE, date(2016, 3, 1))
    county = [(code, name, "县", "210500") for code, name in DISTRICTS.items()]
    await bring_regions(city, ("210500", "本溪市", "市", "210000"), *county)
    seat = Seat("210500", Level.CITY)
    async with city.work() as work:
        await registers.register_departments(work, [organ_at(BUREAU, "本溪市环境保护局", seat)])
    await city.bring_items(items(), "本溪市环境监察随机抽查事项清单")
    await city.bring_rows(RegisterKind.OBJECTS, objects())
    await city.bring_rows(RegisterKind.INSPECTORS, officers())
    draft = annual_plan.PlanDraft(
        plan_id=PLAN,
        year=2016,
        title="本溪市2016年污染源随机抽查计划",
        policy=PROFILE,
        lines=tuple(plan_lines()),
        overrides={"plan.joint_lines_min": "0"},  # the joint list came years later
    )
    async with city.work() as work:
        await annual_plan.draft_plan(work, draft)
    await city.adopt(PLAN, "本环发〔2016〕8号")
    return city


@dataclass(frozen=True)
class Story:
    """What the two days left behind: the fourth team's visits by object, and its results."""

    city: Locality
    visits: dict[str, Visit]
    results: list[Result]

    @property
    def units(self) -> list[str]:
        """The eight units, in the order of their codes."""
        return sorted(self.visits)

    def found(self, item: str) -> list[tuple[int, str]]:
        """Give the problems of an item as (number of the unit, words)."""
        return [
            (self.units.index(each.object_id), each.problem or "")
            for each in sorted(self.results, key=lambda each: each.object_id)
            if each.item == item and each.has_problem
        ]


@pytest.fixture(scope="module")
async def story(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    city = await begin_benxi(tmp_path_factory.mktemp("benxi"))
    await draw_alone(city, ROUND, *(f"BX-0{n}" for n in range(1, 6)))
    await city.play.publish(ROUND)
    city.on(TUESDAY)
    async with city.reading() as work:
        checks = await work.checks.where(round_id=ROUND)
        visits = {v.visit_id: v for v in await work.visits.where(round_id=ROUND)}
    mine = {c.object_id: visits[c.visit_id] for c in checks if visits[c.visit_id].region == FOURTH}
    await _inspect(city, mine)
    async with city.reading() as work:
        results = await work.results.where(visit_id={v.visit_id for v in mine.values()})
    yield Story(city, mine, list(results))
    await city.play.close()


async def _inspect(city: Locality, visits: dict[str, Visit]) -> None:
    """Let the fourth team report on Tuesday what it met at each of its units."""
    mine, units = {visit.visit_id for visit in visits.values()}, sorted(visits)
    tasks = [part for part in await accept_all(city, ROUND) if part.visit_id in mine]
    for day, part in ((MONDAY, tasks[:4]), (TUESDAY, tasks[4:])):
        await report_all(city, part, day, lambda finding: _met(finding, units))
    await approve_all(city, tasks)


def _met(finding: Finding, units: list[str]) -> Finding:
    if finding.object_id not in units:
        return finding
    number = units.index(finding.object_id)
    problem = PROBLEMS.get((finding.item, number))
    if problem:
        handled = {"problem": problem, "legal_basis": LAW, "follow_up": ("rectify",)}
        return a_problem(finding.item, finding.object_id, method=SENSES, **handled)
    watched = finding.item == EMISSION and number in MONITORED
    words = {DUST_ONLY: "在线监测仅有烟粉尘一项"}.get(number, "在线监测达标") if watched else None
    method = ONLINE if watched else SENSES
    return a_finding(finding.item, finding.object_id, method=method, problem=words)


async def test_a_team_takes_the_eight_units_of_its_district_on_monday_and_tuesday(
    story: Story,
) -> None:
    teams = await teams_of(story.city, ROUND)
    units = await rows_of(story.city, ROUND, UNITS)

    days = {each.visit_id: each.visited_date for each in story.results}
    assert (MONDAY.isoweekday(), TUESDAY.isoweekday()) == (1, 2)
    assert Counter(days.values()) == {MONDAY: 4, TUESDAY: 4}
    assert {(v.date_from, v.date_to) for v in story.visits.values()} == {(MONDAY, TUESDAY)}
    assert len(teams) == 4 * 8
    assert len(units) == 4  # one team for each district, drawn once for its eight visits
    assert {len(row.objects) for row in units} == {8}
    fourth = {
        tuple(sorted(seat.person_id for seat in teams[visit.visit_id]))
        for visit in story.visits.values()
    }
    assert len(story.visits) == 8
    assert len(fourth) == 1
    assert len(fourth.pop()) == 2
    everybody = Counter(seat.person_id for team in teams.values() for seat in team)
    assert set(everybody.values()) == {8}  # nobody sits in two teams


async def test_five_of_the_eight_belong_to_one_group(story: Story) -> None:
    async with story.city.reading() as work:
        things = await work.objects.where(object_id=set(story.units))

    assert Counter(each.affiliation for each in things) == {GROUP: 5, "地方": 3}


async def test_six_units_have_no_assessment_or_acceptance_and_two_pass(story: Story) -> None:
    without = story.found(ASSESSMENT)

    assert [number for number, _words in without] == list(WITHOUT_ASSESSMENT)
    bad = {each.object_id for each in story.results if each.has_problem}
    assert (len(without), len(set(story.units) - bad)) == (6, 2)


async def test_device_waste_and_process_are_problems_in_their_own_words(story: Story) -> None:
    assert story.found(DEVICE) == [(0, "除尘设施损坏，未正常运行")]
    assert story.found(WASTE) == [(1, "危险废物识别标志有误"), (2, "危险废物贮存超过一年")]
    assert story.found(PROCESS) == [(3, "仍在使用国家明令淘汰的工艺")]
    assert story.found(EMISSION) == []


async def test_three_units_are_watched_online_one_of_them_for_dust_only_five_by_senses(
    story: Story,
) -> None:
    emissions = [each for each in story.results if each.item == EMISSION]

    assert Counter(each.method for each in emissions) == {ONLINE: 3, SENSES: 5}
    said = [each.problem for each in emissions if each.method == ONLINE]
    assert Counter(said) == {"在线监测仅有烟粉尘一项": 1, "在线监测达标": 2}


async def test_what_was_found_is_ordered_put_right_and_looked_at_again_on_site(
    story: Story,
) -> None:
    """Ten problems at six units: each unit is visited once more, for all of its own."""
    city, bad = story.city, [each for each in story.results if each.has_problem]
    async with city.work(clerk(BUREAU)) as work:
        orders = [await handlers.order_rectification(work, each.result_id, LAW) for each in bad]
    city.on(REPORTED)
    async with city.work(clerk(BUREAU)) as work:
        for order in orders:
            await handlers.report_rectification(work, order.rectification_id, "整改照片三张")
    rechecks = await _look_again(city)
    async with city.work(approver(BUREAU)) as work:
        for order in orders:
            await handlers.close_rectification(work, order.rectification_id, "复查合格")

    async with city.reading() as work:
        closed = await work.rectifications.where(round_id=ROUND)
        visits = await work.own_visits.where()

    assert len(closed) == len(rechecks) == len(PROBLEMS) == 10
    assert {each.due_date for each in closed} == {date(2016, 4, 28)}  # thirty days
    assert {each.state for each in closed} == {RectificationState.CLOSED}
    assert {each.state for each in rechecks} == {DueState.DONE}
    assert len(visits) == len({each.place for each in visits}) == 6
    assert {(each.day, len(each.officers)) for each in visits} == {(LOOKED_AGAIN, 2)}


async def _look_again(city: Locality) -> list[DueCheck]:
    """Send two officers to each unit that reported its remedies; they find nothing any more."""
    pair = OwnVisitOrder(day=LOOKED_AGAIN, officers=("p-000", "p-006"), frequency_reason="整改复查")
    async with city.work(clerk(BUREAU)) as work:
        waiting = await work.due_checks.where()
        for first in {due.place: due for due in waiting}.values():
            await leads.give_own_visit(work, first.due_id, pair)
    city.on(LOOKED_AGAIN)
    clean = Outcome(result_codes=("1",), follow_up=("none",), note="已整改")
    async with city.work(clerk(BUREAU)) as work:
        for due in waiting:
            await handlers.finish_own_visit(work, due.due_id, clean)
        return list(await work.due_checks.where())


async def test_the_record_of_the_round_verifies(story: Story, tmp_path: Path) -> None:
    assert (await verdict(story.city, ROUND, tmp_path)).startswith("0 ok")
