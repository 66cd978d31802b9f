"""Joint-punishment measures; departments answer them by message."""

from fastapi import APIRouter

from coordinator.domain.joint_punishment import MeasureOrder
from coordinator.domain.lifecycle import OrderState
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.parts import Parts
from coordinator.web.reach import own_matters

router = APIRouter(tags=["惩戒 joint punishment"])


class MeasuresAsked(Asked):
    """Filters of the measures."""

    round_id: str | None = None
    listing_id: str | None = None
    state: OrderState | None = None


@router.get("/measures", summary="联合惩戒措施列表", operation_id="measures")
async def measures(
    asked: FromUrl[MeasuresAsked], parts: Parts, person: Reader
) -> PageOf[MeasureOrder]:
    """Give a page of measures with their feedback; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.orders, asked, **own_matters(person.actor))
