"""Follow-up over HTTP: what may be done about a finding, and the lists of what is done."""

from fastapi import APIRouter

from coordinator.web.api.follow_up import abnormal_list, cases, hazards, letters, orders, samples

router = APIRouter()
for each in (orders, cases, letters, hazards, samples, abnormal_list):
    router.include_router(each.router)

ACTS = (
    *orders.ACTS,
    *cases.ACTS,
    *letters.ACTS,
    *hazards.ACTS,
    *samples.ACTS,
    *abnormal_list.ACTS,
)
