"""Disclosure: the organ that checked publishes, corrects or withdraws; objections are answered."""

from coordinator.services.disclosure.exempting import (
    ExemptionOrder,
    approve_exemption,
    ask_exemptions_anew,
    refuse_exemption,
    request_exemption,
)
from coordinator.services.disclosure.objecting import answer_objection, receive_objection
from coordinator.services.disclosure.penalties import (
    RepairDecision,
    ask_penalty_repair,
    decide_penalty_repair,
    end_penalty,
    end_with_listing,
    publish_penalties,
    state_severity,
    take_up_penalty,
)
from coordinator.services.disclosure.publishing import begin_correction, disclose_result
from coordinator.services.disclosure.renewing import (
    end_over_penalty,
    penalties_over,
    penalties_to_take_up,
    renew_penalties,
    take_up_former_penalty,
)
from coordinator.services.disclosure.retiring import retire_disclosures
from coordinator.services.disclosure.withdrawing import (
    confirm_withdrawal,
    refuse_withdrawal,
    request_withdrawal,
)

__all__ = [
    "ExemptionOrder",
    "RepairDecision",
    "answer_objection",
    "approve_exemption",
    "ask_exemptions_anew",
    "ask_penalty_repair",
    "begin_correction",
    "confirm_withdrawal",
    "decide_penalty_repair",
    "disclose_result",
    "end_over_penalty",
    "end_penalty",
    "end_with_listing",
    "penalties_over",
    "penalties_to_take_up",
    "publish_penalties",
    "receive_objection",
    "refuse_exemption",
    "refuse_withdrawal",
    "renew_penalties",
    "request_exemption",
    "request_withdrawal",
    "retire_disclosures",
    "state_severity",
    "take_up_former_penalty",
    "take_up_penalty",
]
