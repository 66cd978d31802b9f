"""Annual plans over the API."""

from fastapi import APIRouter

from coordinator.web.api.annual_plan import plans

router = APIRouter()
for part in (plans,):
    router.include_router(part.router)

ACTS = (*plans.ACTS,)

__all__ = ["ACTS", "router"]
