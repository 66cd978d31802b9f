"""The list of business abnormalities: proposed, entered, removed; and its feed."""

from fastapi import APIRouter

from coordinator.domain.follow_up import AbnormalEntry
from coordinator.domain.lifecycle import AbnormalState
from coordinator.services import follow_up, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.api.follow_up.fields import TAG, Number, Reason
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import seen_abnormal

router = APIRouter(tags=[TAG])


class DecisionEntry(Entry):
    """A decision document on the list."""

    number: Number
    reason: Reason


class RejectionEntry(Entry):
    """Why nobody enters the list."""

    reason: Reason


async def _propose(work: Work, keys: Keys, _entry: None) -> object:
    return await follow_up.propose_abnormal(work, keys["result_id"])


async def _enter(work: Work, keys: Keys, entry: DecisionEntry) -> object:
    decision = follow_up.AbnormalDecision(**entry.model_dump())
    return await handlers.enter_abnormal(work, keys["entry_id"], decision)


async def _reject(work: Work, keys: Keys, entry: RejectionEntry) -> object:
    return await follow_up.reject_abnormal(work, keys["entry_id"], entry.reason)


async def _remove(work: Work, keys: Keys, entry: DecisionEntry) -> object:
    decision = follow_up.AbnormalDecision(**entry.model_dump())
    return await handlers.remove_abnormal(work, keys["entry_id"], decision)


_PAGE = "/console/abnormal-list/{entry_id}"

ACTS = (
    Act(
        name="propose-abnormal",
        path="/results/{result_id}/abnormal-list",
        label=later("建议列入经营异常名录"),
        consequence=later("由名录管理部门决定；结果码建议列入的，审核通过时已自动提出。"),
        role=Role.DEPARTMENT,
        run=_propose,
        back="/console/abnormal-list/{subject}",
        origin="/console/results/{result_id}",
    ),
    Act(
        name="enter-abnormal",
        path="/abnormal-list/{entry_id}/enter",
        label=later("决定列入"),
        consequence=later("当事人列入经营异常名录，向社会公示并通知各部门。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_enter,
        entry=DecisionEntry,
        danger=True,
        back=_PAGE,
    ),
    Act(
        name="reject-abnormal",
        path="/abnormal-list/{entry_id}/reject",
        label=later("不予列入"),
        consequence=later("建议了结，理由存档。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_reject,
        entry=RejectionEntry,
        back=_PAGE,
    ),
    Act(
        name="remove-abnormal",
        path="/abnormal-list/{entry_id}/remove",
        label=later("决定移出"),
        consequence=later("当事人移出经营异常名录，通知各部门。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_remove,
        entry=DecisionEntry,
        back=_PAGE,
    ),
)
add_acts(router, ACTS, TAG)


class EntriesAsked(Asked):
    """Filters of the entries."""

    state: AbnormalState | None = None
    subject: str | None = None


@router.get("/abnormal-list", summary="经营异常名录", operation_id="abnormal_list")
async def abnormal_list(
    asked: FromUrl[EntriesAsked], parts: Parts, person: Reader
) -> PageOf[AbnormalEntry]:
    """Give a page of entries: decided ones to everybody, proposals to who has to do with them."""
    async with parts.open_work(person.actor, writes=False) as work:
        reach = await seen_abnormal(work, person.actor)
        return await one_page(work.abnormal_entries, asked, **reach)
