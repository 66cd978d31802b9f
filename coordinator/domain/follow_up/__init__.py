"""What happens after a finding: orders, cases, transfers, notices, hazards, samples (2.9)."""

from coordinator.domain.follow_up.abnormal_list import AbnormalEntry, grounds_of
from coordinator.domain.follow_up.cases import (
    Case,
    FormerDecision,
    PenaltyDecision,
    ReviewKind,
    require_decision,
    require_penalty_kind,
    undone,
)
from coordinator.domain.follow_up.copy_notices import CopyNotice, require_receivers
from coordinator.domain.follow_up.evidence import EvidenceFile, evidence_files
from coordinator.domain.follow_up.hazards import Hazard
from coordinator.domain.follow_up.rectifications import Rectification
from coordinator.domain.follow_up.samples import Conclusion, Laboratory, LabReport, Sample
from coordinator.domain.follow_up.settling import (
    DisposalNote,
    Following,
    has_open_problem,
    is_settled,
    require_problem,
)
from coordinator.domain.follow_up.transfers import Severity, Transfer

__all__ = [
    "AbnormalEntry",
    "Case",
    "Conclusion",
    "CopyNotice",
    "DisposalNote",
    "EvidenceFile",
    "Following",
    "FormerDecision",
    "Hazard",
    "LabReport",
    "Laboratory",
    "PenaltyDecision",
    "Rectification",
    "ReviewKind",
    "Sample",
    "Severity",
    "Transfer",
    "evidence_files",
    "grounds_of",
    "has_open_problem",
    "is_settled",
    "require_decision",
    "require_penalty_kind",
    "require_problem",
    "require_receivers",
    "undone",
]
