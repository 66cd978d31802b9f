"""Result intake: reports come in, samples hold them, files are brought to their evidence."""

from coordinator.services.result_intake.evidence import open_evidence, store_evidence
from coordinator.services.result_intake.receiving import receive_findings
from coordinator.services.result_intake.refusing import Refused, Wording, answer_refused
from coordinator.services.result_intake.testing import await_test, settle_test

__all__ = [
    "Refused",
    "Wording",
    "answer_refused",
    "await_test",
    "open_evidence",
    "receive_findings",
    "settle_test",
    "store_evidence",
]
