"""The lottery of a round: opening, commitment, reveals, and the record that proves it."""

from coordinator.services.lottery.cancelling import (
    cancel_round,
    note_silence,
    request_cancellation,
)
from coordinator.services.lottery.chaining import transcript_chain
from coordinator.services.lottery.committing import (
    collect_receipt,
    freeze_round,
    request_freeze,
)
from coordinator.services.lottery.embargo import open_embargoed_records
from coordinator.services.lottery.examining import (
    examine,
    gather_opened,
    keep_examination,
    opened_rounds,
)
from coordinator.services.lottery.late_changes import late_changes, object_changes
from coordinator.services.lottery.line_draws import batch_order, line_draws
from coordinator.services.lottery.naming import enter_source, name_sources, readings_of
from coordinator.services.lottery.opening import RoundOrder, collect_commitment, open_round
from coordinator.services.lottery.openings import may_know, openings_of_visit
from coordinator.services.lottery.published import (
    is_whole,
    published_lists,
    published_record,
    tickets_are_open,
)
from coordinator.services.lottery.record import (
    conclude_attempt,
    disclose_record,
    sealed_record,
    whole_record,
)
from coordinator.services.lottery.refreezing import refreeze, request_refreeze
from coordinator.services.lottery.reminding import remind_now, remind_when_due, reminders_due
from coordinator.services.lottery.revealing import begin_draw, collect_reveal, request_draw
from coordinator.services.lottery.supplement import complete_round, open_supplement
from coordinator.services.lottery.verifying import sign_verification
from coordinator.services.lottery.voiding import explain_silence, leave_out, void_attempt

__all__ = [
    "RoundOrder",
    "batch_order",
    "begin_draw",
    "cancel_round",
    "collect_commitment",
    "collect_receipt",
    "collect_reveal",
    "complete_round",
    "conclude_attempt",
    "disclose_record",
    "enter_source",
    "examine",
    "explain_silence",
    "freeze_round",
    "gather_opened",
    "is_whole",
    "keep_examination",
    "late_changes",
    "leave_out",
    "line_draws",
    "may_know",
    "name_sources",
    "note_silence",
    "object_changes",
    "open_embargoed_records",
    "open_round",
    "open_supplement",
    "opened_rounds",
    "openings_of_visit",
    "published_lists",
    "published_record",
    "readings_of",
    "refreeze",
    "remind_now",
    "remind_when_due",
    "reminders_due",
    "request_cancellation",
    "request_draw",
    "request_freeze",
    "request_refreeze",
    "sealed_record",
    "sign_verification",
    "tickets_are_open",
    "transcript_chain",
    "void_attempt",
    "whole_record",
]
