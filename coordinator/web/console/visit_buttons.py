"""What may be done on the page of a visit: to the visit, a department's part, and a seat."""

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import DepartmentTask, TeamMember, Visit
from coordinator.domain.lifecycle import TaskState, VisitState
from coordinator.domain.scheduling import Appointment
from coordinator.web.console.appointments import may_move
from coordinator.web.console.frame import ActButton, Console
from coordinator.web.console.object_replacing import may_replace


def task_buttons(console: Console, task: DepartmentTask) -> list[ActButton]:
    """Offer what a department's part of a visit waits for."""
    wanted = {
        TaskState.PENDING_REVIEW: (
            "approve-result",
            "return-result",
            "note-hearing",
            "reject-result",
        ),
        TaskState.REJECTED: ("visit-again",),
        TaskState.PENDING_DISCLOSURE: ("disclose-result", "reopen-result"),
        TaskState.DISCLOSED: ("reopen-result",),
        TaskState.NOT_DISCLOSED: ("reopen-result",),
    }
    offered = list(wanted.get(task.state, ()))
    if task.report_version and task.feedback_at is None:
        offered.append("record-feedback")
    return console.buttons(*offered, visit_id=task.visit_id, department=task.department)


def seat_buttons(console: Console, task: DepartmentTask, seat: TeamMember) -> list[ActButton]:
    """Let the office replace anybody, and a department its own people, until it has reported."""
    before_the_report = (TaskState.DRAWN, TaskState.PUBLISHED, TaskState.ACCEPTED)
    if task.state not in before_the_report:
        return []
    if console.actor.department not in (None, task.department):
        return []
    return console.buttons("replace-member", visit_id=seat.visit_id, person_id=seat.person_id)


def visit_buttons(
    console: Console, visit: Visit, appointment: Appointment | None
) -> list[ActButton]:
    """Offer what may be done to a visit as a whole."""
    wanted: list[str] = []
    if visit.state is VisitState.PUBLISHED and visit.mode is Mode.COVERT and not visit.opened_at:
        wanted.append("open-covert")
    under_way = (VisitState.DRAWN, VisitState.PUBLISHED, VisitState.RUNNING)
    if visit.state in under_way and may_move(console.actor, visit, appointment):
        wanted.append("move-visit")
    if visit.state in (VisitState.DRAWN, VisitState.PUBLISHED):
        wanted.append("withdraw-visit")
    if may_replace(visit):
        wanted.append("request-object-replacement")
    return console.buttons(*wanted, visit_id=visit.visit_id)
