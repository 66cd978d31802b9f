"""Complaints about an inspection, for the discipline inspection and auditors only."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.complaints import Complaint
from coordinator.domain.lifecycle import ComplaintState
from coordinator.services import complaints as services
from coordinator.services.ports import Query, Work
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.dependencies import ComplaintReader
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.words import states_of

if TYPE_CHECKING:
    from coordinator.services.ports import AuditEntry

router = APIRouter()


@router.get("/console/complaints")
async def complaints(console: InConsole, _person: ComplaintReader) -> Response:
    """List the complaints, the latest first."""
    async with console.reading() as work:
        spec = await _without_conflicts(work, console, _spec())
        return await console.show_list(
            work,
            work.complaints,
            spec,
            intro=await _standing(work),
            acts=console.buttons("enter-complaint"),
        )


@router.get("/console/complaints/{complaint_id}")
async def one_complaint(
    complaint_id: str, console: InConsole, _person: ComplaintReader
) -> Response:
    """Show a complaint with what is due, its answer and its history."""
    async with console.reading() as work:
        found = await services.complaint_seen(work, complaint_id)
        visit = await work.visits.find(found.visit_id) if found.visit_id else None
        return await console.show(
            work,
            "complaints/complaint.html",
            found=found,
            visit=visit,
            left=(found.answer_due - work.today()).days,
            log=await _history(work, found),
            acts=_buttons(console, found),
        )


def _spec() -> ListSpec[Complaint]:
    return ListSpec(
        title=later("投诉"),
        columns=(
            Column(
                later("回执编号"),
                "number",
                "link",
                href=lambda each: f"/console/complaints/{each.complaint_id}",
                order="number",
            ),
            Column(later("收到"), "received_at", "time", order="received_at"),
            Column(later("来源"), "channel", "state:complaint-channel"),
            Column(later("被投诉部门"), lambda each, _n: each.departments, kind="departments"),
            Column(later("内容"), lambda each, _n: _shortened(each.text), kind="long"),
            Column(later("状态"), "state", "state:complaint"),
            Column(later("答复期限"), "answer_due", "date", order="answer_due"),
            Column(later("结论"), "outcome", "state:complaint-outcome"),
        ),
        filters=(
            Filter("state", later("全部状态"), states_of("complaint")),
            Filter("outcome", later("全部结论"), states_of("complaint-outcome")),
            Filter("channel", later("全部来源"), states_of("complaint-channel")),
            Filter("answer_due", later("答复期限满于（日期）"), how="until", typed=True),
        ),
        order="received_at",
        descending=True,
        empty=later("还没有投诉。"),
        empty_next=later("公众在公开网站提交，或由纪检、办公室录入信函、电话和当面投诉。"),
        search_label=later("编号或内容"),
        search_in=("number", "text"),
    )


async def _without_conflicts(
    work: Work, console: Console, spec: ListSpec[Complaint]
) -> ListSpec[Complaint]:
    """Leave out what is about the organ that somebody is posted to."""
    own = console.actor.department
    if own is None:
        return spec
    ids = [e.complaint_id for e in await work.complaints.where() if own not in e.departments]
    fixed: dict[str, Any] = {**spec.fixed, "complaint_id": tuple(ids)}
    return ListSpec(**{**vars(spec), "fixed": fixed})


async def _standing(work: Work) -> str:
    counts = await services.complaint_counts(work, work.today().year)
    return _(
        "今年收到 %(received)s 件，已答复 %(answered)s 件（按期 %(in_time)s 件），"
        "待答复 %(open)s 件，其中逾期 %(overdue)s 件。"
    ) % {
        "received": counts.received,
        "answered": counts.answered,
        "in_time": counts.in_time,
        "open": counts.open,
        "overdue": counts.overdue,
    }


async def _history(work: Work, found: Complaint) -> "list[AuditEntry]":
    query = Query(equals={"subject": found.number}, order="number", descending=True)
    return list((await work.audit_entries.page(query)).values)


def _buttons(console: Console, found: Complaint) -> list[ActButton]:
    wanted: tuple[str, ...] = {
        ComplaintState.RECEIVED: ("examine-complaint", "extend-complaint"),
        ComplaintState.EXAMINED: ("answer-complaint", "extend-complaint"),
    }.get(found.state, ())
    if found.extended_by is not None:
        wanted = tuple(each for each in wanted if each != "extend-complaint")
    return console.buttons(*wanted, complaint_id=found.complaint_id)


_MOST_SHOWN = 60


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
