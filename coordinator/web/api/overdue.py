"""What is due or overdue, as a list for other systems of a department."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from coordinator.domain.overdue import Light
from coordinator.services.ports import Query
from coordinator.web.api.paging import PAGE_SIZE, Asked, FromUrl, PageOf
from coordinator.web.dependencies import Reader
from coordinator.web.overdue_clocks import SeenClocks
from coordinator.web.parts import Parts

router = APIRouter(tags=["考核 appraisal"])


class ClockSeen(BaseModel):
    """An open clock: what is due, on which record, by whom, until when, and its light today."""

    kind: str
    subject: str
    department: str
    due_date: date
    light: Light
    days_over: int


class ClocksAsked(Asked):
    """Filters of the open clocks; without a light, those that are yellow or red."""

    department: str | None = None
    kind: str | None = None
    light: Light | None = None


@router.get("/overdue", summary="到期和逾期", operation_id="overdue")
async def overdue(asked: FromUrl[ClocksAsked], parts: Parts, person: Reader) -> PageOf[ClockSeen]:
    """Give a page of open clocks, the oldest first; a department gets its own."""
    query = Query(
        equals=asked.conditions(),
        text=asked.q,
        offset=(asked.page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    async with parts.open_work(person.actor, writes=False) as work:
        found = await SeenClocks(work, person.actor).page(query)
    values = tuple(ClockSeen.model_validate(each, from_attributes=True) for each in found.values)
    return PageOf(values=values, total=found.total, page=asked.page)
