"""Registers over the API."""

from fastapi import APIRouter

from coordinator.web.acts import Act, add_acts
from coordinator.web.api.registers import (
    calendar,
    directories,
    imports,
    items,
    object_acts,
    organisation,
    people_acts,
)

router = APIRouter()
for part in (directories, imports, items, organisation, calendar):
    router.include_router(part.router)

OWN_ACTS: tuple[Act, ...] = (*imports.ACTS, *object_acts.ACTS, *people_acts.ACTS)
add_acts(router, OWN_ACTS, directories.TAG)

ACTS: tuple[Act, ...] = (*OWN_ACTS, *items.ACTS, *organisation.ACTS, *calendar.ACTS)

__all__ = ["ACTS", "router"]
