"""Publication on the console: what is public, what is due, what is kept back, and the export."""

from fastapi import APIRouter

from coordinator.web.console.disclosure import due, exemptions, exporting, penalties, published

router = APIRouter()
for part in (due, exemptions, exporting, penalties, published):
    router.include_router(part.router)
