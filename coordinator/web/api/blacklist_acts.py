"""What people do to listings: proposal, notice, hearing, decision, correction, delisting."""

from datetime import date

from pydantic import Field, JsonValue

from contracts.vocabulary import DelistingReason
from coordinator.services import blacklist, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys
from coordinator.web.language import later

TAG = "名单 blacklist"
_AREA: dict[str, JsonValue] = {"widget": "area"}
_LISTS: dict[str, JsonValue] = {"widget": "select", "choices": "lists"}
_WAYS: dict[str, JsonValue] = {"widget": "select", "choices": "delivery_ways"}
_YES_NO: dict[str, JsonValue] = {"widget": "select", "choices": "words:hearing"}


class ProposeEntry(Entry):
    """The list a party is proposed for."""

    list_code: str = Field(title=later("名单"), json_schema_extra=_LISTS)


class CourtEntry(Entry):
    """A court's document that finds what a list's rule demands."""

    subject: str = Field(
        title=later("主体代码"),
        description=later("如 uscc:统一社会信用代码。"),
        min_length=1,
        max_length=60,
    )
    subject_name: str = Field(title=later("主体名称"), min_length=1, max_length=200)
    list_code: str = Field(title=later("名单"), json_schema_extra=_LISTS)
    court: str = Field(title=later("作出文书的法院"), min_length=1, max_length=200)
    number: str = Field(title=later("法院文书案号"), min_length=1, max_length=100)
    dated: date = Field(title=later("文书日期"))
    facts: str = Field(
        title=later("认定的事实"), min_length=1, max_length=4000, json_schema_extra=_AREA
    )


class ConsentEntry(Entry):
    """The superior's consent."""

    number: str = Field(title=later("同意文书文号"), min_length=1, max_length=100)
    organ: str = Field(title=later("上级机关"), min_length=1, max_length=200)
    dated: date = Field(title=later("同意日期"))


class NoticeEntry(Entry):
    """The number of the notice, where the organ numbers it."""

    notice_number: str = Field(default="", title=later("告知书文号"), max_length=100)


class DeliveryEntry(Entry):
    """When and how the notice reached the party."""

    day: date = Field(title=later("送达日期"), description=later("以送达回证为准。"))
    way: str = Field(title=later("送达方式"), json_schema_extra=_WAYS)


class TextEntry(Entry):
    """What the party says."""

    text: str = Field(
        title=later("当事人陈述申辩"), min_length=1, max_length=2000, json_schema_extra=_AREA
    )
    hearing: bool = Field(default=False, title=later("是否要求听证"), json_schema_extra=_YES_NO)


class HearingEntry(Entry):
    """The hearing and its note."""

    day: date = Field(title=later("听证日期"))
    note: str = Field(
        title=later("听证笔录摘要"), min_length=1, max_length=4000, json_schema_extra=_AREA
    )


class ReplyEntry(Entry):
    """What the organ answers."""

    answer: str = Field(title=later("答复"), min_length=1, max_length=2000, json_schema_extra=_AREA)


class DecisionEntry(Entry):
    """The number of the listing decision."""

    decision_number: str = Field(title=later("列入决定书文号"), min_length=1, max_length=100)


class ReasonEntry(Entry):
    """Why."""

    reason: str = Field(title=later("理由"), min_length=1, max_length=2000, json_schema_extra=_AREA)


class CorrectionEntry(Entry):
    """What a correction says; what is left empty stays."""

    number: str = Field(title=later("更正决定书文号"), min_length=1, max_length=100)
    reason: str = Field(title=later("更正理由"), min_length=1, max_length=2000)
    subject_name: str | None = Field(default=None, title=later("更正后的名称"), max_length=200)
    facts: str | None = Field(
        default=None, title=later("更正后的事实"), max_length=4000, json_schema_extra=_AREA
    )
    term_until: date | None = Field(default=None, title=later("更正后的期限"))


class DelistEntry(Entry):
    """Why a party leaves the list, and by which decision."""

    reason: DelistingReason = Field(
        title=later("移出理由"),
        description=later("信用修复须有当事人申请，不在这里办理；期满由系统自动移出。"),
        json_schema_extra={"widget": "select", "choices": "delisting"},
    )
    number: str = Field(title=later("移出决定书文号"), min_length=1, max_length=100)
    note: str = Field(default="", title=later("说明"), max_length=2000, json_schema_extra=_AREA)


async def _propose(work: Work, keys: Keys, entry: ProposeEntry) -> object:
    return await blacklist.propose_listing(work, keys["case_id"], entry.list_code)


async def _propose_by_court(work: Work, _keys: Keys, entry: CourtEntry) -> object:
    return await blacklist.propose_by_court(work, blacklist.CourtDocument(**dict(entry)))


async def _consent(work: Work, keys: Keys, entry: ConsentEntry) -> object:
    consent = blacklist.Consent(**dict(entry))
    return await blacklist.record_consent(work, keys["listing_id"], consent)


async def _notify(work: Work, keys: Keys, entry: NoticeEntry) -> object:
    return await blacklist.notify_party(work, keys["listing_id"], entry.notice_number)


async def _deliver(work: Work, keys: Keys, entry: DeliveryEntry) -> object:
    delivery = blacklist.Delivery(day=entry.day, way=entry.way)
    return await blacklist.record_delivery(work, keys["listing_id"], delivery)


async def _object(work: Work, keys: Keys, entry: TextEntry) -> object:
    return await blacklist.receive_objection(
        work, keys["listing_id"], entry.text, hearing=entry.hearing
    )


async def _hear(work: Work, keys: Keys, entry: HearingEntry) -> object:
    return await blacklist.record_hearing(work, keys["listing_id"], entry.day, entry.note)


async def _answer(work: Work, keys: Keys, entry: ReplyEntry) -> object:
    return await blacklist.answer_objection(work, keys["listing_id"], entry.answer)


async def _decide(work: Work, keys: Keys, entry: DecisionEntry) -> object:
    return await blacklist.decide_listing(work, keys["listing_id"], entry.decision_number)


async def _confirm(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.confirm_listing(work, keys["listing_id"])


async def _withdraw(work: Work, keys: Keys, entry: ReasonEntry) -> object:
    return await blacklist.withdraw_proposal(work, keys["listing_id"], entry.reason)


async def _reject(work: Work, keys: Keys, entry: ReasonEntry) -> object:
    return await blacklist.reject_listing(work, keys["listing_id"], entry.reason)


async def _propose_correction(work: Work, keys: Keys, entry: CorrectionEntry) -> object:
    draft = blacklist.CorrectionDraft(**dict(entry))
    return await blacklist.propose_correction(work, keys["listing_id"], draft)


async def _confirm_correction(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.confirm_correction(work, keys["correction_id"])


async def _reject_correction(work: Work, keys: Keys, entry: ReasonEntry) -> object:
    return await blacklist.reject_correction(work, keys["correction_id"], entry.reason)


async def _request_delisting(work: Work, keys: Keys, entry: DelistEntry) -> object:
    return await blacklist.request_delisting(
        work, keys["listing_id"], entry.reason, entry.number, entry.note
    )


async def _confirm_delisting(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.confirm_delisting(work, keys["listing_id"])


async def _reject_delisting(work: Work, keys: Keys, entry: ReasonEntry) -> object:
    return await blacklist.reject_delisting(work, keys["listing_id"], entry.reason)


_BACK = "/console/listings/{listing_id}"

ACTS = (
    Act(
        name="propose-listing",
        path="/cases/{case_id}/listing",
        label=later("提出列入名单"),
        consequence=later("仅作出处罚的机关可以提出。当事人尚未受影响，须先告知并听取陈述申辩。"),
        role=Role.DEPARTMENT,
        run=_propose,
        entry=ProposeEntry,
        back="/console/listings/{subject}",
        origin="/console/cases/{case_id}",
    ),
    Act(
        name="propose-by-court",
        path="/listings/court",
        label=later("引用法院文书提出列入"),
        consequence=later(
            "由有权机关登记法院文书并提出；当事人尚未受影响，须先告知并听取陈述申辩。"
        ),
        role=Role.DEPARTMENT,
        run=_propose_by_court,
        entry=CourtEntry,
        back="/console/listings/{subject}",
        origin="/console/listings",
    ),
    Act(
        name="record-consent",
        path="/listings/{listing_id}/consent",
        label=later("登记上级同意"),
        consequence=later("名单规定须经上级同意的，登记之前不得决定。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_consent,
        entry=ConsentEntry,
        back=_BACK,
    ),
    Act(
        name="notify-party",
        path="/listings/{listing_id}/notify",
        label=later("告知当事人"),
        consequence=later("制作列入告知书，写明事实、理由、依据和权利；送达后起算陈述申辩期。"),
        role=Role.DEPARTMENT,
        run=_notify,
        entry=NoticeEntry,
        back=_BACK,
    ),
    Act(
        name="deliver-notice",
        path="/listings/{listing_id}/delivery",
        label=later("登记告知书送达"),
        consequence=later("陈述申辩期从送达日起算，期满前不得决定；公告送达按规定天数顺延。"),
        role=Role.DEPARTMENT,
        run=_deliver,
        entry=DeliveryEntry,
        back=_BACK,
    ),
    Act(
        name="object-to-listing",
        path="/listings/{listing_id}/objection",
        label=later("登记陈述申辩"),
        consequence=later("答复之前不得决定。"),
        role=Role.DEPARTMENT,
        run=_object,
        entry=TextEntry,
        back=_BACK,
    ),
    Act(
        name="hold-hearing",
        path="/listings/{listing_id}/hearing",
        label=later("登记听证"),
        consequence=later("当事人要求听证的，举行之后才能答复和决定。"),
        role=Role.DEPARTMENT,
        run=_hear,
        entry=HearingEntry,
        back=_BACK,
    ),
    Act(
        name="answer-party",
        path="/listings/{listing_id}/answer",
        label=later("答复陈述申辩"),
        consequence=later("答复记入卷宗并送达当事人。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_answer,
        entry=ReplyEntry,
        back=_BACK,
    ),
    Act(
        name="withdraw-proposal",
        path="/listings/{listing_id}/withdraw",
        label=later("撤回提议"),
        consequence=later("提议终止，当事人不受影响；理由记入卷宗。"),
        role=Role.DEPARTMENT,
        run=_withdraw,
        entry=ReasonEntry,
        back=_BACK,
    ),
    Act(
        name="reject-listing",
        path="/listings/{listing_id}/reject",
        label=later("不予列入"),
        consequence=later("程序终止，当事人不列入名单；理由记入卷宗。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_reject,
        entry=ReasonEntry,
        back=_BACK,
    ),
    Act(
        name="decide-listing",
        path="/listings/{listing_id}/decide",
        label=later("决定列入"),
        consequence=later("您作为第一人决定；须由另一名审批人确认后才会列入并公开。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_decide,
        entry=DecisionEntry,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="confirm-listing",
        path="/listings/{listing_id}/confirm",
        label=later("确认列入"),
        consequence=later(
            "您作为第二人确认：当事人列入名单并向社会公开，各部门收到联合惩戒措施，信用平台收到通知。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_confirm,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="propose-correction",
        path="/listings/{listing_id}/correction",
        label=later("提出更正"),
        consequence=later(
            "您作为第一人提出；须由另一名审批人确认。原记载保留，更正后通知所有收到列入通知的单位。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_propose_correction,
        entry=CorrectionEntry,
        back=_BACK,
    ),
    Act(
        name="confirm-correction",
        path="/corrections/{correction_id}/confirm",
        label=later("确认更正"),
        consequence=later(
            "您作为第二人确认：更正立即公开，信用平台和各部门收到更正通知，惩戒措施随之变更。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_confirm_correction,
        danger=True,
        back="/console/listings/{subject}",
        origin="/console/listings",
    ),
    Act(
        name="reject-correction",
        path="/corrections/{correction_id}/reject",
        label=later("退回更正"),
        consequence=later("记载保持不变；理由记入卷宗。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_reject_correction,
        entry=ReasonEntry,
        back="/console/listings",
        origin="/console/listings",
    ),
    Act(
        name="request-delisting",
        path="/listings/{listing_id}/request-delisting",
        label=later("提出移出名单"),
        consequence=later("您作为第一人提出；须由另一名审批人确认。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_request_delisting,
        entry=DelistEntry,
        back=_BACK,
    ),
    Act(
        name="confirm-delisting",
        path="/listings/{listing_id}/confirm-delisting",
        label=later("确认移出名单"),
        consequence=later("您作为第二人确认：移出名单与列入同样公开，全部惩戒措施随之解除。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_confirm_delisting,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="reject-delisting",
        path="/listings/{listing_id}/reject-delisting",
        label=later("退回撤销"),
        consequence=later("主体仍在名单上，惩戒措施不变；理由记入卷宗。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_reject_delisting,
        entry=ReasonEntry,
        back=_BACK,
    ),
)
