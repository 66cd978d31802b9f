"""Disclosure: the organ that checked publishes, corrects or withdraws; objections are answered."""

from coordinator.services.disclosure.exempting import (
    ExemptionOrder,
    approve_exemption,
    ask_exemptions_anew,
    refuse_exemption,
    request_exemption,
)
from coordinator.services.disclosure.objecting import answer_objection, receive_objection
from coordinator.services.disclosure.publishing import begin_correction, disclose_result
from coordinator.services.disclosure.retiring import retire_disclosures
from coordinator.services.disclosure.withdrawing import (
    confirm_withdrawal,
    refuse_withdrawal,
    request_withdrawal,
)

__all__ = [
    "ExemptionOrder",
    "answer_objection",
    "approve_exemption",
    "ask_exemptions_anew",
    "begin_correction",
    "confirm_withdrawal",
    "disclose_result",
    "receive_objection",
    "refuse_exemption",
    "refuse_withdrawal",
    "request_exemption",
    "request_withdrawal",
    "retire_disclosures",
]
