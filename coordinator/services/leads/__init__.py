"""Leads from outside the lottery, the checks they make due, and visits of their own (2.12)."""

from coordinator.services.leads.own_visits import (
    OwnVisitOrder,
    call_off_own_visit,
    finish_own_visit,
    give_own_visit,
)
from coordinator.services.leads.prospects import coming_lines
from coordinator.services.leads.registering import (
    LeadReport,
    accept_lead,
    register_lead,
    reject_lead,
)
from coordinator.services.leads.reinspecting import expect_reinspection, remedy_reported

__all__ = [
    "LeadReport",
    "OwnVisitOrder",
    "accept_lead",
    "call_off_own_visit",
    "coming_lines",
    "expect_reinspection",
    "finish_own_visit",
    "give_own_visit",
    "register_lead",
    "reject_lead",
    "remedy_reported",
]
