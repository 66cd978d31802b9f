"""Registers over the API."""

from fastapi import APIRouter

from coordinator.web.acts import Act
from coordinator.web.api.registers import directories

router = APIRouter()
for part in (directories,):
    router.include_router(part.router)

ACTS: tuple[Act, ...] = ()

__all__ = ["ACTS", "router"]
