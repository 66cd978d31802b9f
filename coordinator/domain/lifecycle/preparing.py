"""The states of lists, plans, leads and what is due, and their moves."""

from collections.abc import Mapping
from enum import StrEnum


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
