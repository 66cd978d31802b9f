"""Inspectors and experts: the directories, and one page per person."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.registers import Inspector
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services.ports import Actor
from coordinator.web.console.frame import ActButton, InConsole
from coordinator.web.console.registers.fields import blank_filter
from coordinator.web.console.registers.history import load_history
from coordinator.web.console.registers.recusals import recusals_of
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names
from coordinator.web.reach import own_matters, require_own
from coordinator.web.words import states_of

if TYPE_CHECKING:
    from coordinator.domain.registers import Expert

router = APIRouter()

_EXPIRY_DAYS = (30, 90, 180)


@dataclass(frozen=True)
class Certificate:
    """How long a certificate still holds."""

    days_left: int

    @property
    def tone(self) -> str:
        """Give the tone of its pill."""
        if self.days_left < 0:
            return "bad"
        return "warn" if self.days_left <= _EXPIRY_DAYS[0] else "good"

    @property
    def words(self) -> str:
        """Say it for a person."""
        if self.days_left < 0:
            return _("证件已过期，不能抽取")
        if self.days_left <= _EXPIRY_DAYS[-1]:
            return _("还有 %(days)s 天到期") % {"days": self.days_left}
        return _("证件有效")


def inspector_page(inspector_id: str) -> str:
    """Give where an inspector's page is."""
    return "/console/registers/inspectors/" + quote(inspector_id, safe="")


def expert_page(expert_id: str) -> str:
    """Give where an expert's page is."""
    return "/console/registers/experts/" + quote(expert_id, safe="")


@router.get("/console/registers/inspectors")
async def inspectors(console: InConsole) -> Response:
    """List the inspectors; a department sees its own."""
    async with console.reading() as work:
        names = await load_names(work)
        spec = inspector_spec(console.actor, work.today(), names.department_options())
        return await console.show_list(
            work, work.inspectors, spec, names=names, acts=console.buttons("add-inspector")
        )


def inspector_spec(
    actor: Actor, today: date, departments: list[tuple[str, str]]
) -> ListSpec[Inspector]:
    """Give the list of inspectors that somebody may see."""
    return ListSpec(
        title=later("执法检查人员名录库"),
        columns=(
            Column(
                later("姓名"),
                "name",
                "strong",
                href=lambda each: inspector_page(each.inspector_id),
                note=lambda each, _names: post_words(each),
                order="name",
            ),
            Column(
                later("部门"),
                lambda each, _names: (each.department,),
                kind="departments",
                note=lambda each, _names: each.section,
                order="department",
            ),
            Column(later("执法证号"), "certificate_number", "code"),
            Column(later("证件有效至"), "certificate_to", "date", order="certificate_to"),
            Column(later("资质"), lambda each, _names: _("、").join(each.competences)),
            Column(later("状态"), "status", "state:inspector-status"),
        ),
        filters=(
            Filter("department", later("全部部门"), departments),
            Filter("certificate_to", later("证件期限不限"), expiry_options(today), "until"),
            Filter("status", later("全部状态"), states_of("inspector-status")),
            blank_filter(RegisterKind.INSPECTORS),
        ),
        fixed=own_matters(actor),
        empty=later("还没有执法检查人员。"),
        empty_next=later("添加一名，或上传一份名录。"),
        search_label=later("姓名、证号或资质"),
    )


def post_words(inspector: Inspector) -> str:
    """Say what somebody is, and whether they may lead a team."""
    parts = (inspector.post, _("可带队") if inspector.leader else "")
    return " · ".join(each for each in parts if each)


def expiry_options(today: date) -> list[tuple[str, str]]:
    """Give the last days that a certificate may hold to be selected, with their words."""
    later_days = [
        ((today + timedelta(days=days)).isoformat(), _("%(days)s 天内到期") % {"days": days})
        for days in _EXPIRY_DAYS
    ]
    return [((today - timedelta(days=1)).isoformat(), _("已过期")), *later_days]


@router.get("/console/registers/inspectors/{inspector_id}")
async def one_inspector(inspector_id: str, console: InConsole) -> Response:
    """Show one inspector with absences, recusals and history."""
    async with console.reading() as work:
        each = await work.inspectors.get(inspector_id)
        require_own(console.actor, each.department)
        names = await load_names(work)
        # A superior sees the people of its lower organs and never changes them.
        own = console.actor.department in (None, each.department)
        may_change = own and bool(console.buttons("edit-inspector", inspector_id=inspector_id))
        buttons = console.buttons if may_change else _no_buttons
        return await console.show(
            work,
            "registers/inspector.html",
            names=names,
            each=each,
            certificate=Certificate((each.certificate_to - work.today()).days),
            recusals_here=await recusals_of(work, inspector_id),
            entries=await load_history(work, RegisterKind.INSPECTORS, inspector_id, names),
            acts=buttons("edit-inspector", inspector_id=inspector_id),
            absence_acts=buttons("record-absence", inspector_id=inspector_id),
            recusal_acts=buttons("declare-recusal"),
            may_change=may_change,
        )


def _no_buttons(*_wanted: str, **_keys: str) -> list[ActButton]:
    return []


@router.get("/console/registers/experts")
async def experts(console: InConsole) -> Response:
    """List the experts."""
    spec: ListSpec[Expert] = ListSpec(
        title=later("专家库"),
        columns=(
            Column(
                later("姓名"),
                "name",
                "strong",
                href=lambda each: expert_page(each.expert_id),
                order="name",
            ),
            Column(later("领域"), "field", order="field"),
            Column(later("单位"), "organisation"),
            Column(later("资格"), lambda each, _names: _("、").join(each.qualifications)),
        ),
        filters=(blank_filter(RegisterKind.EXPERTS),),
        empty=later("还没有专家。"),
        empty_next=later("添加一名，或上传一份名录。"),
        search_label=later("姓名、领域或单位"),
    )
    async with console.reading() as work:
        return await console.show_list(
            work,
            work.experts,
            spec,
            intro=_("专家随机抽取，只协助检查，不计入执法人数，也不作决定。"),
            acts=console.buttons("add-expert"),
        )


@router.get("/console/registers/experts/{expert_id}")
async def one_expert(expert_id: str, console: InConsole) -> Response:
    """Show one expert with recusals and history."""
    async with console.reading() as work:
        each = await work.experts.get(expert_id)
        names = await load_names(work)
        return await console.show(
            work,
            "registers/expert.html",
            names=names,
            each=each,
            recusals_here=await recusals_of(work, expert_id),
            entries=await load_history(work, RegisterKind.EXPERTS, expert_id, names),
            acts=console.buttons("edit-expert", "remove-expert", expert_id=expert_id),
            recusal_acts=console.buttons("declare-recusal"),
            may_change=bool(console.buttons("edit-expert", expert_id=expert_id)),
        )
