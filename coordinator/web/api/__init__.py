"""The API under /v1, one module per stage."""

from coordinator.web.api import (
    annual_plan,
    appraisal,
    blacklist,
    disclosure,
    dispatch,
    follow_up,
    identity,
    joint_punishment,
    lottery,
    messages,
    policies,
    registers,
    review,
    system,
)

ROUTERS = (
    identity.router,
    annual_plan.router,
    lottery.router,
    appraisal.router,
    dispatch.router,
    review.router,
    disclosure.router,
    follow_up.router,
    blacklist.router,
    joint_punishment.router,
    messages.router,
    policies.router,
    registers.router,
    system.router,
)

ACTS = (
    *registers.ACTS,
    *annual_plan.ACTS,
    *lottery.ACTS,
    *dispatch.ACTS,
    *review.ACTS,
    *disclosure.ACTS,
    *follow_up.ACTS,
    *blacklist.ACTS,
)
