"""Figures of a round and of a period, and the acts by which reports are made of them."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameter
from pydantic import BaseModel, Field

from coordinator.domain.appraisal import (
    WHOLE,
    AppraisalReport,
    Half,
    IssuedReport,
    Period,
    Reading,
    ReportKind,
    ReportText,
)
from coordinator.services import appraisal
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, Nothing, add_acts
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "考核 appraisal"
router = APIRouter(tags=[TAG])

_LONG = 4000
_REPORT = "/console/reports/{report_id}"


class ReportEntry(Entry):
    """Which report is drafted."""

    year: int = Field(title=later("年度"), ge=2000, le=9998)
    kind: ReportKind = Field(
        title=later("哪一份"),
        json_schema_extra={"widget": "select", "choices": "words:report-kind"},
    )


class TextEntry(Entry):
    """What an organ says for a report."""

    problems: str = Field(
        title=later("存在的问题"),
        description=later("没有问题的，写“无”。不写个人姓名和电话。"),
        min_length=1,
        max_length=_LONG,
        json_schema_extra=AREA,
    )
    good_practice: str = Field(
        default="", title=later("好的做法"), max_length=_LONG, json_schema_extra=AREA
    )


class OfficeEntry(Entry):
    """The office's own words in a report."""

    summary: str = Field(
        default="", title=later("工作情况"), max_length=_LONG, json_schema_extra=AREA
    )
    next_steps: str = Field(
        default="", title=later("下一步工作"), max_length=_LONG, json_schema_extra=AREA
    )


class IssueEntry(Entry):
    """Under which number a report is issued."""

    number: str = Field(title=later("文号"), min_length=1, max_length=100)


class ReopenEntry(Entry):
    """Why an issued report is opened again."""

    reason: str = Field(title=later("理由"), min_length=1, max_length=1000, json_schema_extra=AREA)


async def _draft(work: Work, _keys: Keys, entry: ReportEntry) -> AppraisalReport:
    return await appraisal.draft_report(work, entry.year, entry.kind)


async def _recount(work: Work, keys: Keys, _entry: Nothing) -> AppraisalReport:
    report = await work.appraisal_reports.get(keys["report_id"])
    return await appraisal.draft_report(work, report.year, report.kind)


async def _text(work: Work, keys: Keys, entry: TextEntry) -> ReportText:
    return await appraisal.enter_report_text(
        work, keys["report_id"], keys["department"], entry.problems, entry.good_practice
    )


async def _edit(work: Work, keys: Keys, entry: OfficeEntry) -> AppraisalReport:
    return await appraisal.edit_report(work, keys["report_id"], entry.summary, entry.next_steps)


async def _start_edit(work: Work, keys: Keys) -> dict[str, str]:
    found = await work.appraisal_reports.get(keys["report_id"])
    return {"summary": found.summary, "next_steps": found.next_steps}


async def _start_text(work: Work, keys: Keys) -> dict[str, str]:
    found = await work.report_texts.find(f"{keys['report_id']}.{keys['department']}")
    return {"problems": found.problems, "good_practice": found.good_practice} if found else {}


async def _issue(work: Work, keys: Keys, entry: IssueEntry) -> IssuedReport:
    return await appraisal.issue_report(work, keys["report_id"], entry.number)


async def _reopen(work: Work, keys: Keys, entry: ReopenEntry) -> AppraisalReport:
    return await appraisal.reopen_report(work, keys["report_id"], entry.reason)


ACTS = (
    Act(
        name="draft-report",
        path="/appraisal-reports",
        label=later("起草总结"),
        consequence=later("按现在的记录统计各项数字，写入草稿；各部门随后报送问题和做法。"),
        role=Role.OFFICE,
        run=_draft,
        entry=ReportEntry,
        back="/console/reports/{subject}",
        origin="/console/reports",
    ),
    Act(
        name="recount-report",
        path="/appraisal-reports/{report_id}/recount",
        label=later("重新统计"),
        consequence=later("草稿里的数字换成现在的；文字不变。"),
        role=Role.OFFICE,
        run=_recount,
        back=_REPORT,
    ),
    Act(
        name="enter-report-text",
        path="/appraisal-reports/{report_id}/texts/{department}",
        label=later("报送问题和做法"),
        consequence=later("写进总结，通报前可以修改；通报后所有部门都能看到。"),
        role=Role.DEPARTMENT,
        run=_text,
        entry=TextEntry,
        start=_start_text,
        back=_REPORT,
    ),
    Act(
        name="edit-report",
        path="/appraisal-reports/{report_id}/edit",
        label=later("修改总结"),
        consequence=later("只改办公室自己的话；数字和各部门报送的内容不能改。修改的人不能签发。"),
        role=Role.OFFICE,
        run=_edit,
        entry=OfficeEntry,
        start=_start_edit,
        back=_REPORT,
    ),
    Act(
        name="issue-report",
        path="/appraisal-reports/{report_id}/issue",
        label=later("签发通报"),
        consequence=later("这一版定稿，通报所有部门，不能再改；没有报送的部门会点名列出。"),
        role=Role.OFFICE,
        approver=True,
        run=_issue,
        entry=IssueEntry,
        back=_REPORT,
    ),
    Act(
        name="reopen-report",
        path="/appraisal-reports/{report_id}/reopen",
        label=later("重新打开"),
        consequence=later("已通报的一版留存，另起一版；理由会写在新的一版里。"),
        role=Role.OFFICE,
        approver=True,
        run=_reopen,
        entry=ReopenEntry,
        danger=True,
        back=_REPORT,
    ),
)
add_acts(router, ACTS, TAG)


class Figures(BaseModel):
    """The figures of a round; `visits_saved` = `separate_visits` minus `visits`."""

    plan_lines: int
    objects_in_frames: int
    checks: int
    separate_visits: int
    visits: int
    visits_saved: int
    teams: int
    dispatched: int
    accepted: int
    findings: int
    disclosed: int
    shared: int
    listed: int
    measures: int
    measure_feedback: int


class IndicatorAnswer(BaseModel):
    """An indicator: figure, what it is made of, and the target where the profile has one."""

    code: str
    shown: str
    numerator: int
    denominator: int | None
    target: str | None
    met: bool | None
    missing: int
    above: tuple[str, ...]
    below: tuple[str, ...]

    @classmethod
    def of(cls, reading: Reading) -> "IndicatorAnswer":
        """Give an indicator as the API tells it."""
        above, below = reading.rule.facts(reading.organ)
        return cls(
            code=reading.rule.code,
            shown=reading.shown,
            numerator=reading.numerator,
            denominator=reading.denominator if reading.is_ratio else None,
            target=None if reading.target is None else str(reading.target),
            met=reading.is_met,
            missing=reading.missing,
            above=above,
            below=below,
        )


class PeriodAnswer(BaseModel):
    """The indicators of a period: of all organs together, and of each one by its code."""

    whole: tuple[IndicatorAnswer, ...]
    organs: dict[str, tuple[IndicatorAnswer, ...]]
    hidden_rounds: int


@router.get("/rounds/{round_id}/figures", summary="批次数字", operation_id="figures")
async def figures(round_id: str, parts: Parts, person: Reader) -> Figures:
    """Give the figures of a round."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await appraisal.round_figures(work, round_id)
    return Figures(**asdict(found), visits_saved=found.visits_saved)


@router.get("/appraisal", summary="考核指标", operation_id="appraisal")
async def indicators(
    parts: Parts,
    person: Reader,
    year: Annotated[int, Parameter(ge=0, le=9998)] = 0,
    half: Half = Half.YEAR,
    plan_id: str = "",
    round_id: str = "",
) -> PeriodAnswer:
    """Give every indicator of a period; organs by code, never ranked. Year 0 is this year."""
    async with parts.open_work(person.actor, writes=False) as work:
        wanted = year or work.today().year
        period = Period(year=wanted, half=half, plan_id=plan_id, round_id=round_id)
        found = await appraisal.period_figures(work, period)
    told = {WHOLE: found.whole, **found.organs}
    answers = {code: tuple(IndicatorAnswer.of(r) for r in each) for code, each in told.items()}
    whole = answers.pop(WHOLE)
    return PeriodAnswer(whole=whole, organs=answers, hidden_rounds=found.hidden)
