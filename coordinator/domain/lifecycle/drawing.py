"""The states of a round and the steps of its lottery."""

from collections.abc import Mapping
from enum import StrEnum

from coordinator.domain.errors import Rule, RuleBrokenError


class RoundState(StrEnum):
    """A round of the lottery, from the call for entropy to the opened record."""

    OPEN = "open"
    FROZEN = "frozen"
    REVEALING = "revealing"
    READY = "ready"
    DRAWN = "drawn"
    INFEASIBLE = "infeasible"
    DISPATCHED = "dispatched"
    DISCLOSED = "disclosed"
    CANCELLED = "cancelled"


class CeremonyStep(StrEnum):
    """What can happen in the lottery of a round; `CEREMONY` says when, and where it leads."""

    NAME_SOURCES = "name-sources"
    COMMIT = "commit"
    LEAVE_OUT = "leave-out"
    REQUEST_FREEZE = "request-freeze"
    FREEZE = "freeze"
    SIGN = "sign"
    ASK_FOR_REVEALS = "ask-for-reveals"
    EXPLAIN_SILENCE = "explain-silence"
    REVEAL = "reveal"
    COMPLETE = "complete"
    VOID = "void"
    REQUEST_REFREEZE = "request-refreeze"
    REFREEZE = "refreeze"
    ENTER_SOURCE = "enter-source"
    NOTE_SILENCE = "note-silence"
    REQUEST_CANCELLATION = "request-cancellation"
    CANCEL = "cancel"
    REQUEST_DRAW = "request-draw"
    DRAW = "draw"


ROUND_MOVES: Mapping[RoundState, frozenset[RoundState]] = {
    RoundState.OPEN: frozenset({RoundState.FROZEN, RoundState.CANCELLED}),
    RoundState.FROZEN: frozenset({RoundState.REVEALING, RoundState.OPEN, RoundState.CANCELLED}),
    RoundState.REVEALING: frozenset({RoundState.READY, RoundState.OPEN, RoundState.CANCELLED}),
    RoundState.READY: frozenset({RoundState.DRAWN, RoundState.INFEASIBLE}),
    RoundState.DRAWN: frozenset({RoundState.DISPATCHED, RoundState.DISCLOSED}),
    RoundState.INFEASIBLE: frozenset({RoundState.DRAWN, RoundState.DISCLOSED}),
    RoundState.DISPATCHED: frozenset({RoundState.DISCLOSED}),
    RoundState.DISCLOSED: frozenset(),
    RoundState.CANCELLED: frozenset(),
}


# The lottery of a round, attempt by attempt (3-draw.md 3.2). OPEN: heads come in. FROZEN: everybody
# signs the commit. REVEALING: the office's value is out, everybody reveals. READY: all values are
# in, and nothing but the draw can follow. Whoever voids or freezes anew starts the next attempt;
# before that, two persons may give the round up.
CEREMONY: Mapping[RoundState, Mapping[CeremonyStep, RoundState]] = {
    RoundState.OPEN: {
        CeremonyStep.NAME_SOURCES: RoundState.OPEN,
        CeremonyStep.COMMIT: RoundState.OPEN,
        CeremonyStep.LEAVE_OUT: RoundState.OPEN,
        CeremonyStep.REQUEST_FREEZE: RoundState.OPEN,
        CeremonyStep.FREEZE: RoundState.FROZEN,
        CeremonyStep.NOTE_SILENCE: RoundState.OPEN,
        CeremonyStep.REQUEST_CANCELLATION: RoundState.OPEN,
        CeremonyStep.CANCEL: RoundState.CANCELLED,
    },
    RoundState.FROZEN: {
        CeremonyStep.SIGN: RoundState.FROZEN,
        CeremonyStep.ASK_FOR_REVEALS: RoundState.REVEALING,
        CeremonyStep.EXPLAIN_SILENCE: RoundState.FROZEN,
        CeremonyStep.VOID: RoundState.OPEN,
        CeremonyStep.REQUEST_REFREEZE: RoundState.FROZEN,
        CeremonyStep.REFREEZE: RoundState.OPEN,
        CeremonyStep.ENTER_SOURCE: RoundState.FROZEN,
        CeremonyStep.REQUEST_CANCELLATION: RoundState.FROZEN,
        CeremonyStep.CANCEL: RoundState.CANCELLED,
    },
    RoundState.REVEALING: {
        CeremonyStep.EXPLAIN_SILENCE: RoundState.REVEALING,
        CeremonyStep.REVEAL: RoundState.REVEALING,
        CeremonyStep.COMPLETE: RoundState.READY,
        CeremonyStep.VOID: RoundState.OPEN,
        CeremonyStep.REQUEST_REFREEZE: RoundState.REVEALING,
        CeremonyStep.REFREEZE: RoundState.OPEN,
        CeremonyStep.ENTER_SOURCE: RoundState.REVEALING,
        CeremonyStep.REQUEST_CANCELLATION: RoundState.REVEALING,
        CeremonyStep.CANCEL: RoundState.CANCELLED,
    },
    RoundState.READY: {
        CeremonyStep.ENTER_SOURCE: RoundState.READY,
        CeremonyStep.REQUEST_DRAW: RoundState.READY,
        CeremonyStep.DRAW: RoundState.DRAWN,
    },
}


def ceremony_step(now: RoundState, step: CeremonyStep, *, of: str) -> RoundState:
    """Give the state that a step leads to; MOVE_NOT_ALLOWED names the steps that are possible."""
    steps = CEREMONY.get(now, {})
    if step not in steps:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=of,
            now=now.value,
            wanted=step.value,
            allowed=sorted(each.value for each in steps),
        )
    return steps[step]
