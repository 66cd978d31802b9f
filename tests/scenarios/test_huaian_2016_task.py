"""淮安 2016: one form for two lists of 17 items, and a task from its entry to the transfer (2.13).

New task, item, time, inspectors, objects, draw mode, notice, result, result sheet, approval,
disclosure, transfer letter: twelve steps, each on record after the one before.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

import pytest

from contracts.results import Answer, Finding
from coordinator.domain.annual_plan import Weighting
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.follow_up import Severity, Transfer
from coordinator.domain.lifecycle import TaskState
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import annual_plan, follow_up, visit_forms
from coordinator.services.follow_up import TransferOrder
from tests.builders import a_problem
from tests.integration.services.post_box import letters
from tests.play import PLAN, approver
from tests.scenarios import huaian
from tests.scenarios.huaian import CODES, HEALTH, LINE, MARKET, POLICE, ROUND
from tests.scenarios.lists import words_of
from tests.scenarios.localities import Locality
from tests.scenarios.loop import accept_all, approve_all, disclose_all, problems_of, report_all

VISITED, PUBLISHED = date(2026, 4, 14), date(2026, 4, 28)
FORGED = "伪造健康证明，涉嫌犯罪"


@dataclass(frozen=True)
class Story:
    """The task as it went, and the letter that ends it."""

    city: Locality
    tasks: list[DepartmentTask]
    letter: Transfer


@pytest.fixture(scope="module")
async def story(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    city = await huaian.found_huaian(tmp_path_factory.mktemp("huaian"))
    first, *steps = huaian.entered()
    await city.draft(PLAN, 2026, "淮安市2026年度抽查计划", [first])
    for step in steps:
        async with city.work() as work:
            await annual_plan.save_line(work, PLAN, step)
    await city.adopt(PLAN, "淮双随机办〔2026〕1号")
    city.on(date(2026, 3, 25))
    await city.play.drawn_round(ROUND, LINE)
    await city.play.publish(ROUND)
    letter = await _check(city)
    async with city.reading() as work:
        tasks = await work.tasks.where()
    yield Story(city, list(tasks), letter)
    await city.play.close()


async def _check(city: Locality) -> Transfer:
    city.on(VISITED)
    tasks = await accept_all(city, ROUND)
    async with city.reading() as work:
        worst = min(check.object_id for check in await work.checks.where(round_id=ROUND))
    forged = CODES[HEALTH][1]

    def met(finding: Finding) -> Finding:
        if (finding.object_id, finding.item) == (worst, forged):
            bad = {"problem": FORGED, "legal_basis": huaian.FOOD_LAW}
            return a_problem(forged, worst, method=finding.method, **bad, answers=(_no(forged),))
        asked_by_the_lead = finding.item == CODES[HEALTH][0]
        answers = () if asked_by_the_lead else (_yes(finding.item),)
        return finding.model_copy(update={"answers": answers})

    await report_all(city, tasks, VISITED, met)
    await approve_all(city, tasks)
    city.on(PUBLISHED)
    await disclose_all(city, tasks)
    [bad] = await problems_of(city, ROUND)
    order = TransferOrder(severity=Severity.CRIME, reason="涉嫌犯罪", receiver=POLICE)
    async with city.work(approver(HEALTH)) as work:
        return await follow_up.transfer_clue(work, bad.result_id, order)


def _yes(item: str) -> Answer:
    return Answer(checkpoint=f"{item}-q", value="是")


def _no(item: str) -> Answer:
    return Answer(checkpoint=f"{item}-q", value="否")


async def test_two_lists_make_17_items_and_one_form_at_every_place(story: Story) -> None:
    async with story.city.reading() as work:
        lists = await work.imports.where(kind=RegisterKind.ITEM_LIST)
        items = await work.items.where()
        visits = await work.visits.where(round_id=ROUND)
        checks = await work.checks.where(round_id=ROUND)

    assert Counter(item.department for item in items) == {MARKET: 9, HEALTH: 8}
    assert (len(lists), len(items)) == (2, 17)
    assert (len(visits), {visit.departments for visit in visits}) == (4, {(HEALTH, MARKET)})
    assert Counter(check.visit_id for check in checks) == {v.visit_id: 17 for v in visits}


async def test_what_both_lists_ask_stands_once_on_the_form_and_answers_both(story: Story) -> None:
    async with story.city.reading() as work:
        [visit, *_] = await work.visits.where(round_id=ROUND)
        form = await visit_forms.form_of_visit(work, visit)
        reports = await work.reports.where(visit_id=visit.visit_id)

    first = {organ: CODES[organ][0] for organ in (MARKET, HEALTH)}
    assert {place[2]: organ for place, organ in form.asked_by.items()} == {
        first[MARKET]: MARKET,
        first[HEALTH]: MARKET,  # the lead asks for both
    }
    answered = {
        (each.department, finding.item): len(finding.answers)
        for each in reports
        for finding in each.findings
    }
    assert (len(answered), sum(answered.values())) == (17, 16)
    assert answered[HEALTH, first[HEALTH]] == 0


async def test_the_twelve_steps_follow_one_another_on_record(story: Story) -> None:
    async with story.city.reading() as work:
        entries = await work.audit_entries.where()
        line = await work.plan_lines.get(LINE)
    tags = [entry.tag for entry in entries]

    steps = [
        "annual-plan:plan:drafted",  # new task
        *["annual-plan:line:saved"] * 5,  # item, time, inspectors, objects, draw mode
        "dispatch:visit:published",  # notice
        "result-intake:report:received",  # result, with its sheet
        "review:report:approved",
        "disclosure:result:disclosed",
        "follow-up:transfer:sent",
    ]
    first = [number for number, tag in enumerate(tags) if tag == steps[1]]
    rest = [tags.index(tag) for tag in steps[6:]]
    taken = [tags.index(steps[0]), *first, *rest]
    assert len(first) == 5
    assert taken == sorted(taken)
    assert (len(line.items), line.weighting, line.number) == (17, Weighting.PROFILE, 4)
    assert line.quotas == {MARKET: 2, HEALTH: 2}


async def test_notice_result_sheet_and_letter_are_papers_and_the_police_have_the_letter(
    story: Story,
) -> None:
    async with story.city.reading() as work:
        [visit, *_] = await work.visits.where(round_id=ROUND)
    notice = f"/console/visits/{visit.visit_id}/notice.pdf"
    place = f"/console/visits/{story.letter.visit_id}/departments/{HEALTH}"
    letter = f"/console/transfers/{story.letter.transfer_id}/letter.pdf"

    papers = [await story.city.get(path, as_office=True) for path in (notice, letter)]
    sheet = await story.city.get(f"{place}/result-sheet.pdf", as_office=True)
    told = await letters(story.city.play, "CaseTransferred")

    assert all(paper.content.startswith(b"%PDF") for paper in papers)
    words = words_of(sheet.content)
    assert all(f"{name}的检查" in words for name in huaian.LISTS[HEALTH])
    assert words.count("发现问题待后续处理") == words.count("移送办案机构") == 1
    assert [(each.data["department"], each.data["severity"]) for each in told] == [
        (POLICE, "crime")
    ]
    assert story.letter.letter_number == "淮安市卫生健康委员会移〔2026〕1号"


async def test_every_result_is_approved_and_published_but_not_the_transfer(story: Story) -> None:
    async with story.city.reading() as work:
        shown = await work.disclosures.where(round_id=ROUND)
        results = await work.results.where(round_id=ROUND)
    [bad] = [each for each in shown if each.has_problem]
    page = (await story.city.get(f"/results/{bad.disclosure_id}")).text

    assert (len(shown), len(results)) == (4 * 17, 4 * 17)
    assert all(each.approved and each.disclosed for each in results)
    assert {task.state for task in story.tasks} == {TaskState.DISCLOSED}
    assert FORGED not in page
    assert "公安" not in page
