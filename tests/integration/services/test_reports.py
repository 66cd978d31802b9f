"""Half-year and year reports: a clock by the profile, figures, the organs' texts, versions."""

import io
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from coordinator.adapters.policy_files import read_policy
from coordinator.domain.appraisal import WHOLE, AppraisalReport, ReportKind, last_day
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ReportState
from coordinator.services import appraisal, overdue
from coordinator.services.ports import Actor, Role
from tests.builders import FIRE, MARKET, POLICIES
from tests.integration.services.page_clients import page, people
from tests.play import AUDITOR, ROUND, Play, clerk, office

HALF = "2026.half-year"
CHIEF = Actor(name="office-chief", role=Role.OFFICE, approver=True)


async def _draft(play: Play) -> AppraisalReport:
    async with play.work(office()) as work:
        return await appraisal.draft_report(work, 2026, ReportKind.HALF_YEAR)


async def _say(play: Play, department: str, problems: str) -> None:
    async with play.work(clerk(department)) as work:
        await appraisal.enter_report_text(work, HALF, department, problems, "提前一天电话确认")


async def _refusal(play: Play, actor: Actor, act: Any) -> Rule:
    with pytest.raises(RuleBrokenError) as refused:
        async with play.work(actor) as work:
            await act(work)
    return refused.value.rule


async def test_the_profile_sets_the_last_days_and_their_clocks_run(adopted: Play) -> None:
    pingluo = read_policy(POLICIES, "pingluo-2021")
    async with adopted.work(office()) as work:
        plan = await work.plans.get("plan-2026")
        await work.plans.save(type(plan)(**{**vars(plan), "policy": "pingluo-2021"}))
        first = await appraisal.open_reports(work)
        again = await appraisal.open_reports(work)
    adopted.clock.go_to(date(2026, 5, 23))

    async with adopted.work(AUDITOR) as work:
        clocks = [each for each in await overdue.open_clocks(work) if each.kind == "report"]

    assert first == {"opened": [HALF, "2026.year"]}
    assert again == {"opened": []}
    assert last_day(ReportKind.HALF_YEAR, 2026, pingluo.appraisal) == date(2026, 5, 20)
    assert last_day(ReportKind.YEAR, 2026, pingluo.appraisal) == date(2026, 11, 19)
    assert [(each.due_date, each.light) for each in clocks] == [
        (date(2026, 5, 20), "red"),
        (date(2026, 11, 19), "running"),
    ]


async def test_a_report_is_drafted_said_to_edited_and_issued_by_another_person(
    dispatched: Play,
) -> None:
    for task in (await dispatched.tasks(ROUND))[:5]:
        await dispatched.report(task)
    drafted = await _draft(dispatched)
    await _say(dispatched, MARKET, "两户企业已搬离登记地址")
    async with dispatched.work(office("office-b")) as work:
        await appraisal.edit_report(work, HALF, "上半年组织一批联合抽查。", "补齐消防登记。")
    async with dispatched.work(CHIEF) as work:
        issued = await appraisal.issue_report(work, HALF, "平联办〔2026〕9号")
        departments = await work.departments.count()

    figures = {(each.organ, each.code): each for each in drafted.figures}
    assert figures[WHOLE, "tasks"].numerator == 5
    assert len({organ for organ, _ in figures}) == departments + 1
    assert [each.problems for each in issued.texts] == ["两户企业已搬离登记地址"]
    assert FIRE in issued.missing
    assert MARKET not in issued.missing
    assert issued.figures == drafted.figures


async def test_who_edited_does_not_issue_and_nothing_changes_afterwards(dispatched: Play) -> None:
    await _draft(dispatched)
    async with dispatched.work(CHIEF) as work:
        await appraisal.edit_report(work, HALF, "", "")

    async def issue(work: Any) -> None:
        await appraisal.issue_report(work, HALF, "1号")

    async def say(work: Any) -> None:
        await appraisal.enter_report_text(work, HALF, MARKET, "无", "")

    same = await _refusal(dispatched, CHIEF, issue)
    clerk_only = await _refusal(dispatched, office(), issue)
    await _draft(dispatched)
    async with dispatched.work(CHIEF) as work:
        await issue(work)
    late = await _refusal(dispatched, clerk(MARKET), say)

    assert same is Rule.TWO_PERSONS_NEEDED
    assert clerk_only is Rule.ROLE_NOT_ALLOWED
    assert late is Rule.SUMMARY_ISSUED


async def test_every_issued_version_stays_and_the_next_one_says_why(dispatched: Play) -> None:
    await _draft(dispatched)
    async with dispatched.work(CHIEF) as work:
        first = await appraisal.issue_report(work, HALF, "9号")
        await appraisal.reopen_report(work, HALF, "一个部门补报了结果")
    await dispatched.report((await dispatched.tasks(ROUND))[0])
    await _draft(dispatched)
    async with dispatched.work(CHIEF) as work:
        second = await appraisal.issue_report(work, HALF, "12号")

    async with dispatched.work(AUDITOR) as work:
        kept = await work.issued_reports.where(report_id=HALF)
        report = await work.appraisal_reports.get(HALF)
    assert kept == [first, second]
    assert (second.version, second.reason) == (2, "一个部门补报了结果")
    assert first.figures != second.figures
    assert report.state is ReportState.ISSUED


async def test_departments_read_the_issued_report_and_only_their_own_part_of_a_draft(
    dispatched: Play,
) -> None:
    await _draft(dispatched)
    await _say(dispatched, FIRE, "人手不足")
    [boss, market] = await people(dispatched, ("boss", None), ("market-clerk", MARKET))
    before = await page(market, f"/console/reports/{HALF}")
    hidden = await market.get(f"/console/reports/{HALF}/file.pdf")
    async with dispatched.work(CHIEF) as work:
        await appraisal.issue_report(work, HALF, "9号")

    after = await page(market, f"/console/reports/{HALF}")
    sheet = await boss.get(f"/console/reports/{HALF}/file.xlsx")
    paper = await boss.get(f"/console/reports/{HALF}/file.pdf")

    book = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0)
    rows = book.to_python()
    assert "人手不足" not in before
    assert hidden.status_code == 404
    assert "人手不足" in after
    assert ["合计", "计划完成率"] in [row[:2] for row in rows]
    assert "人手不足" in [row[-1] for row in rows]
    assert paper.content.startswith(b"%PDF")
