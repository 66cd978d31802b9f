"""The desk's page about messages: what waits, what is parked, what is missing in our queues."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import col, select

from contracts.topology import tasks_queue
from department_agents.desk.identity import PageSession
from department_agents.desk.place import Place, place_of
from department_agents.desk.rendering import Page, render
from department_agents.standing import standing_of
from department_agents.store.order import PARKED
from department_agents.store.order_rows import GapRow, VoidedRow

_SHOWN = 50

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class GapView:
    """A gap as the page shows it; `voided` are the sequences that the office can't send."""

    of_tasks: bool
    first: int
    last: int
    noticed_at: datetime
    number_of_requests: int
    closed_at: datetime | None
    voided: tuple[VoidedRow, ...]


@router.get("/messages")
async def messages(request: Request, session: PageSession) -> Response:
    """Show what waits and what is missing."""
    place = place_of(request)
    return render(
        request,
        Page("messages.html", session),
        standing=await standing_of(place.database),
        connected=place.is_consuming(),
        gaps=await _gaps(place),
    )


async def _gaps(place: Place) -> list[GapView]:
    async with place.database.transaction() as session:
        latest = select(GapRow).order_by(col(GapRow.gap_id).desc()).limit(_SHOWN)
        gaps = (await session.exec(latest)).all()
        voids = select(VoidedRow).where(
            VoidedRow.reason != PARKED,
            col(VoidedRow.last) >= min((gap.first for gap in gaps), default=0),
        )
        voided = (await session.exec(voids)).all()
    tasks = tasks_queue(place.profile.code)
    return [
        GapView(
            gap.queue == tasks,
            gap.first,
            gap.last,
            gap.noticed_at,
            gap.number_of_requests,
            gap.closed_at,
            tuple(each for each in voided if _meet(gap, each)),
        )
        for gap in gaps
    ]


def _meet(gap: GapRow, void: VoidedRow) -> bool:
    return gap.queue == void.queue and void.first <= gap.last and void.last >= gap.first
