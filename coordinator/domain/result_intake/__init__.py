"""Result intake: what a department's report must satisfy, and what is kept of it (2.6).

`values` what is kept, `accepting` the whole report, `findings` codes and contradictions, `answers`
the checkpoints, `proofs` evidence, records and signatures, `drafts` what experts drafted and what
was disputed, `entering` late and supplemented entries, `translating` former sets of result codes,
`comparing` two versions of a report.
"""

from coordinator.domain.result_intake.accepting import accept_report
from coordinator.domain.result_intake.comparing import FindingChange, changes_between
from coordinator.domain.result_intake.entering import (
    days_late,
    entry_due,
    require_in_time,
    require_supplement,
)
from coordinator.domain.result_intake.findings import check_finding, doubts_of, has_problem
from coordinator.domain.result_intake.proofs import (
    StoredEvidence,
    evidence_of,
    require_same_file,
    require_standing,
    stored_key,
)
from coordinator.domain.result_intake.translating import in_current_codes, translated
from coordinator.domain.result_intake.values import Assignment, Report, Result

__all__ = [
    "Assignment",
    "FindingChange",
    "Report",
    "Result",
    "StoredEvidence",
    "accept_report",
    "changes_between",
    "check_finding",
    "days_late",
    "doubts_of",
    "entry_due",
    "evidence_of",
    "has_problem",
    "in_current_codes",
    "require_in_time",
    "require_same_file",
    "require_standing",
    "require_supplement",
    "stored_key",
    "translated",
]
