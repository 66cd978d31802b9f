"""The lottery of a round: opening, commitment, reveals, and the record that proves it."""

from coordinator.services.lottery.committing import (
    collect_receipt,
    freeze_round,
    request_freeze,
)
from coordinator.services.lottery.opening import RoundOrder, collect_commitment, open_round
from coordinator.services.lottery.record import (
    conclude_attempt,
    disclose_record,
    sealed_record,
    whole_record,
)
from coordinator.services.lottery.revealing import begin_draw, collect_reveal, request_draw
from coordinator.services.lottery.voiding import void_attempt

__all__ = [
    "RoundOrder",
    "begin_draw",
    "collect_commitment",
    "collect_receipt",
    "collect_reveal",
    "conclude_attempt",
    "disclose_record",
    "freeze_round",
    "open_round",
    "request_draw",
    "request_freeze",
    "sealed_record",
    "void_attempt",
    "whole_record",
]
