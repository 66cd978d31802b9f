"""The states of everything that lives through the flow, and the only moves between them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from coordinator.domain.errors import Rule, RuleBrokenError


class ProposalState(StrEnum):
    """A department's proposal about one item: a merged one is published with its list."""

    PROPOSED = "proposed"
    MERGED = "merged"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class ListState(StrEnum):
    """A version of the item list, or of a duty list: a published one never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"


class PlanState(StrEnum):
    """An annual plan: only an adopted one can be drawn from."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ADOPTED = "adopted"


class AmendmentState(StrEnum):
    """An amendment of an adopted plan: proposed by one person, decided by another."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    REJECTED = "rejected"


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


class VisitState(StrEnum):
    """A visit: 待审批, 待执行, 执行中, 已完成, or withdrawn."""

    DRAWN = "drawn"
    PUBLISHED = "published"
    RUNNING = "running"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"


class TaskState(StrEnum):
    """A department's part of a visit (department-task states of 2-rules.md 2.5)."""

    DRAWN = "drawn"
    PUBLISHED = "published"
    ACCEPTED = "accepted"
    PENDING_REVIEW = "pending-review"
    RETURNED = "returned"
    PENDING_DISCLOSURE = "pending-disclosure"
    DISCLOSED = "disclosed"
    WITHDRAWN = "withdrawn"


class CaseState(StrEnum):
    """An enforcement case 立案查处."""

    CLUE = "clue"
    FILED = "filed"
    NOT_FILED = "not-filed"
    DECIDED = "decided"
    EXECUTED = "executed"
    CLOSED = "closed"


class RectificationState(StrEnum):
    """A rectification order 责令限期整改."""

    ORDERED = "ordered"
    REPORTED = "reported"
    CLOSED = "closed"


class LeadState(StrEnum):
    """A lead 线索 from outside the lottery: only an accepted one makes checks due."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    HANDLED = "handled"


class DueState(StrEnum):
    """A check that no lot asks for: it waits, joins a visit, or gets a visit of its own."""

    WAITING = "waiting"
    JOINED = "joined"
    ALONE = "alone"
    DONE = "done"
    CANCELLED = "cancelled"


class ListingState(StrEnum):
    """An entry of a serious-violation list, with its due process."""

    PROPOSED = "proposed"
    NOTIFIED = "notified"
    DECIDED = "decided"
    LISTED = "listed"
    DELISTED = "delisted"
    REJECTED = "rejected"


class LetterState(StrEnum):
    """A message that was parked or found no queue; a retried one that fails again is parked."""

    PARKED = "parked"
    RETRYING = "retrying"
    RETRIED = "retried"
    ARCHIVED = "archived"


class OrderState(StrEnum):
    """A joint-punishment measure ordered from one department."""

    ORDERED = "ordered"
    ANSWERED = "answered"
    LIFTING = "lifting"
    LIFTED = "lifted"


S = TypeVar("S", bound=StrEnum)

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

PROPOSAL_MOVES: Mapping[ProposalState, frozenset[ProposalState]] = {
    ProposalState.PROPOSED: frozenset(
        {ProposalState.MERGED, ProposalState.RETURNED, ProposalState.WITHDRAWN}
    ),
    ProposalState.MERGED: frozenset({ProposalState.PROPOSED}),
    ProposalState.RETURNED: frozenset(),
    ProposalState.WITHDRAWN: frozenset(),
}

LIST_MOVES: Mapping[ListState, frozenset[ListState]] = {
    ListState.DRAFT: frozenset({ListState.PUBLISHED}),
    ListState.PUBLISHED: frozenset(),
}

PLAN_MOVES: Mapping[PlanState, frozenset[PlanState]] = {
    PlanState.DRAFT: frozenset({PlanState.SUBMITTED}),
    PlanState.SUBMITTED: frozenset({PlanState.ADOPTED, PlanState.DRAFT}),
    PlanState.ADOPTED: frozenset(),
}

AMENDMENT_MOVES: Mapping[AmendmentState, frozenset[AmendmentState]] = {
    AmendmentState.PROPOSED: frozenset({AmendmentState.ADOPTED, AmendmentState.REJECTED}),
    AmendmentState.ADOPTED: frozenset(),
    AmendmentState.REJECTED: frozenset(),
}

VISIT_MOVES: Mapping[VisitState, frozenset[VisitState]] = {
    VisitState.DRAWN: frozenset({VisitState.PUBLISHED, VisitState.WITHDRAWN}),
    VisitState.PUBLISHED: frozenset({VisitState.RUNNING, VisitState.WITHDRAWN}),
    VisitState.RUNNING: frozenset({VisitState.FINISHED, VisitState.WITHDRAWN}),
    VisitState.FINISHED: frozenset(),
    VisitState.WITHDRAWN: frozenset(),
}

TASK_MOVES: Mapping[TaskState, frozenset[TaskState]] = {
    TaskState.DRAWN: frozenset({TaskState.PUBLISHED, TaskState.WITHDRAWN}),
    TaskState.PUBLISHED: frozenset({TaskState.ACCEPTED, TaskState.WITHDRAWN}),
    TaskState.ACCEPTED: frozenset({TaskState.PENDING_REVIEW, TaskState.WITHDRAWN}),
    TaskState.PENDING_REVIEW: frozenset({TaskState.PENDING_DISCLOSURE, TaskState.RETURNED}),
    TaskState.RETURNED: frozenset({TaskState.PENDING_REVIEW}),
    TaskState.PENDING_DISCLOSURE: frozenset({TaskState.DISCLOSED}),
    TaskState.DISCLOSED: frozenset(),
    TaskState.WITHDRAWN: frozenset(),
}

CASE_MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.CLUE: frozenset({CaseState.FILED, CaseState.NOT_FILED}),
    CaseState.FILED: frozenset({CaseState.DECIDED}),
    CaseState.NOT_FILED: frozenset(),
    CaseState.DECIDED: frozenset({CaseState.EXECUTED}),
    CaseState.EXECUTED: frozenset({CaseState.CLOSED}),
    CaseState.CLOSED: frozenset(),
}

RECTIFICATION_MOVES: Mapping[RectificationState, frozenset[RectificationState]] = {
    RectificationState.ORDERED: frozenset({RectificationState.REPORTED}),
    RectificationState.REPORTED: frozenset({RectificationState.CLOSED, RectificationState.ORDERED}),
    RectificationState.CLOSED: frozenset(),
}

LEAD_MOVES: Mapping[LeadState, frozenset[LeadState]] = {
    LeadState.RECEIVED: frozenset({LeadState.ACCEPTED, LeadState.REJECTED}),
    LeadState.ACCEPTED: frozenset({LeadState.HANDLED}),
    LeadState.REJECTED: frozenset(),
    LeadState.HANDLED: frozenset(),
}

DUE_MOVES: Mapping[DueState, frozenset[DueState]] = {
    DueState.WAITING: frozenset({DueState.JOINED, DueState.ALONE, DueState.CANCELLED}),
    DueState.JOINED: frozenset({DueState.WAITING, DueState.DONE, DueState.CANCELLED}),
    DueState.ALONE: frozenset({DueState.WAITING, DueState.DONE}),
    DueState.DONE: frozenset(),
    DueState.CANCELLED: frozenset(),
}

LISTING_MOVES: Mapping[ListingState, frozenset[ListingState]] = {
    ListingState.PROPOSED: frozenset({ListingState.NOTIFIED, ListingState.REJECTED}),
    ListingState.NOTIFIED: frozenset({ListingState.DECIDED, ListingState.REJECTED}),
    ListingState.DECIDED: frozenset({ListingState.LISTED, ListingState.REJECTED}),
    ListingState.LISTED: frozenset({ListingState.DELISTED}),
    ListingState.DELISTED: frozenset(),
    ListingState.REJECTED: frozenset(),
}

ORDER_MOVES: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.ORDERED: frozenset({OrderState.ANSWERED, OrderState.LIFTING}),
    OrderState.ANSWERED: frozenset({OrderState.LIFTING}),
    OrderState.LIFTING: frozenset({OrderState.LIFTED}),
    OrderState.LIFTED: frozenset(),
}


LETTER_MOVES: Mapping[LetterState, frozenset[LetterState]] = {
    LetterState.PARKED: frozenset(
        {LetterState.RETRYING, LetterState.RETRIED, LetterState.ARCHIVED}
    ),
    LetterState.RETRYING: frozenset({LetterState.RETRIED, LetterState.PARKED}),
    LetterState.RETRIED: frozenset({LetterState.PARKED}),
    LetterState.ARCHIVED: frozenset({LetterState.PARKED}),
}


def move(moves: Mapping[S, frozenset[S]], now: S, wanted: S, *, of: str) -> S:
    """Give `wanted` when it may follow `now`; otherwise MOVE_NOT_ALLOWED names what could."""
    if wanted not in moves[now]:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=of,
            now=now.value,
            wanted=wanted.value,
            allowed=sorted(state.value for state in moves[now]),
        )
    return wanted


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
