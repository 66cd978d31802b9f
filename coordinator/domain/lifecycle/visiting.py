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
    """A department's part of a visit (department-task states of 2-rules.md 2.5).

    `awaiting-test` 待检验: a sample is out; `rejected` 不通过: finally not approved, unless the
    visit is made again; `not-disclosed` 不予公示: none of its results may be published.
    """

    DRAWN = "drawn"
    PUBLISHED = "published"
    ACCEPTED = "accepted"
    AWAITING_TEST = "awaiting-test"
    PENDING_REVIEW = "pending-review"
    RETURNED = "returned"
    REJECTED = "rejected"
    PENDING_DISCLOSURE = "pending-disclosure"
    DISCLOSED = "disclosed"
    NOT_DISCLOSED = "not-disclosed"
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


# A supplement leaves a report where it is; only a reopened one (correction) comes back from
# publication; a rejected one may be visited again while the policy has attempts left.
TASK_MOVES: Mapping[TaskState, frozenset[TaskState]] = {
    TaskState.DRAWN: frozenset({TaskState.PUBLISHED, TaskState.WITHDRAWN}),
    TaskState.PUBLISHED: frozenset({TaskState.ACCEPTED, TaskState.WITHDRAWN}),
    TaskState.ACCEPTED: frozenset(
        {TaskState.PENDING_REVIEW, TaskState.AWAITING_TEST, TaskState.WITHDRAWN}
    ),
    TaskState.AWAITING_TEST: frozenset({TaskState.AWAITING_TEST, TaskState.PENDING_REVIEW}),
    TaskState.PENDING_REVIEW: frozenset(
        {
            TaskState.PENDING_REVIEW,
            TaskState.AWAITING_TEST,
            TaskState.PENDING_DISCLOSURE,
            TaskState.RETURNED,
            TaskState.REJECTED,
        }
    ),
    TaskState.RETURNED: frozenset({TaskState.PENDING_REVIEW, TaskState.AWAITING_TEST}),
    TaskState.REJECTED: frozenset({TaskState.ACCEPTED}),
    TaskState.PENDING_DISCLOSURE: frozenset(
        {TaskState.DISCLOSED, TaskState.NOT_DISCLOSED, TaskState.RETURNED}
    ),
    TaskState.DISCLOSED: frozenset({TaskState.RETURNED}),
    TaskState.NOT_DISCLOSED: frozenset({TaskState.RETURNED}),
    TaskState.WITHDRAWN: frozenset(),
}

TASK_ENDED = frozenset(
    {TaskState.DISCLOSED, TaskState.NOT_DISCLOSED, TaskState.REJECTED, TaskState.WITHDRAWN}
)
TASK_REPORTED = frozenset(
    {
        TaskState.AWAITING_TEST,
        TaskState.PENDING_REVIEW,
        TaskState.REJECTED,
        TaskState.PENDING_DISCLOSURE,
        TaskState.DISCLOSED,
        TaskState.NOT_DISCLOSED,
    }
)


LETTER_MOVES: Mapping[LetterState, frozenset[LetterState]] = {
    LetterState.PARKED: frozenset(
        {LetterState.RETRYING, LetterState.RETRIED, LetterState.ARCHIVED}
    ),
    LetterState.RETRYING: frozenset({LetterState.RETRIED, LetterState.PARKED}),
    LetterState.RETRIED: frozenset({LetterState.PARKED}),
    LetterState.ARCHIVED: frozenset({LetterState.PARKED}),
}
