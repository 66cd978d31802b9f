"""Check-list merge: the checks drawn at one place become the fewest possible visits (2.3, 3.7)."""

from coordinator.domain.checklist_merge.accounting import Account, CheckKey, Ending, Outcome
from coordinator.domain.checklist_merge.merging import merge_checks
from coordinator.domain.checklist_merge.reading import (
    CHECK_FIELDS,
    OPTIONAL_CHECK_FIELDS,
    CheckReader,
    check_from_fields,
    policy_from_fields,
)
from coordinator.domain.checklist_merge.savings import (
    HeldCheck,
    Savings,
    SavingsOf,
    held_checks,
    savings_in_all,
    savings_of,
)
from coordinator.domain.checklist_merge.values import (
    Check,
    LargeGroup,
    Merge,
    MergePolicy,
    MergeSummary,
    Visit,
    identity,
)

__all__ = [
    "CHECK_FIELDS",
    "OPTIONAL_CHECK_FIELDS",
    "Account",
    "Check",
    "CheckKey",
    "CheckReader",
    "Ending",
    "HeldCheck",
    "LargeGroup",
    "Merge",
    "MergePolicy",
    "MergeSummary",
    "Outcome",
    "Savings",
    "SavingsOf",
    "Visit",
    "check_from_fields",
    "held_checks",
    "identity",
    "merge_checks",
    "policy_from_fields",
    "savings_in_all",
    "savings_of",
]
