"""Serious-violation lists: proposed, notified, decided, confirmed by two persons, left."""

from fastapi import APIRouter
from pydantic import Field, JsonValue

from contracts.vocabulary import DelistingReason
from coordinator.domain.blacklist import Listing
from coordinator.domain.lifecycle import ListingState
from coordinator.services import blacklist, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import seen_listings

TAG = "名单 blacklist"
router = APIRouter(tags=[TAG])

_AREA: dict[str, JsonValue] = {"widget": "area"}


class ProposeEntry(Entry):
    """The list a party is proposed for."""

    list_code: str = Field(
        title=later("名单"), json_schema_extra={"widget": "select", "choices": "lists"}
    )


class TextEntry(Entry):
    """What the party says."""

    text: str = Field(
        title=later("当事人陈述申辩"), min_length=1, max_length=2000, json_schema_extra=_AREA
    )


class ReplyEntry(Entry):
    """What the organ answers."""

    answer: str = Field(title=later("答复"), min_length=1, max_length=2000, json_schema_extra=_AREA)


class DecisionEntry(Entry):
    """The number of the listing decision."""

    decision_number: str = Field(title=later("列入决定书文号"), min_length=1, max_length=100)


class DelistEntry(Entry):
    """Why a party leaves the list, and by which decision."""

    reason: DelistingReason = Field(
        title=later("移出理由"), json_schema_extra={"widget": "select", "choices": "delisting"}
    )
    number: str = Field(title=later("移出决定书文号"), min_length=1, max_length=100)


async def _propose(work: Work, keys: Keys, entry: ProposeEntry) -> object:
    return await blacklist.propose_listing(work, keys["case_id"], entry.list_code)


async def _notify(work: Work, keys: Keys, _entry: None) -> object:
    return await blacklist.notify_party(work, keys["listing_id"])


async def _object(work: Work, keys: Keys, entry: TextEntry) -> object:
    return await blacklist.receive_objection(work, keys["listing_id"], entry.text)


async def _answer(work: Work, keys: Keys, entry: ReplyEntry) -> object:
    return await blacklist.answer_objection(work, keys["listing_id"], entry.answer)


async def _decide(work: Work, keys: Keys, entry: DecisionEntry) -> object:
    return await blacklist.decide_listing(work, keys["listing_id"], entry.decision_number)


async def _confirm(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.confirm_listing(work, keys["listing_id"])


async def _request_delisting(work: Work, keys: Keys, entry: DelistEntry) -> object:
    return await blacklist.request_delisting(work, keys["listing_id"], entry.reason, entry.number)


async def _confirm_delisting(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.confirm_delisting(work, keys["listing_id"])


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
        name="notify-party",
        path="/listings/{listing_id}/notify",
        label=later("告知当事人"),
        consequence=later("陈述申辩期从今日起算，期满前不得决定。"),
        role=Role.DEPARTMENT,
        run=_notify,
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
        name="answer-party",
        path="/listings/{listing_id}/answer",
        label=later("答复陈述申辩"),
        consequence=later("答复记入卷宗并送达当事人。"),
        role=Role.DEPARTMENT,
        run=_answer,
        entry=ReplyEntry,
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
)
add_acts(router, ACTS, TAG)


class ListingsAsked(Asked):
    """Filters of the listings."""

    round_id: str | None = None
    state: ListingState | None = None
    list_code: str | None = None
    case_id: str | None = None


@router.get("/listings", summary="名单列表", operation_id="listings")
async def listings(asked: FromUrl[ListingsAsked], parts: Parts, person: Reader) -> PageOf[Listing]:
    """Give a page of listings with their due process."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.listings, asked, **await seen_listings(work, person.actor))
