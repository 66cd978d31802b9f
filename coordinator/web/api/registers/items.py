"""The item list over the API: items, proposals, versions with what they change, duty lists."""

from fastapi import APIRouter

from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.duties import DutyList
from coordinator.domain.registers.item_list import ItemListVersion, ItemProposal
from coordinator.services import registers
from coordinator.web.acts import Entry, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.api.registers.item_acts import ACTS
from coordinator.web.dependencies import Reader
from coordinator.web.parts import Parts
from coordinator.web.reach import own_matters

__all__ = ["ACTS", "router"]

TAG = "事项清单 item list"
router = APIRouter(tags=[TAG])
add_acts(router, ACTS, TAG)


class ItemsAsked(Asked):
    """Filters of the items."""

    department: str | None = None
    category: str | None = None
    object_type: str | None = None
    item_class: str | None = None
    source: str | None = None


@router.get("/items", summary="抽查事项列表", operation_id="items")
async def items(asked: FromUrl[ItemsAsked], parts: Parts, person: Reader) -> PageOf[CheckItem]:
    """Give a page of published items, with those that have ended or still come."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.items, asked)


@router.get("/items/{code:path}", summary="一个抽查事项", operation_id="item")
async def item(code: str, parts: Parts, person: Reader) -> CheckItem:
    """Give an item with checkpoints, legal bases and validity."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await work.items.get(code)


class ProposalsAsked(Asked):
    """Filters of the proposals."""

    department: str | None = None
    state: str | None = None
    code: str | None = None


@router.get("/item-proposals", summary="事项提议列表", operation_id="item_proposals")
async def item_proposals(
    asked: FromUrl[ProposalsAsked], parts: Parts, person: Reader
) -> PageOf[ItemProposal]:
    """Give a page of proposals; a department sees its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.item_proposals, asked, **own_matters(person.actor))


class ListsAsked(Asked):
    """Filters of the versions."""

    state: str | None = None


@router.get("/item-lists", summary="清单版本列表", operation_id="item_lists")
async def item_lists(
    asked: FromUrl[ListsAsked], parts: Parts, person: Reader
) -> PageOf[ItemListVersion]:
    """Give a page of versions, each with what it changed."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.item_lists, asked)


class ListWithItems(Entry):
    """A version, what it changed from the one before, and all its items."""

    version: ItemListVersion
    items: tuple[CheckItem, ...]


@router.get("/item-lists/{list_id}", summary="清单的一版", operation_id="item_list")
async def item_list(list_id: str, parts: Parts, person: Reader) -> ListWithItems:
    """Give a version with its items: as published, or as a draft would be if it were today."""
    async with parts.open_work(person.actor, writes=False) as work:
        version = await work.item_lists.get(list_id)
        found = (
            await registers.draft_content(work, version, work.today())
            if version.number is None
            else await registers.content_of(work, version.number)
        )
    return ListWithItems(version=version, items=tuple(found[code] for code in sorted(found)))


class DutiesAsked(Asked):
    """Filters of the duty lists."""

    department: str | None = None
    state: str | None = None


@router.get("/duty-lists", summary="检查人员权责清单", operation_id="duty_lists")
async def duty_lists(asked: FromUrl[DutiesAsked], parts: Parts, person: Reader) -> PageOf[DutyList]:
    """Give a page of duty lists, every version of every post."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.duty_lists, asked)
