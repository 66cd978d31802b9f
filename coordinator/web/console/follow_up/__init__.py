"""Follow-up on the console: orders, hazards, samples, cases, letters, the abnormal list, files."""

from fastapi import APIRouter

from coordinator.web.console.follow_up import (
    abnormal_list,
    case_files,
    cases,
    enterprises,
    hazards,
    letters,
    orders,
    papers,
    samples,
)

router = APIRouter()
for each in (
    orders,
    hazards,
    samples,
    cases,
    letters,
    abnormal_list,
    papers,
    case_files,
    enterprises,
):
    router.include_router(each.router)
