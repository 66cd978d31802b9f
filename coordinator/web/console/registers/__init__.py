"""Pages of the registers, one module per register."""

from fastapi import APIRouter

from coordinator.web.console.registers import directories
from coordinator.web.console.registers.directories import item_spec

router = APIRouter()
for page in (directories,):
    router.include_router(page.router)

__all__ = ["item_spec", "router"]
