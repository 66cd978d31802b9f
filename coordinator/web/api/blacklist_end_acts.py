"""What people do to entries that stand: correction and delisting, by two persons each."""

from coordinator.services import blacklist, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Keys
from coordinator.web.api.blacklist_entries import CorrectionEntry, DelistEntry, ReasonEntry
from coordinator.web.language import later

_BACK = "/console/listings/{listing_id}"


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


END_ACTS = (
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
