"""The states of visits, of departments' tasks and of failed messages, and their moves."""

from collections.abc import Mapping
from enum import StrEnum


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


class LetterState(StrEnum):
    """A message that was parked or found no queue; a retried one that fails again is parked."""

    PARKED = "parked"
    RETRYING = "retrying"
    RETRIED = "retried"
    ARCHIVED = "archived"


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


LETTER_MOVES: Mapping[LetterState, frozenset[LetterState]] = {
    LetterState.PARKED: frozenset(
        {LetterState.RETRYING, LetterState.RETRIED, LetterState.ARCHIVED}
    ),
    LetterState.RETRYING: frozenset({LetterState.RETRIED, LetterState.PARKED}),
    LetterState.RETRIED: frozenset({LetterState.PARKED}),
    LetterState.ARCHIVED: frozenset({LetterState.PARKED}),
}
