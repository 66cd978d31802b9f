"""Leads and due checks on the console: what waits for a visit, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.due_checks import DueCheck, Lead, Outlook, outlook
from coordinator.domain.lifecycle import DueState, LeadState
from coordinator.services import leads as lead_service
from coordinator.services.ports import Page, Query, Role, Work
from coordinator.web.api.leads import SEARCHED
from coordinator.web.console.burden_ledger import kind_words
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.console.notices import pdf
from coordinator.web.console.own_visits import own_notice_data, own_visit_seen
from coordinator.web.console.timeline import acts_of
from coordinator.web.language import CHINESE, _, later, speaking
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names
from coordinator.web.pages import bare_code
from coordinator.web.reach import hide_joined, own_matters, require_own
from coordinator.web.words import period, state, states_of

router = APIRouter()


@dataclass(frozen=True)
class DueSeen:
    """A due check as this person may see it, with what becomes of it."""

    due: DueCheck
    kind: str
    outlook: Outlook | None
    acts: Sequence[ActButton]


class _Hiding:
    """Lists due checks; a department sees no visit before it is published to it."""

    def __init__(self, console: Console, work: Work, coming: Sequence[PlanLine]) -> None:
        self._console, self._work, self._coming = console, work, coming
        self._seen: dict[str, Outlook] = {}

    async def page(self, query: Query) -> Page[DueCheck]:
        """Give a page, and remember what becomes of what waits."""
        found = await self._work.due_checks.page(query)
        shown = await hide_joined(self._work, self._console.actor, found.values)
        today = self._work.today()
        self._seen |= {
            due.due_id: outlook(due, self._coming, today)
            for due in shown
            if due.state is DueState.WAITING
        }
        return Page(tuple(shown), found.total)

    def prospect(self, due: DueCheck, _names: Names) -> str:
        """Say what a check can still hope for, or where it went."""
        if due.due_id in self._seen:
            return prospect_words(self._seen[due.due_id])
        return f"{due.own_date} {due.officers}" if due.state is DueState.ALONE else due.outcome


def prospect_words(seen: Outlook) -> str:
    """Word an outlook: which rounds may still come by, or the last day for a visit of its own."""
    word = state("prospect", seen.prospect).word
    words = {"word": word, "by": seen.by.isoformat(), "n": len(seen.lines)}
    if seen.lines:
        return _("%(word)s：还有 %(n)s 项计划任务可能到访，最迟 %(by)s") % words
    return _("%(word)s：最迟 %(by)s") % words


def _object_column(folder: str, key: str, code: str) -> Column[Any]:
    """Name the object of a row, link to the row's page, and note a code below."""
    return Column(
        later("对象"),
        "object_name",
        "link",
        href=lambda each: f"/console/{folder}/{getattr(each, key)}",
        note=lambda each, _names: bare_code(getattr(each, code)),
        order="object_name",
    )


def _lead_spec(console: Console, kinds: dict[str, str]) -> ListSpec[Lead]:
    return ListSpec(
        title=later("线索登记簿"),
        columns=(
            _object_column("leads", "lead_id", "object_id"),
            Column(later("承办部门"), lambda each, _names: (each.department,), "departments"),
            Column(
                later("种类和来源"),
                lambda each, _names: kinds.get(each.kind, each.kind),
                note=lambda each, _names: " ".join((each.source, each.reference)).strip(),
            ),
            Column(later("收到"), "received_date", "date", order="received_date"),
            Column(later("查清期限"), "deadline", "date", order="deadline"),
            Column(later("状态"), "state", "state:lead"),
        ),
        filters=(
            Filter("state", later("全部状态"), states_of("lead")),
            Filter("kind", later("全部种类"), list(kinds.items())),
        ),
        fixed=own_matters(console.actor),
        order="deadline",
        empty=later("还没有线索。"),
        empty_next=later("投诉举报、转办交办、监测和巡查发现的线索在此登记；受理后并入上门任务。"),
        search_label=later("对象、来源或编号"),
    )


@router.get("/console/leads")
async def leads(console: InConsole) -> Response:
    """List the register of leads."""
    async with console.reading() as work:
        kinds = kind_words(work)
        spec = _lead_spec(console, kinds)
        return await console.show_list(
            work,
            work.leads,
            spec,
            template="leads/leads.html",
            acts=console.buttons("register-lead"),
        )


@router.get("/console/leads/{lead_id}")
async def one_lead(lead_id: str, console: InConsole) -> Response:
    """Show a lead with its checks and what becomes of them."""
    async with console.reading() as work:
        lead = await work.leads.get(lead_id)
        require_own(console.actor, lead.department)
        wanted = ("accept-lead", "reject-lead") if lead.state is LeadState.RECEIVED else ()
        mine = console.actor.department in (None, lead.department)
        items = await work.items.where(code=set(lead.items))
        return await console.show(
            work,
            "leads/lead.html",
            lead=lead,
            kind=kind_words(work).get(lead.kind, lead.kind),
            items={item.code: item.name for item in items},
            dues=await dues_of(console, work, source_id=lead_id),
            acts=console.buttons(*(wanted if mine else ()), lead_id=lead_id),
            log=await acts_of(work, lead_id),
        )


def _due_spec(console: Console, hiding: _Hiding, kinds: dict[str, str]) -> ListSpec[DueCheck]:
    return ListSpec(
        title=later("待查事项"),
        columns=(
            _object_column("due-checks", "due_id", "place"),
            Column(later("部门"), lambda each, _names: (each.department,), "departments"),
            Column(
                later("事项"),
                "item_name",
                note=lambda each, _names: kinds.get(each.kind, each.kind),
            ),
            Column(
                later("应查时间"),
                lambda each, _names: period(each.from_date, each.deadline),
                "date",
                order="deadline",
            ),
            Column(later("状态"), "state", "state:due-check"),
            Column(later("安排"), hiding.prospect),
        ),
        filters=(
            Filter("source", later("线索和复查"), states_of("due-source")),
            *_state_filter(console),
        ),
        fixed=own_matters(console.actor),
        order="deadline",
        empty=later("没有待查事项。"),
        empty_next=later("受理的线索和责令改正的复查会出现在这里，并入下一次上门。"),
        search_label=later("对象、场所或事项"),
        search_in=SEARCHED,
    )


@router.get("/console/due-checks")
async def due_checks(console: InConsole) -> Response:
    """List what is due that no lot asked for, the most urgent first."""
    async with console.reading() as work:
        hiding = _Hiding(console, work, await lead_service.coming_lines(work))
        kinds = kind_words(work)
        spec = _due_spec(console, hiding, kinds)
        return await console.show_list(work, hiding, spec, template="leads/due_checks.html")


def _state_filter(console: Console) -> Sequence[Filter]:
    """Offer the states to overseers only: a department must not find what has joined a visit."""
    if console.actor.role is Role.DEPARTMENT:
        return ()
    return (Filter("state", later("全部状态"), states_of("due-check")),)


@router.get("/console/due-checks/{due_id}")
async def one_due_check(due_id: str, console: InConsole) -> Response:
    """Show a due check: why, until when, and where it went."""
    async with console.reading() as work:
        due = await work.due_checks.get(due_id)
        require_own(console.actor, due.department)
        [seen] = await _seen(console, work, [due])
        together = await work.due_checks.where(entry_id=due.entry_id) if due.entry_id else ()
        lines = [line.name for line in seen.outlook.lines] if seen.outlook else []
        return await console.show(
            work,
            "leads/due_check.html",
            seen=seen,
            due=seen.due,
            lines=lines,
            together=[each for each in together if each.due_id != due_id],
            own=await own_visit_seen(work, seen.due),
            acts=seen.acts,
            # What happened to a check tells of its visit as much as its state does.
            log=await acts_of(work, due_id) if seen.due == due else [],
        )


@router.get("/console/due-checks/{due_id}/notice.pdf")
async def own_notice(due_id: str, console: InConsole) -> Response:
    """Give the notice of a check's own visit."""
    async with console.reading() as work:
        due = await work.due_checks.get(due_id)
        require_own(console.actor, due.department)
        with speaking(CHINESE):
            data = await own_notice_data(console, work, due)
    return pdf(console.parts.documents.pdf("notice", data), f"notice-{due_id}")


async def dues_of(console: Console, work: Work, **which: str) -> list[DueSeen]:
    """Give the due checks of a lead, an order or a visit as this person may see them."""
    found = await work.due_checks.where(**which, **own_matters(console.actor))
    return await _seen(console, work, found)


async def _seen(console: Console, work: Work, dues: Sequence[DueCheck]) -> list[DueSeen]:
    if not dues:
        return []
    kinds, today = kind_words(work), work.today()
    coming = await lead_service.coming_lines(work)
    return [
        DueSeen(
            due=due,
            kind=kinds.get(due.kind, due.kind),
            outlook=outlook(due, coming, today) if due.state is DueState.WAITING else None,
            acts=_buttons(console, due),
        )
        for due in await hide_joined(work, console.actor, dues)
    ]


def _buttons(console: Console, due: DueCheck) -> list[ActButton]:
    if console.actor.department not in (None, due.department):
        return []
    wanted = {
        DueState.WAITING: ("give-own-visit",),
        DueState.ALONE: ("finish-own-visit", "call-off-own-visit"),
    }
    return console.buttons(*wanted.get(due.state, ()), due_id=due.due_id)
