"""Joint-punishment measures; departments answer them by message."""

from fastapi import APIRouter

from coordinator.domain.joint_punishment import MeasureAnswer, MeasureOrder, PunishmentCase
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


class AnswersAsked(Asked):
    """Filters of the answers."""

    listing_id: str | None = None
    order_id: str | None = None


@router.get("/measure-answers", summary="惩戒反馈经过", operation_id="measure_answers")
async def measure_answers(
    asked: FromUrl[AnswersAsked], parts: Parts, person: Reader
) -> PageOf[MeasureAnswer]:
    """Give a page of all answers, former ones included; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.measure_answers, asked, **own_matters(person.actor))


class PunishmentsAsked(Asked):
    """Filters of the joint-punishment cases."""

    listing_id: str | None = None


@router.get("/punishments", summary="联合惩戒案件", operation_id="punishments")
async def punishments(
    asked: FromUrl[PunishmentsAsked], parts: Parts, person: Reader
) -> PageOf[PunishmentCase]:
    """Give a page of joint-punishment cases; their listings are public, so are they."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.punishments, asked)
