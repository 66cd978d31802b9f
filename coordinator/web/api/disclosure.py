"""Publication of results: not published by law, corrected, withdrawn, objected to."""

from dataclasses import replace
from datetime import date

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.disclosure import Disclosure, DisclosureExemption
from coordinator.services import disclosure, handlers
from coordinator.services.disclosure import ExemptionOrder
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, Nothing, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import _, later
from coordinator.web.parts import Parts

TAG = "公示 disclosure"
router = APIRouter(tags=[TAG])

SEARCHED = ("object_name", "object_id", "item_name", "task_number")
"""What a search in publications looks at: never what a party said, nor who published."""


class ObjectionEntry(Entry):
    """What a party says against a result."""

    text: str = Field(
        title=later("异议内容"),
        description=later("写明哪一点与事实不符，以及依据。"),
        min_length=1,
        max_length=2000,
        json_schema_extra=AREA,
    )
    received: date | None = Field(
        default=None,
        title=later("收到书面异议的日期"),
        description=later("不填为今天；期限从这一天算起。"),
    )


class AnswerEntry(Entry):
    """The answer to an objection."""

    upheld: bool = Field(
        title=later("结论"),
        description=later("异议成立的，结果退回录入部门更正，公示页标明正在更正。"),
        json_schema_extra={"widget": "select", "choices": "upheld"},
    )
    answer: str = Field(
        title=later("答复"),
        description=later("答复与公示一并公开，请不要写个人信息。"),
        min_length=1,
        max_length=2000,
        json_schema_extra=AREA,
    )


class ReasonEntry(Entry):
    """Why something is done or refused."""

    reason: str = Field(title=later("理由"), min_length=1, max_length=1000, json_schema_extra=AREA)


class ExemptionEntry(Entry):
    """Why a result is not published."""

    reason: str = Field(
        title=later("法定情形"),
        json_schema_extra={"widget": "select", "choices": "disclosure_exemptions"},
    )
    note: str = Field(
        default="",
        title=later("具体事实"),
        description=later("写明涉及什么、依据哪一条；不公开，审计可查。"),
        max_length=1000,
        json_schema_extra=AREA,
    )


class WithdrawalEntry(Entry):
    """Why a publication is taken back."""

    reason: str = Field(
        title=later("撤销原因"),
        description=later("公示页只写这一原因。"),
        json_schema_extra={"widget": "select", "choices": "disclosure_withdrawals"},
    )
    note: str = Field(
        default="",
        title=later("具体事实"),
        max_length=1000,
        json_schema_extra=AREA,
    )


class ConsentEntry(Entry):
    """What an approver adds to a consent."""

    note: str = Field(default="", title=later("意见"), max_length=1000, json_schema_extra=AREA)


async def _object(work: Work, keys: Keys, entry: ObjectionEntry) -> Disclosure:
    return await disclosure.receive_objection(
        work, keys["disclosure_id"], entry.text, entry.received
    )


async def _answer(work: Work, keys: Keys, entry: AnswerEntry) -> Disclosure:
    return await handlers.answer_objection(
        work, keys["disclosure_id"], entry.answer, upheld=entry.upheld
    )


async def _ask_exemption(work: Work, keys: Keys, entry: ExemptionEntry) -> DisclosureExemption:
    order = ExemptionOrder(keys["result_id"], entry.reason, entry.note)
    return await disclosure.request_exemption(work, order)


async def _approve_exemption(work: Work, keys: Keys, entry: ConsentEntry) -> DisclosureExemption:
    return await handlers.approve_exemption(work, keys["exemption_id"], entry.note)


async def _refuse_exemption(work: Work, keys: Keys, entry: ReasonEntry) -> DisclosureExemption:
    return await disclosure.refuse_exemption(work, keys["exemption_id"], entry.reason)


async def _ask_withdrawal(work: Work, keys: Keys, entry: WithdrawalEntry) -> Disclosure:
    return await disclosure.request_withdrawal(
        work, keys["disclosure_id"], entry.reason, entry.note
    )


async def _confirm_withdrawal(work: Work, keys: Keys, _entry: None) -> Disclosure:
    return await disclosure.confirm_withdrawal(work, keys["disclosure_id"])


async def _refuse_withdrawal(work: Work, keys: Keys, entry: ReasonEntry) -> Disclosure:
    return await disclosure.refuse_withdrawal(work, keys["disclosure_id"], entry.reason)


_BACK = "/console/disclosures/{disclosure_id}"
_EXEMPTIONS = "/console/disclosures/exemptions"

ACTS = (
    Act(
        name="receive-objection",
        path="/disclosures/{disclosure_id}/objection",
        label=later("登记书面异议"),
        consequence=later("公示页即刻标明“有异议”，答复期限开始计算；过了提出期限的不再受理。"),
        role=Role.DEPARTMENT,
        also=(Role.OFFICE,),
        run=_object,
        entry=ObjectionEntry,
        back=_BACK,
    ),
    Act(
        name="answer-objection",
        path="/disclosures/{disclosure_id}/answer",
        label=later("答复异议"),
        consequence=later(
            "答复与公示一并公开，只答复一次；异议成立的，本部门这次任务的结果退回更正。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_answer,
        entry=AnswerEntry,
        back=_BACK,
    ),
    Act(
        name="request-exemption",
        path="/results/{result_id}/exemption",
        label=later("申请不予公示"),
        consequence=later(
            "由本部门另一名审批人决定；决定之前，这次任务的结果都不能公示，公示期限照常计算。"
        ),
        role=Role.DEPARTMENT,
        run=_ask_exemption,
        entry=ExemptionEntry,
        back=_EXEMPTIONS,
        origin="/console/results/{result_id}",
    ),
    Act(
        name="approve-exemption",
        path="/disclosure-exemptions/{exemption_id}/approve",
        label=later("同意不予公示"),
        consequence=later("这一项不向社会公示，单独计数；法定情形、事实和审批人永久留存。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_approve_exemption,
        entry=ConsentEntry,
        back=_EXEMPTIONS,
    ),
    Act(
        name="refuse-exemption",
        path="/disclosure-exemptions/{exemption_id}/refuse",
        label=later("不同意，应予公示"),
        consequence=later("这一项应在期限内公示。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_refuse_exemption,
        entry=ReasonEntry,
        back=_EXEMPTIONS,
    ),
    Act(
        name="request-withdrawal",
        path="/disclosures/{disclosure_id}/withdrawal",
        label=later("申请撤销公示"),
        consequence=later("由本部门另一名审批人确认；确认之前公示照旧。"),
        role=Role.DEPARTMENT,
        run=_ask_withdrawal,
        entry=WithdrawalEntry,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="confirm-withdrawal",
        path="/disclosures/{disclosure_id}/withdrawal/confirm",
        label=later("确认撤销公示"),
        consequence=later(
            "公示页只留撤销标记、日期和原因，内容不再公开；信用平台和公示平台收到撤销通知，经过留存。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_confirm_withdrawal,
        entry=Nothing,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="refuse-withdrawal",
        path="/disclosures/{disclosure_id}/withdrawal/refuse",
        label=later("不同意撤销"),
        consequence=later("公示照旧，理由留存。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_refuse_withdrawal,
        entry=ReasonEntry,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class DisclosuresAsked(Asked):
    """Filters of the disclosures."""

    round_id: str | None = None
    visit_id: str | None = None
    department: str | None = None
    object_id: str | None = None
    has_problem: bool | None = None


@router.get("/disclosures", summary="公示列表", operation_id="disclosures")
async def disclosures(
    asked: FromUrl[DisclosuresAsked], parts: Parts, person: Reader
) -> PageOf[Disclosure]:
    """Give a page of disclosed results with all their versions, withdrawn and retired ones too."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await one_page(work.disclosures, asked, within=SEARCHED)
    shown = tuple(for_actor(person.actor, each) for each in found.values)
    return found.model_copy(update={"values": shown})


def for_actor(actor: Actor, found: Disclosure) -> Disclosure:
    """Leave out, before other departments, what a party said and the facts of a withdrawal."""
    if actor.role is not Role.DEPARTMENT or found.department in actor.sees:
        return found
    said = None if found.objection is None else _("（内容不公开）")
    return replace(found, objection=said, withdrawal_note=None)
