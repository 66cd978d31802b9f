"""Leads, the checks they make due, re-inspections, and visits of their own."""

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.burden_ledger import BurdenEntry
from coordinator.domain.due_checks import DueCheck, DueSource, Lead
from coordinator.domain.lifecycle import LeadState
from coordinator.domain.own_visits import Outcome
from coordinator.services import handlers, leads
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import hide_joined, own_matters

TAG = "线索和复查 leads"
router = APIRouter(tags=[TAG])

# Not in the id of a visit: a search must not find where a check goes before it is told.
SEARCHED = ("object_name", "place", "item_name", "reason")

_LONG = 2000


class LeadEntry(Entry):
    """What is known of a lead when it comes in."""

    object_id: str = Field(title=later("对象代码"), min_length=3, max_length=55)
    department: str = Field(
        title=later("承办部门"),
        max_length=63,
        json_schema_extra={"widget": "select", "choices": "departments"},
    )
    kind: str = Field(
        title=later("线索种类"),
        max_length=40,
        json_schema_extra={"widget": "select", "choices": "lead_kinds"},
    )
    source: str = Field(
        title=later("来源"),
        description=later("例如 12345 热线、上级转办、监测平台。"),
        min_length=1,
        max_length=200,
    )
    reference: str = Field(default="", title=later("来源编号"), max_length=100)
    items: tuple[str, ...] = Field(
        title=later("要查的事项"),
        description=later("承办部门现行事项清单中的代码，每行一个。"),
        min_length=1,
        max_length=20,
        json_schema_extra={"widget": "list"},
    )
    matter: str = Field(
        title=later("反映的问题"),
        description=later("不写投诉人的姓名和电话。"),
        min_length=1,
        max_length=_LONG,
        json_schema_extra=AREA,
    )
    received_date: date = Field(title=later("收到日期"))
    deadline: date | None = Field(
        default=None, title=later("查清期限"), description=later("留空则按规定的天数计算。")
    )


class ReasonEntry(Entry):
    """Why it is decided so."""

    reason: str = Field(title=later("理由"), min_length=1, max_length=_LONG, json_schema_extra=AREA)


class OwnVisitEntry(Entry):
    """A visit that due checks get for themselves."""

    day: date = Field(title=later("上门日期"))
    officers: tuple[str, ...] = Field(
        title=later("执法人员"),
        description=later("本部门名录中的人员代码或执法证号，每行一个，两名以上；第一名带队。"),
        min_length=1,
        max_length=20,
        json_schema_extra={"widget": "list"},
    )
    frequency_reason: str = Field(
        default="",
        title=later("高频检查的理由"),
        description=later("这个场所达到高频检查预警时必填。"),
        max_length=1000,
        json_schema_extra=AREA,
    )


class OutcomeEntry(Entry):
    """What came of a check."""

    result_codes: tuple[str, ...] = Field(
        title=later("检查结果"),
        min_length=1,
        json_schema_extra={"widget": "checks", "choices": "result_codes"},
    )
    problem: str = Field(
        default="", title=later("发现的问题"), max_length=_LONG, json_schema_extra=AREA
    )
    legal_basis: str = Field(default="", title=later("违反的依据"), max_length=1000)
    follow_up: tuple[str, ...] = Field(
        title=later("后续处置"),
        min_length=1,
        json_schema_extra={"widget": "checks", "choices": "follow_up_codes"},
    )
    note: str = Field(default="", title=later("情况说明"), max_length=_LONG, json_schema_extra=AREA)


async def _register(work: Work, _keys: Keys, entry: LeadEntry) -> Lead:
    return await leads.register_lead(work, leads.LeadReport(**entry.model_dump()))


async def _accept(work: Work, keys: Keys, entry: ReasonEntry) -> Lead:
    return await handlers.accept_lead(work, keys["lead_id"], entry.reason)


async def _reject(work: Work, keys: Keys, entry: ReasonEntry) -> Lead:
    return await leads.reject_lead(work, keys["lead_id"], entry.reason)


async def _own_visit(work: Work, keys: Keys, entry: OwnVisitEntry) -> BurdenEntry:
    order = leads.OwnVisitOrder(**entry.model_dump())
    return await leads.give_own_visit(work, keys["due_id"], order)


async def _finish(work: Work, keys: Keys, entry: OutcomeEntry) -> DueCheck:
    return await handlers.finish_own_visit(work, keys["due_id"], Outcome(**entry.model_dump()))


async def _call_off(work: Work, keys: Keys, entry: ReasonEntry) -> Sequence[DueCheck]:
    return await handlers.call_off_own_visit(work, keys["due_id"], entry.reason)


_LEAD, _DUE = "/console/leads/{lead_id}", "/console/due-checks/{due_id}"
_FOR_ITSELF = (Role.DEPARTMENT,)

ACTS = (
    Act(
        name="register-lead",
        path="/leads",
        label=later("登记线索"),
        consequence=later("投诉举报、转办交办等线索记入线索登记簿，等待受理。"),
        role=Role.OFFICE,
        also=_FOR_ITSELF,
        run=_register,
        entry=LeadEntry,
        back="/console/leads/{subject}",
        origin="/console/leads",
    ),
    Act(
        name="accept-lead",
        path="/leads/{lead_id}/accept",
        label=later("受理"),
        consequence=later(
            "每个事项成为一项待查：同一场所有尚未下达、日期合适的上门任务就并入，不增加入企次数；否则等待，到期前须单独上门。"
        ),
        role=Role.OFFICE,
        also=_FOR_ITSELF,
        run=_accept,
        entry=ReasonEntry,
        back=_LEAD,
    ),
    Act(
        name="reject-lead",
        path="/leads/{lead_id}/reject",
        label=later("不予受理"),
        consequence=later("理由记录在案，不安排检查。"),
        role=Role.OFFICE,
        also=_FOR_ITSELF,
        run=_reject,
        entry=ReasonEntry,
        danger=True,
        back=_LEAD,
    ),
    Act(
        name="give-own-visit",
        path="/due-checks/{due_id}/own-visit",
        label=later("安排单独上门"),
        consequence=later(
            "按豁免情形记入入企频次台账，次数另计；本部门在同一场所的其他待查事项一并检查。不在豁免之列的占用上限，满则不能安排。"
        ),
        role=Role.OFFICE,
        also=_FOR_ITSELF,
        run=_own_visit,
        entry=OwnVisitEntry,
        back=_DUE,
    ),
    Act(
        name="finish-own-visit",
        path="/due-checks/{due_id}/outcome",
        label=later("报告检查情况"),
        consequence=later("这项待查就此了结；线索的各项都了结后，线索办结。"),
        role=Role.OFFICE,
        also=_FOR_ITSELF,
        run=_finish,
        entry=OutcomeEntry,
        back=_DUE,
    ),
    Act(
        name="call-off-own-visit",
        path="/due-checks/{due_id}/call-off",
        label=later("取消单独上门"),
        consequence=later("台账释放这一次，同去检查的各项重新等待并入。"),
        role=Role.OFFICE,
        also=_FOR_ITSELF,
        run=_call_off,
        entry=ReasonEntry,
        danger=True,
        back=_DUE,
    ),
)
add_acts(router, ACTS, TAG)


class LeadsAsked(Asked):
    """Filters of the register of leads."""

    state: LeadState | None = None
    kind: str | None = None
    object_id: str | None = None


@router.get("/leads", summary="线索登记簿", operation_id="leads")
async def all_leads(asked: FromUrl[LeadsAsked], parts: Parts, person: Reader) -> PageOf[Lead]:
    """Give a page of leads; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.leads, asked, **own_matters(person.actor))


class DueAsked(Asked):
    """Filters of the checks that no lot asked for."""

    source: DueSource | None = None
    source_id: str | None = None
    place: str | None = None


@router.get("/due-checks", summary="待查事项", operation_id="due-checks")
async def due_checks(asked: FromUrl[DueAsked], parts: Parts, person: Reader) -> PageOf[DueCheck]:
    """Give a page of due checks; a department gets its own, and no visit before it is sent out."""
    async with parts.open_work(person.actor, writes=False) as work:
        reach = own_matters(person.actor)
        found = await one_page(work.due_checks, asked, within=SEARCHED, **reach)
        shown = await hide_joined(work, person.actor, found.values)
        return found.model_copy(update={"values": tuple(shown)})
