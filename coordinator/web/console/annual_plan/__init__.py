"""Pages of the annual plan."""

from fastapi import APIRouter

from coordinator.web.console.annual_plan import (
    changing,
    checking,
    forecasts,
    lines,
    matching,
    plans,
    starting,
    what_if,
)

_PAGES = (starting, plans, checking, forecasts, matching, what_if, changing, lines)

router = APIRouter()
for page in _PAGES:  # "new" before any plan's id
    router.include_router(page.router)

__all__ = ["router"]
