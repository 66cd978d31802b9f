"""A county's emergency management, after a visit: problems, orders, one book (2.13).

At a works with chemicals each organ finds one problem. The fire brigade's is ordered to be put
right, and looked at again; the other is a major hazard, which is put under listed supervision and
exposed publicly. All of it stands in the enterprise's one book.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

import pytest

from contracts.results import Finding
from coordinator.domain.dispatch import TeamMember
from coordinator.domain.due_checks import DueCheck
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Hazard, Rectification
from coordinator.domain.lifecycle import DueState, HazardState, RectificationState
from coordinator.domain.own_visits import Outcome
from coordinator.services import follow_up, handlers, leads
from coordinator.services.follow_up import StopOrder
from coordinator.services.leads import OwnVisitOrder
from tests.builders import a_problem
from tests.play import approver, clerk
from tests.scenarios.emergency import BUREAU, CHEMICALS, FIRE, PROFILE, ROUND, SAFETY
from tests.scenarios.experts import CLAIM, SETTLEMENT, with_expert
from tests.scenarios.lists import words_of
from tests.scenarios.localities import Locality, go_on
from tests.scenarios.loop import approve_all, disclose_all, problems_of, report_all
from tests.scenarios.rounds import teams_of
from tests.snapshots import Snapshot

VISITED, ORDERED, PUT_RIGHT = date(2026, 5, 6), date(2026, 5, 7), date(2026, 5, 20)
LOOKED_AGAIN = date(2026, 5, 22)
LEAK, EXTINGUISHERS = "储罐区可燃气体报警装置失效", "灭火器过期"
UNLABELLED, RELABELLED = "管道标识不清", "标识当月已更换，现场核对清楚"
EXPOSED = "该企业储罐区存在重大事故隐患，已责令停止使用"
CHIEF = approver(BUREAU)


@dataclass(frozen=True)
class Story:
    """One works: the order and its re-check, and the hazard."""

    county: Locality
    subject: str
    visit_id: str
    order: Rectification
    recheck: DueCheck
    hazard: Hazard


@pytest.fixture(scope="module")
async def story(
    emergency_drawn: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Story]:
    county = go_on(emergency_drawn, tmp_path_factory.mktemp("loop"), PROFILE)
    await county.play.publish(ROUND)
    visit_id, subject = await _check(county)
    fire, leak = [
        next(each for each in await problems_of(county, ROUND) if each.department == organ)
        for organ in (FIRE, BUREAU)
    ]
    county.on(ORDERED)
    hazard = await _expose(county, leak.result_id)
    order, recheck = await _put_right(county, fire.result_id)
    yield Story(county, subject, visit_id, order, recheck, hazard)
    await county.play.close()


async def _check(county: Locality) -> tuple[str, str]:
    """Visit one works with chemicals; both organs report, approve and publish."""
    async with county.reading() as work:
        checks = await work.checks.where(round_id=ROUND, line=CHEMICALS)
    where = min(checks, key=lambda each: each.check_id)
    tasks = [each for each in await county.play.tasks(ROUND) if each.visit_id == where.visit_id]
    for task in tasks:
        await county.play.accept(task)

    def met(finding: Finding) -> Finding:
        words = {"em-1": LEAK, "fr-1": EXTINGUISHERS}[finding.item]
        bad = {"problem": words, "legal_basis": SAFETY, "follow_up": ("rectify",)}
        return a_problem(finding.item, finding.object_id, method=finding.method, **bad)

    county.on(VISITED)
    await report_all(county, tasks, VISITED, met, with_expert(BUREAU, UNLABELLED, RELABELLED))
    await approve_all(county, tasks)
    await disclose_all(county, tasks)
    return where.visit_id, where.object_id


async def _expose(county: Locality, result_id: str) -> Hazard:
    """Register the hazard, stop the tanks, put it under listed supervision, and expose it."""
    async with county.work(clerk(BUREAU)) as work:
        hazard = await follow_up.register_hazard(work, result_id, LEAK)
    async with county.work(CHIEF) as work:
        await handlers.confirm_hazard(work, hazard.hazard_id, StopOrder(scope="停止使用储罐区"))
        await follow_up.list_hazard(work, hazard.hazard_id, "更换报警装置并检测合格")
        return await follow_up.expose_hazard(work, hazard.hazard_id, EXPOSED)


async def _put_right(county: Locality, result_id: str) -> tuple[Rectification, DueCheck]:
    """Order it, take the evidence in, and let two of the brigade look again."""
    async with county.work(clerk(FIRE)) as work:
        order = await handlers.order_rectification(work, result_id, SAFETY)
    county.on(PUT_RIGHT)
    async with county.work(clerk(FIRE)) as work:
        await handlers.report_rectification(work, order.rectification_id, "更换灭火器三十具")
        [due] = await work.due_checks.where(source_id=order.rectification_id)
        people = await work.inspectors.where(department=FIRE)
        pair = tuple(each.inspector_id for each in people if each.leader)[:1]
        pair += tuple(each.inspector_id for each in people if not each.leader)[: 2 - len(pair)]
        own = OwnVisitOrder(day=LOOKED_AGAIN, officers=pair, frequency_reason="整改复查")
        await leads.give_own_visit(work, due.due_id, own)
    county.on(LOOKED_AGAIN)
    async with county.work(clerk(FIRE)) as work:
        clean = Outcome(result_codes=("1",), follow_up=("none",), note="已更换")
        await handlers.finish_own_visit(work, due.due_id, clean)
    async with county.work(approver(FIRE)) as work:
        closed = await handlers.close_rectification(work, order.rectification_id, "复查合格")
    async with county.reading() as work:
        return closed, await work.due_checks.get(due.due_id)


async def test_a_deputy_director_two_officers_of_each_organ_an_expert_and_a_liaison_went(
    story: Story,
) -> None:
    team = (await teams_of(story.county, ROUND))[story.visit_id]

    parts = Counter(_part(seat) for seat in team)
    assert parts == {"leader": 1, BUREAU: 2, FIRE: 2, "expert": 1, "liaison": 1}


def _part(seat: TeamMember) -> str:
    if seat.leader:
        return "leader"
    return "expert" if seat.expert else "liaison" if seat.is_liaison else seat.department


@pytest.mark.parametrize(("organ", "problem"), [(BUREAU, LEAK), (FIRE, EXTINGUISHERS)])
async def test_the_problem_summary_of_each_organ_names_its_problem_with_the_article(
    story: Story, organ: str, problem: str
) -> None:
    place = f"/console/visits/{story.visit_id}/departments/{organ}"

    paper = await story.county.get(f"{place}/problem-summary.pdf", as_office=True)

    words = words_of(paper.content)
    assert problem in words
    assert SAFETY in words
    assert (LEAK in words, EXTINGUISHERS in words) == (organ == BUREAU, organ == FIRE)


async def test_what_the_expert_drafted_an_officer_adopted_or_rejected_and_the_office_reads_both(
    story: Story,
) -> None:
    """The works disputed the leak, and that was settled before anybody left."""
    place = f"/console/visits/{story.visit_id}/departments/{BUREAU}"

    page = (await story.county.get(f"{place}/report", as_office=True)).text
    report = words_of(
        (await story.county.get(f"{place}/inspection-report.pdf", as_office=True)).content
    )
    summary = words_of(
        (await story.county.get(f"{place}/problem-summary.pdf", as_office=True)).content
    )

    for said in (LEAK, UNLABELLED, RELABELLED, "提出 2 项，采纳 1 项，不采纳 1 项", CLAIM):
        assert said in page
    assert UNLABELLED in report
    assert RELABELLED in report
    assert "专家提出问题2项，采纳1项，不采纳1项" in summary.replace(" ", "")
    assert SETTLEMENT in summary
    assert UNLABELLED not in summary  # what the works signs names findings only
    [bad] = [
        each
        for each in await problems_of(story.county, ROUND)
        if each.department == BUREAU and each.problem == LEAK
    ]
    result = (await story.county.get(f"/console/results/{bad.result_id}", as_office=True)).text
    assert "有争议，已当场处理" in result
    assert UNLABELLED in result


async def test_the_order_is_numbered_put_right_and_looked_at_again_by_two_officers(
    story: Story,
) -> None:
    async with story.county.reading() as work:
        own = await work.own_visits.get(story.recheck.entry_id)

    assert story.order.order_number == "消防救援大队责改〔2026〕1号"
    assert (story.order.due_date - ORDERED).days == 30
    assert story.order.state is RectificationState.CLOSED
    assert (story.recheck.state, story.recheck.kind) == (DueState.DONE, "re-inspection")
    assert (len(own.officers), own.day) == (2, LOOKED_AGAIN)


async def test_the_hazard_is_under_listed_supervision_and_stays_open(story: Story) -> None:
    assert story.hazard.listed_number == "应急管理局督〔2026〕1号"
    assert story.hazard.state is HazardState.STOPPED
    with pytest.raises(RuleBrokenError) as early:
        async with story.county.work(CHIEF) as work:
            await follow_up.close_hazard(work, story.hazard.hazard_id, "已整改")
    assert early.value.rule is Rule.MOVE_NOT_ALLOWED


async def test_everybody_reads_the_exposure_by_the_name_of_the_works(story: Story) -> None:
    page = (await story.county.get("/exposures")).text

    assert EXPOSED in page
    assert story.hazard.object_name in page
    assert EXTINGUISHERS not in page  # what is only ordered is not exposed


async def test_one_enterprise_has_one_book_of_all_that_was_found_and_done(story: Story) -> None:
    async with story.county.work(CHIEF) as work:
        book = await follow_up.enterprise_file(work, story.subject)
    pdf = await story.county.get(f"/console/enterprises/{story.subject}?format=pdf", as_office=True)

    [year] = book.years
    kinds = Counter(line.kind for line in year.lines)
    assert kinds == {"visit": 1, "result": 2, "rectification": 1, "hazard": 1}
    assert {line.text for line in year.lines if line.kind == "hazard"} == {LEAK}
    assert pdf.content.startswith(b"%PDF")
