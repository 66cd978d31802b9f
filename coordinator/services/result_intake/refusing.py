"""A report that is not taken in: its department is told which rule it breaks, and where.

Only a department that the message was proven to come from is answered. A forged message, one about
somebody else's task or a task that nobody knows is parked and tells its sender nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.results import FindingsSubmitted, RefusedFact, ReportRefused
from coordinator.domain.dispatch import DepartmentTask, task_id
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TaskState
from coordinator.services.ports import Work
from coordinator.services.result_intake.examining import examine_report

_UNANSWERED = frozenset({Rule.NOT_YOUR_DEPARTMENT, Rule.NOT_FOUND})
# The office waits for a report of these; of any other, what stands goes on standing.
_AWAITED = frozenset({TaskState.PUBLISHED, TaskState.ACCEPTED, TaskState.RETURNED})

Wording = Callable[[Rule, Mapping[str, object]], tuple[str, str]]
"""Words a broken rule with its facts, in Chinese and in English."""


@dataclass(frozen=True)
class Refused:
    """A report as it came: the department that sent it, its message and what it belongs to."""

    department: str
    report: FindingsSubmitted
    message_id: str
    correlation: str


async def answer_refused(work: Work, refused: Refused, wording: Wording) -> Rule | None:
    """Tell a department why its report does not stand; gives the rule, None where nobody is told.

    The report is examined as things stand now: one that would be taken in now is not answered.
    """
    try:
        await examine_report(work, refused.department, refused.report)
    except RuleBrokenError as error:
        if error.rule in _UNANSWERED:
            return None
        await _tell(work, refused, error, wording)
        return error.rule
    return None


async def _tell(work: Work, refused: Refused, error: RuleBrokenError, wording: Wording) -> None:
    report, visit_id = refused.report, refused.report.visit_id
    task: DepartmentTask = await work.tasks.get(task_id(visit_id, refused.department))
    text, text_en = wording(error.rule, error.facts)
    message = ReportRefused(
        visit_id=visit_id,
        department=refused.department,
        report_version=report.report_version,
        standing_version=task.report_version,
        awaited=task.state in _AWAITED,
        message_id=refused.message_id,
        rule=error.rule.value,
        facts=tuple(
            RefusedFact(name=name, values=_values(said)) for name, said in error.facts.items()
        ),
        text=text,
        text_en=text_en,
        refused_at=work.now(),
    )
    await work.post.to_department(
        refused.department, message, subject=visit_id, correlation=refused.correlation
    )
    await work.audit(
        "result-intake:report:refused",
        visit_id,
        department=refused.department,
        version=report.report_version,
        rule=error.rule.value,
        message=refused.message_id,
    )


def _values(said: object) -> tuple[str, ...]:
    if isinstance(said, list | tuple | set | frozenset):
        return tuple(str(each) for each in said)
    return () if said is None else (str(said),)
