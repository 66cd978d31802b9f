"""The check-list merge: what was drawn at one place becomes the fewest possible visits."""

from coordinator.services.checklist_merge.accounting import (
    RoundMerge,
    merge_of,
    merge_summary,
)
from coordinator.services.checklist_merge.exempting import (
    Contact,
    approve_exemption,
    log_contact,
    request_exemption,
)
from coordinator.services.checklist_merge.joining import (
    answer_joined,
    cancel_due,
    give_back_joined,
    give_back_rideless,
    join_due,
    join_waiting,
    settle_joined,
)
from coordinator.services.checklist_merge.merging import merge_checklists
from coordinator.services.checklist_merge.recognisable import (
    NotRecognisable,
    RecognisablePage,
    RecognisableResult,
    recognisable_results,
)
from coordinator.services.checklist_merge.replacing import merge_replacement

__all__ = [
    "Contact",
    "NotRecognisable",
    "RecognisablePage",
    "RecognisableResult",
    "RoundMerge",
    "answer_joined",
    "approve_exemption",
    "cancel_due",
    "give_back_joined",
    "give_back_rideless",
    "join_due",
    "join_waiting",
    "log_contact",
    "merge_checklists",
    "merge_of",
    "merge_replacement",
    "merge_summary",
    "recognisable_results",
    "request_exemption",
    "settle_joined",
]
