"""Samples with their laboratory reports."""

from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.follow_up import Conclusion, LabReport, Sample
from coordinator.domain.lifecycle import SampleState
from coordinator.web.console.follow_up.matters import (
    ORDERS,
    Matter,
    days_left,
    fact,
    history_of,
    require_seen,
    show_matter,
    show_matters,
)
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Cell, Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import seen_results
from coordinator.web.words import states_of

router = APIRouter()
_HERE = "/console/samples"


@router.get(_HERE)
async def samples(console: InConsole) -> Response:
    """List the samples."""
    async with console.reading() as work:
        spec: ListSpec[Sample] = ListSpec(
            title=later("样品检验"),
            columns=(
                Column(
                    later("样品"),
                    "product",
                    "link",
                    href=lambda each: f"{_HERE}/{each.sample_id}",
                    note=lambda each, _names: each.sheet_number,
                    order="product",
                ),
                Column(later("对象"), "object_name", note=lambda e, _n: bare_code(e.object_id)),
                Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
                Column(later("检验机构"), lambda each, _names: each.laboratory.name),
                Column(later("抽样日期"), "taken_date", "date", order="taken_date"),
                Column(later("结论"), lambda each, _n: each.conclusion or "", "state:conclusion"),
                Column(later("状态"), "state", "state:sample"),
            ),
            filters=(Filter("state", later("全部状态"), states_of("sample")),),
            fixed=await seen_results(work, console.actor),
            order="taken_date",
            descending=True,
            empty=later("没有样品。"),
            empty_next=later("现场抽取的样品，可在任务页的检查事项旁登记。"),
            search_label=later("样品、抽样单或对象"),
        )
        return await show_matters(console, work, work.samples, spec, ORDERS)


@router.get(_HERE + "/{sample_id}")
async def one_sample(sample_id: str, console: InConsole) -> Response:
    """Show a sample with its reports."""
    async with console.reading() as work:
        sample = await work.samples.get(sample_id)
        await require_seen(work, console.actor, sample)
        names = await load_names(work)
        matter = Matter(
            title=sample.product,
            state=("sample", sample.state.value),
            tabs=ORDERS,
            here=_HERE,
            visit_id=sample.visit_id,
            facts=_facts(sample, names),
            acts=_acts(console, sample, work.today()),
            next_step=_next_step(sample, work.today()),
            history=await history_of(work, sample.visit_id, "sample", sample_id),
        )
        return await show_matter(console, work, names, matter)


def _facts(sample: Sample, names: Names) -> list[Cell]:
    laboratory, again = sample.laboratory, sample.retest_laboratory
    valid = _("%(number)s，有效期至 %(date)s")
    return [
        fact(later("抽样单"), sample.sheet_number, note=names.person(sample.entered_by)),
        fact(later("对象"), sample.object_name, note=bare_code(sample.object_id)),
        fact(later("部门"), (sample.department,), "departments"),
        fact(later("数量与批号"), sample.quantity),
        fact(later("抽样日期"), sample.taken_date, "date"),
        fact(
            later("检验机构"),
            laboratory.name,
            note=valid % {"number": laboratory.qualification, "date": laboratory.valid_until},
        ),
        _report(later("初步报告"), sample.preliminary),
        _report(later("最终报告"), sample.final),
        fact(later("复检申请期至"), sample.retest_due, "date"),
        fact(later("复检理由"), sample.retest_reason),
        fact(
            later("复检机构"),
            again.name if again else "",
            note=valid % {"number": again.qualification, "date": again.valid_until}
            if again
            else "",
        ),
        _report(later("复检报告"), sample.retest),
        fact(later("结论"), sample.conclusion, "state:conclusion"),
        fact(later("了结"), sample.closed_at, "time"),
    ]


def _report(title: str, report: LabReport | None) -> Cell:
    if report is None:
        return fact(title, None)
    words = {"number": report.number, "date": report.report_date.isoformat()}
    return fact(title, _("%(number)s，%(date)s") % words, note=report.sha256)


def _next_step(sample: Sample, today: date) -> str:
    waiting = (SampleState.TAKEN, SampleState.PRELIMINARY)
    if sample.state in waiting:
        return _("等待最终检验报告，后续期限从报告日起算。")
    if sample.state is SampleState.RETESTING:
        return _("等待复检报告。")
    if sample.state is SampleState.FINAL and sample.conclusion is Conclusion.UNQUALIFIED:
        return _("当事人可以申请复检，%(left)s。") % {"left": days_left(sample.retest_due, today)}
    return ""


def _acts(console: Console, sample: Sample, today: date) -> list[ActButton]:
    if console.actor.department != sample.department:
        return []
    in_time = sample.retest_due is not None and today <= sample.retest_due
    bad = sample.conclusion is Conclusion.UNQUALIFIED
    after_final = ("request-retest",) if in_time and bad else ("close-sample",)
    wanted: dict[SampleState, tuple[str, ...]] = {
        SampleState.TAKEN: ("report-sample",),
        SampleState.PRELIMINARY: ("report-sample",),
        SampleState.FINAL: after_final,
        SampleState.RETESTING: ("report-retest",),
    }
    return console.buttons(*wanted.get(sample.state, ()), sample_id=sample.sample_id)
