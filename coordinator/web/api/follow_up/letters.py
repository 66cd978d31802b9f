"""Letters to other authorities: transfers and copy notices, sent, answered, taken back."""

from fastapi import APIRouter
from pydantic import Field, JsonValue

from contracts.follow_up import CopyNoticeOutcome
from coordinator.domain.follow_up import CopyNotice, Severity, Transfer
from coordinator.domain.lifecycle import CopyNoticeState, TransferState
from coordinator.services import follow_up
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.follow_up.fields import LINES, LONG, TAG, Person, Reason, choice
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import seen_copy_notices, seen_transfers

router = APIRouter(tags=[TAG])

_RECEIVERS: dict[str, JsonValue] = {"widget": "checks", "choices": "departments"}


class TransferEntry(Entry):
    """To whom a matter goes, and why; a receiver outside this system gets the letter on paper."""

    severity: Severity = Field(
        title=later("移送情形"),
        description=later("去向由现行规则按情形确定。"),
        json_schema_extra=choice("words:severity"),
    )
    receiver: str = Field(
        default="",
        title=later("接收部门"),
        description=later("接收机关不在本系统时留空，填写下面的名称，移送书以纸质发出。"),
        json_schema_extra=choice("departments"),
    )
    receiver_name: str = Field(default="", title=later("接收机关名称"), max_length=200)
    reason: Reason
    materials: tuple[str, ...] = Field(
        default=(),
        title=later("移送材料"),
        description=later("每行一件。"),
        max_length=100,
        json_schema_extra=LINES,
    )


class ReceiptEntry(Entry):
    """The receipt of a transfer."""

    accepted: bool = Field(title=later("是否受理"), json_schema_extra=choice("words:accepted"))
    person: Person
    reason: str = Field(
        default="",
        title=later("理由"),
        description=later("退回时必填。"),
        max_length=LONG,
        json_schema_extra=AREA,
    )


class OutcomeEntry(Entry):
    """What the receiver made of a transfer."""

    outcome: str = Field(
        title=later("办理结果"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )


class CopyEntry(Entry):
    """Which departments are told of a problem, and of what."""

    receivers: tuple[str, ...] = Field(
        title=later("抄告部门"), min_length=1, json_schema_extra=_RECEIVERS
    )
    matter: str = Field(
        title=later("抄告事项"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )


class CopyAnswerEntry(Entry):
    """What the department did about the problem."""

    outcome: CopyNoticeOutcome = Field(
        title=later("办理结果"), json_schema_extra=choice("words:copy-outcome")
    )
    answer: str = Field(
        title=later("办理情况"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )
    person: Person


class WithdrawalEntry(Entry):
    """Why a notice needs no answer any more."""

    reason: Reason


async def _transfer_case(work: Work, keys: Keys, entry: TransferEntry) -> object:
    order = follow_up.TransferOrder(**entry.model_dump())
    return await follow_up.transfer_case(work, keys["case_id"], order)


async def _transfer_clue(work: Work, keys: Keys, entry: TransferEntry) -> object:
    order = follow_up.TransferOrder(**entry.model_dump())
    return await follow_up.transfer_clue(work, keys["result_id"], order)


async def _answer(work: Work, keys: Keys, entry: ReceiptEntry) -> object:
    receipt = follow_up.Receipt(**entry.model_dump())
    return await follow_up.answer_transfer(work, keys["transfer_id"], receipt)


async def _close(work: Work, keys: Keys, entry: OutcomeEntry) -> object:
    return await follow_up.close_transfer(work, keys["transfer_id"], entry.outcome)


async def _copy(work: Work, keys: Keys, entry: CopyEntry) -> object:
    return await follow_up.send_copy_notice(work, keys["result_id"], entry.receivers, entry.matter)


async def _answer_copy(work: Work, keys: Keys, entry: CopyAnswerEntry) -> object:
    answer = follow_up.CopyAnswer(**entry.model_dump())
    return await follow_up.answer_copy_notice(work, keys["notice_id"], answer)


async def _withdraw(work: Work, keys: Keys, entry: WithdrawalEntry) -> object:
    return await follow_up.withdraw_copy_notice(work, keys["notice_id"], entry.reason)


_TRANSFER = "/console/transfers/{transfer_id}"
_NOTICE = "/console/copy-notices/{notice_id}"
_RESULT = "/console/results/{result_id}"

ACTS = (
    Act(
        name="transfer-case",
        path="/cases/{case_id}/transfer",
        label=later("移送案件"),
        consequence=later("签发移送书；案件等待对方回执，被退回则继续办理。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_transfer_case,
        entry=TransferEntry,
        back="/console/transfers/{subject}",
        origin="/console/cases/{case_id}",
    ),
    Act(
        name="transfer-clue",
        path="/results/{result_id}/transfer",
        label=later("移送线索"),
        consequence=later("签发移送书，把不属本机关管辖的问题交有权机关。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_transfer_clue,
        entry=TransferEntry,
        back="/console/transfers/{subject}",
        origin=_RESULT,
    ),
    Act(
        name="answer-transfer",
        path="/transfers/{transfer_id}/answer",
        label=later("录入移送回执"),
        consequence=later("受理后等待办理结果；退回须写明理由。"),
        role=Role.DEPARTMENT,
        run=_answer,
        entry=ReceiptEntry,
        back=_TRANSFER,
    ),
    Act(
        name="close-transfer",
        path="/transfers/{transfer_id}/close",
        label=later("录入办理结果"),
        consequence=later("移送办结，移送的案件随之结案。"),
        role=Role.DEPARTMENT,
        run=_close,
        entry=OutcomeEntry,
        back=_TRANSFER,
    ),
    Act(
        name="send-copy-notice",
        path="/results/{result_id}/copy-notice",
        label=later("抄告相关部门"),
        consequence=later("每个部门收到一份抄告，须在规定期限内反馈。"),
        role=Role.DEPARTMENT,
        run=_copy,
        entry=CopyEntry,
        back=_RESULT,
    ),
    Act(
        name="answer-copy-notice",
        path="/copy-notices/{notice_id}/answer",
        label=later("反馈抄告"),
        consequence=later("反馈发给抄告部门。"),
        role=Role.DEPARTMENT,
        run=_answer_copy,
        entry=CopyAnswerEntry,
        back=_NOTICE,
    ),
    Act(
        name="withdraw-copy-notice",
        path="/copy-notices/{notice_id}/withdraw",
        label=later("撤回抄告"),
        consequence=later("对方不必再反馈。"),
        role=Role.DEPARTMENT,
        run=_withdraw,
        entry=WithdrawalEntry,
        back=_NOTICE,
    ),
)
add_acts(router, ACTS, TAG)


class TransfersAsked(Asked):
    """Filters of the transfers."""

    round_id: str | None = None
    state: TransferState | None = None
    case_id: str | None = None


@router.get("/transfers", summary="移送列表", operation_id="transfers")
async def transfers(
    asked: FromUrl[TransfersAsked], parts: Parts, person: Reader
) -> PageOf[Transfer]:
    """Give a page of transfers; a department gets those that it sent or received."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.transfers, asked, **await seen_transfers(work, person.actor))


class CopyNoticesAsked(Asked):
    """Filters of the copy notices."""

    round_id: str | None = None
    state: CopyNoticeState | None = None
    receiver: str | None = None


@router.get("/copy-notices", summary="抄告列表", operation_id="copy_notices")
async def copy_notices(
    asked: FromUrl[CopyNoticesAsked], parts: Parts, person: Reader
) -> PageOf[CopyNotice]:
    """Give a page of copy notices; a department gets those that it sent or received."""
    async with parts.open_work(person.actor, writes=False) as work:
        reach = await seen_copy_notices(work, person.actor)
        return await one_page(work.copy_notices, asked, **reach)
