"""大城 2019, after a visit: report and feedback in 1 + 1 working days, a hazard to its end (2.13).

A fireworks shop is checked on the Friday before Spring Festival, whose Saturday is worked: its
store is far too full. Work stops, the hazard is put under listed supervision, and nothing is
resumed before two persons have consented. Ten calendar days after the visit the results are public.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date

import pytest

from contracts.results import Finding
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Hazard
from coordinator.domain.lifecycle import HazardState
from coordinator.domain.overdue import Light
from coordinator.domain.registers.conditions import Conditions
from coordinator.domain.review import FeedbackNote
from coordinator.services import follow_up, handlers, overdue, review
from coordinator.services.follow_up import HazardPlan, StopOrder
from coordinator.services.ports import Actor, Work
from tests.builders import a_problem
from tests.play import PLAN, approver, clerk
from tests.scenarios import dacheng
from tests.scenarios.experts import not_settled
from tests.scenarios.lists import number_with, words_of
from tests.scenarios.localities import Locality, go_on
from tests.scenarios.loop import approve_all, by_organ, disclose_all, report_all
from tests.snapshots import Snapshot

ROUND = "DC-L1"
DRAWN, VISITED, WORKED_SATURDAY = date(2025, 12, 29), date(2026, 2, 13), date(2026, 2, 14)
AFTER_FESTIVAL, TEN_DAYS_LATER = date(2026, 2, 24), date(2026, 2, 23)
REMOVED, RESUMED = date(2026, 3, 2), date(2026, 3, 4)
BUREAU = dacheng.EMERGENCY
FULL = "储存量为许可限量的三倍"
STOCK_COUNT, NOT_AGREED = "店主称含次日退货", "当场清点，店主不认可，已告知申辩权利"
CHIEF, DEPUTY = approver(BUREAU), approver(BUREAU, "deputy")


@dataclass(frozen=True)
class Story:
    """One visit of the winter's round, and the hazard that was found there."""

    county: Locality
    tasks: list[DepartmentTask]
    hazard: Hazard
    early: list[RuleBrokenError]


@pytest.fixture(scope="module")
async def story(
    dacheng_kept: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Story]:
    county = go_on(dacheng_kept, tmp_path_factory.mktemp("dacheng-loop"), dacheng.PROFILE)
    await county.adopt(PLAN, dacheng.NUMBER)
    county.on(DRAWN)
    await county.play.drawn_round(ROUND, dacheng.FIREWORK_LINE)
    await county.play.publish(ROUND)
    visit = await _a_joint_visit(county)
    await _check(county, visit)
    hazard, early = await _remove(county, visit)
    async with county.reading() as work:
        tasks = await work.tasks.where(visit_id=visit)
    yield Story(county, list(tasks), hazard, early)
    await county.play.close()


async def _a_joint_visit(county: Locality) -> str:
    async with county.reading() as work:
        visits = await work.visits.where(round_id=ROUND)
    first: str = min(each.visit_id for each in visits if len(each.departments) > 1)
    return first


async def _tasks_of(county: Locality, visit: str) -> list[DepartmentTask]:
    return [task for task in await county.play.tasks(ROUND) if task.visit_id == visit]


async def _check(county: Locality, visit: str) -> None:
    """Visit on Friday, report on Saturday, tell the shop after the festival, publish."""
    county.on(VISITED)
    for task in await _tasks_of(county, visit):
        await county.play.accept(task)

    def met(finding: Finding) -> Finding:
        if not finding.item.startswith("em-"):
            return finding
        bad = {"problem": FULL, "legal_basis": dacheng.FIREWORK_RULES, "follow_up": ("rectify",)}
        return a_problem(finding.item, finding.object_id, method=finding.method, **bad)

    county.on(WORKED_SATURDAY)
    noted = not_settled(BUREAU, STOCK_COUNT, NOT_AGREED)
    await report_all(county, await _tasks_of(county, visit), VISITED, met, noted)
    async with county.work(clerk(BUREAU)) as work:
        [bad, *_] = await work.results.where(visit_id=visit, department=BUREAU)
        await follow_up.register_hazard(work, bad.result_id, FULL)
    await approve_all(county, await _tasks_of(county, visit))
    county.on(TEN_DAYS_LATER)
    await disclose_all(county, await _tasks_of(county, visit))
    county.on(AFTER_FESTIVAL)

    async def tell(work: Work, task: DepartmentTask) -> None:
        [seat, *_] = await work.team.where(visit_id=visit, department=task.department)
        note = FeedbackNote(AFTER_FESTIVAL, seat.person_id, "已当面反馈并送达报告")
        await review.record_feedback(work, task.visit_id, task.department, note)

    await by_organ(county, await _tasks_of(county, visit), tell)


async def _remove(county: Locality, visit: str) -> tuple[Hazard, list[RuleBrokenError]]:
    """Stop, plan, list, remove, review, consent, close; gives what was tried too early."""
    async with county.reading() as work:
        [hazard] = await work.hazards.where(visit_id=visit)
    key = hazard.hazard_id
    early: list[RuleBrokenError] = []

    async def refused(actor: Actor, verb: Callable[..., Awaitable[object]], *said: str) -> None:
        with pytest.raises(RuleBrokenError) as found:
            async with county.work(actor) as work:
                await verb(work, key, *said)
        early.append(found.value)

    async with county.work(CHIEF) as work:
        await handlers.confirm_hazard(work, key, StopOrder(scope="停止烟花爆竹经营和储存"))
        await follow_up.list_hazard(work, key, "限期转移超量产品，每周报告一次")
    await refused(clerk(BUREAU), follow_up.report_removal, "已转移")
    async with county.work(clerk(BUREAU)) as work:
        await follow_up.plan_removal(work, key, HazardPlan(plan="分三批转运", person="店主"))
    county.on(REMOVED)
    async with county.work(clerk(BUREAU)) as work:
        await follow_up.report_removal(work, key, "转运单三份，库存照片")
    await refused(CHIEF, follow_up.close_hazard, "已整改")
    async with county.work(CHIEF) as work:
        await follow_up.review_removal(work, key, "现场复核，储存量在限量以内")
    await refused(CHIEF, follow_up.consent_to_resume)
    county.on(RESUMED)
    async with county.work(DEPUTY) as work:
        await follow_up.consent_to_resume(work, key)
    async with county.work(CHIEF) as work:
        return await follow_up.close_hazard(work, key, "恢复经营，解除督办"), early


async def test_the_report_is_due_one_working_day_after_the_visit_and_feedback_one_after_it(
    story: Story,
) -> None:
    """The Saturday is worked for the festival, which lasts until Monday, 23 February."""
    assert (VISITED.isoweekday(), WORKED_SATURDAY.isoweekday()) == (5, 6)
    for task in story.tasks:
        assert (task.report_due, task.feedback_due) == (WORKED_SATURDAY, AFTER_FESTIVAL)
        assert not task.feedback_provisional
        assert task.submitted_at is not None
        assert task.submitted_at.date() == WORKED_SATURDAY
        assert task.feedback_at is not None
        assert task.feedback_at.date() == AFTER_FESTIVAL


async def test_a_dispute_that_nobody_settled_stands_beside_the_problem(story: Story) -> None:
    """The shop keeper counts otherwise; whoever reviews or hears the case reads so."""
    [task] = [each for each in story.tasks if each.department == BUREAU]
    place = f"/console/visits/{task.visit_id}/departments/{BUREAU}"

    page = (await story.county.get(f"{place}/report", as_office=True)).text
    paper = await story.county.get(f"{place}/problem-summary.pdf", as_office=True)

    assert "有争议，未达成一致" in page
    assert STOCK_COUNT in page
    assert NOT_AGREED in words_of(paper.content)


async def test_every_organ_of_the_visit_gives_its_own_feedback(story: Story) -> None:
    assert {task.department for task in story.tasks} == {BUREAU, dacheng.MARKET}
    async with story.county.reading() as work:
        seats = await work.team.where(visit_id={task.visit_id for task in story.tasks})
    told = {(task.department, task.feedback_by) for task in story.tasks}
    assert told <= {(seat.department, seat.person_id) for seat in seats}


async def test_results_are_public_ten_calendar_days_after_the_visit(story: Story) -> None:
    """They run through the festival, of which working days would leave out nine."""
    async with story.county.reading() as work:
        shown = await work.disclosures.where(round_id=ROUND)

    assert {task.disclosure_due for task in story.tasks} == {TEN_DAYS_LATER}
    assert (TEN_DAYS_LATER - VISITED).days == 10
    assert {each.disclosed_at.date() for each in shown} == {TEN_DAYS_LATER}
    assert len(shown) == 3  # as many items as were drawn for the shop


async def test_a_major_hazard_is_stopped_and_listed_for_supervision_with_papers_of_their_own(
    story: Story,
) -> None:
    hazard = story.hazard

    papers = {
        form: await story.county.get(
            f"/console/hazards/{hazard.hazard_id}/{form}.pdf", as_office=True
        )
        for form in ("stop-order", "listing", "consent")
    }

    assert (hazard.stop_number, hazard.listed_number, hazard.consent_number) == (
        "应急管理局停〔2026〕1号",
        "应急管理局督〔2026〕1号",
        "应急管理局复〔2026〕1号",
    )
    assert hazard.removal_due == date(2026, 3, 26)  # thirty days after the stop order
    assert all(paper.content.startswith(b"%PDF") for paper in papers.values())


async def test_nothing_is_resumed_before_a_plan_a_removal_and_the_consent_of_a_second_person(
    story: Story,
) -> None:
    assert [each.rule for each in story.early] == [
        Rule.HAZARD_PLAN_MISSING,
        Rule.HAZARD_CONSENT_MISSING,
        Rule.TWO_PERSONS_NEEDED,
    ]
    assert story.hazard.state is HazardState.CLOSED
    assert (story.hazard.reviewed_by, story.hazard.consented_by) == (CHIEF.name, DEPUTY.name)
    assert story.hazard.consented_at is not None
    assert story.hazard.consented_at.date() == RESUMED


async def test_a_shop_with_a_hazard_is_found_by_plans_that_look_for_it(story: Story) -> None:
    assert await number_with(story.county, Conditions(events=("hazard",))) == 1


async def test_the_shops_that_nobody_went_to_in_their_window_stand_red(story: Story) -> None:
    async with story.county.reading() as work:
        clocks = await overdue.open_clocks(work)

    visits = [clock for clock in clocks if clock.kind == "visit"]
    assert len(visits) == 10 - 1
    assert {(each.light, each.due_date, each.days_over) for each in visits} == {
        (Light.RED, VISITED, (RESUMED - VISITED).days)
    }
