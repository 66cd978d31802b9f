"""Pages of the registers, one module per register."""

from fastapi import APIRouter

from coordinator.web.console.registers import (
    duties,
    imports,
    item_form,
    item_lists,
    item_proposals,
    items,
    joint_list,
    objects,
    overview,
    people,
    recusals,
    wizard,
)

router = APIRouter()
for page in (
    overview,
    objects,
    people,
    recusals,
    wizard,  # before imports: its address is no act's id
    imports,
    joint_list,
    items,
    item_lists,
    item_proposals,
    item_form,
    duties,
):
    router.include_router(page.router)

__all__ = ["router"]
