"""For machines: the office's keys, the credit log, and whether the service lives and is ready."""

import base64
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from coordinator.services import public_keys
from coordinator.services.ports import Query as ListQuery
from coordinator.web.dependencies import VISITOR
from coordinator.web.parts import Parts

TAG = "系统 system"
router = APIRouter(tags=[TAG])
health = APIRouter(tags=[TAG])

_LAST_EVENT = 2**62  # beyond that databases can't count
_EVENTS_PER_PAGE = 500


class CreditEventSeen(BaseModel):
    """One event of the gap-free log; `body` is the message as published, base64."""

    number: int
    message_id: str
    type: str
    subject: str
    body: str
    signature: str
    created_at: datetime


class Health(BaseModel):
    """Whether the service lives."""

    status: str
    version: str


@router.get("/keys", summary="公钥", operation_id="keys")
async def keys(parts: Parts) -> dict[str, Any]:
    """Give the keys that verify the office's and the departments' signatures, as JWKS."""
    async with parts.open_work(VISITOR, writes=False) as work:
        return await public_keys.published_keys(work)


@router.get("/credit-events", summary="信用事件", operation_id="credit_events")
async def credit_events(
    parts: Parts,
    after: Annotated[int, Query(ge=0, le=_LAST_EVENT, description="从这个编号之后开始")] = 0,
) -> list[CreditEventSeen]:
    """Give up to 500 events after a number: disclosed results, listings, delistings."""
    query = ListQuery(order="number", offset=after, limit=_EVENTS_PER_PAGE)
    async with parts.open_work(VISITOR, writes=False) as work:
        # The log has no gaps, so a number is also a position.
        found = await work.credit_events.page(query)
    return [
        CreditEventSeen(
            number=each.number,
            message_id=each.message_id,
            type=each.type,
            subject=each.subject,
            body=base64.b64encode(each.body).decode(),
            signature=each.signature,
            created_at=each.created_at,
        )
        for each in found.values
    ]


@health.get("/healthz", summary="存活", operation_id="healthz")
async def alive(parts: Parts) -> Health:
    """Say that the process answers."""
    return Health(status="ok", version=parts.version)


class Readiness(Health):
    """Whether the service can work; `warnings` name what somebody should see to before it can't."""

    calendar_until: date | None
    warnings: tuple[str, ...]


@health.get("/readyz", summary="就绪", operation_id="readyz")
async def ready(parts: Parts) -> Readiness:
    """Say that the database answers too, and how far the official calendar reaches."""
    async with parts.open_work(VISITOR, writes=False) as work:
        await work.departments.count()
        today, calendar = work.today(), work.calendar
    return Readiness(
        status="ready",
        version=parts.version,
        calendar_until=calendar.last_official_day(today),
        warnings=("calendar-ends",) if calendar.ends_soon(today) else (),
    )
