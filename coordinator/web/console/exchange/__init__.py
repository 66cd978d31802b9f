"""Exchange with public platforms on the console."""

from fastapi import APIRouter

from coordinator.web.console.exchange import reconciling, records

router = APIRouter()
for part in (records, reconciling):
    router.include_router(part.router)
