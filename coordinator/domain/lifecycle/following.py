"""The states of what follows a finding, and their moves."""

from collections.abc import Mapping
from enum import StrEnum


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
