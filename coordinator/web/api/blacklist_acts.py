"""What people do until a subject is listed: proposal, notice, hearing, decision."""

from coordinator.services import blacklist, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Keys
from coordinator.web.api.blacklist_entries import (
    ConsentEntry,
    CourtEntry,
    DecisionEntry,
    DeliveryEntry,
    HearingEntry,
    NoticeEntry,
    ProposeEntry,
    ReasonEntry,
    ReplyEntry,
    TextEntry,
)
from coordinator.web.language import later

TAG = "名单 blacklist"


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


_BACK = "/console/listings/{listing_id}"

LISTING_ACTS = (
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
)
