"""Annual plans over the API."""

from fastapi import APIRouter

from coordinator.web.acts import Act
from coordinator.web.api.annual_plan import amendments, figures, lines, matching, plans

router = APIRouter()
for part in (plans, lines, amendments, matching, figures):
    router.include_router(part.router)

ACTS: tuple[Act, ...] = (*plans.ACTS, *lines.ACTS, *amendments.ACTS, *matching.ACTS)

__all__ = ["ACTS", "router"]
