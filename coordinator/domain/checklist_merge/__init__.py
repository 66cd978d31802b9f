"""Check-list merge: the checks drawn at one place become the fewest possible visits (2.3, 3.7)."""

from coordinator.domain.checklist_merge.merging import merge_checks
from coordinator.domain.checklist_merge.reading import (
    CHECK_FIELDS,
    OPTIONAL_CHECK_FIELDS,
    check_from_fields,
    policy_from_fields,
)
from coordinator.domain.checklist_merge.values import (
    Check,
    Merge,
    MergePolicy,
    MergeSummary,
    Visit,
)

__all__ = [
    "CHECK_FIELDS",
    "OPTIONAL_CHECK_FIELDS",
    "Check",
    "Merge",
    "MergePolicy",
    "MergeSummary",
    "Visit",
    "check_from_fields",
    "merge_checks",
    "policy_from_fields",
]
