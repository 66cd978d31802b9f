"""Pages of the annual plan."""

from fastapi import APIRouter

from coordinator.web.console.annual_plan import (
    changing,
    checking,
    forecasts,
    lines,
    plans,
    starting,
)

router = APIRouter()
for page in (starting, plans, checking, forecasts, changing, lines):  # "new" before any plan's id
    router.include_router(page.router)

__all__ = ["router"]
