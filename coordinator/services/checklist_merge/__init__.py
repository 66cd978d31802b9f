"""The check-list merge: what was drawn at one place becomes the fewest possible visits."""

from coordinator.services.checklist_merge.exempting import (
    Contact,
    approve_exemption,
    log_contact,
    request_exemption,
)
from coordinator.services.checklist_merge.merging import merge_checklists, merge_summary
from coordinator.services.checklist_merge.replacing import merge_replacement

__all__ = [
    "Contact",
    "approve_exemption",
    "log_contact",
    "merge_checklists",
    "merge_replacement",
    "merge_summary",
    "request_exemption",
]
