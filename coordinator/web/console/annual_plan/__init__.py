"""Pages of the annual plan."""

from fastapi import APIRouter

from coordinator.web.console.annual_plan import plans
from coordinator.web.console.annual_plan.plans import share_words

router = APIRouter()
for page in (plans,):
    router.include_router(page.router)

__all__ = ["router", "share_words"]
