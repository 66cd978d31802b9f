"""Registers as data: items, objects and the joint list with its links."""

from fastapi import APIRouter

from coordinator.domain.registers import CheckItem, InspectionObject, JointListRow
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Overseer, Reader
from coordinator.web.parts import Parts

TAG = "登记 registers"
router = APIRouter(tags=[TAG])


class ItemsAsked(Asked):
    """Filters of the items."""

    department: str | None = None
    source: str | None = None


@router.get("/items", summary="抽查事项列表", operation_id="items")
async def items(asked: FromUrl[ItemsAsked], parts: Parts, person: Reader) -> PageOf[CheckItem]:
    """Give a page of published items."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.items, asked)


class ObjectsAsked(Asked):
    """Filters of the inspection objects."""

    region: str | None = None
    kind: str | None = None


@router.get("/objects", summary="检查对象列表", operation_id="objects")
async def objects(
    asked: FromUrl[ObjectsAsked], parts: Parts, person: Overseer
) -> PageOf[InspectionObject]:
    """Give a page of inspection objects; people and phone numbers stay out."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await one_page(work.objects, asked)
    hidden = {"responsible_person": "", "phone": ""}
    shown = tuple(each.model_copy(update=hidden) for each in found.values)
    return PageOf(values=shown, total=found.total, page=found.page)


@router.get("/joint-list", summary="联合抽查事项清单", operation_id="joint_list")
async def joint_list(asked: FromUrl[Asked], parts: Parts, person: Reader) -> PageOf[JointListRow]:
    """Give a page of the joint list; a row without linked items can't be planned."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.joint_list, asked)
