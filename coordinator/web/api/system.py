"""For machines: the office's keys, and whether the service lives and is ready."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from coordinator.services import public_keys
from coordinator.web.dependencies import VISITOR
from coordinator.web.parts import Parts

TAG = "系统 system"
router = APIRouter(tags=[TAG])
health = APIRouter(tags=[TAG])


class Health(BaseModel):
    """Whether the service lives."""

    status: str
    version: str


@router.get("/keys", summary="公钥", operation_id="keys")
async def keys(parts: Parts) -> dict[str, Any]:
    """Give the keys that verify the office's and the departments' signatures, as JWKS."""
    async with parts.open_work(VISITOR, writes=False) as work:
        return await public_keys.published_keys(work)


@health.get("/healthz", summary="存活", operation_id="healthz")
async def alive(parts: Parts) -> Health:
    """Say that the process answers."""
    return Health(status="ok", version=parts.version)


@health.get("/.well-known/jwks.json", summary="公钥集", operation_id="well_known_jwks")
async def well_known_keys(parts: Parts) -> dict[str, Any]:
    """Give the same keys where verifying libraries look for them."""
    return await keys(parts)


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
    found = {"calendar-ends": calendar.ends_soon(today), "store-full": parts.store_is_full()}
    return Readiness(
        status="ready",
        version=parts.version,
        calendar_until=calendar.last_official_day(today),
        warnings=tuple(name for name, is_so in found.items() if is_so),
    )
