"""A report as the desk shows it again: every finding with its item and its questions in words."""

from dataclasses import dataclass

from contracts.results import Answer, Finding, FindingsSubmitted
from contracts.tasks import CheckCard, TaskPublished


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """One finding with the check it answers; answers are (question, answer)."""

    check: CheckCard
    finding: Finding
    answers: tuple[tuple[str, Answer], ...]


def reported_findings(
    task: TaskPublished, report: FindingsSubmitted
) -> tuple[ReportedFinding, ...]:
    """Give the findings of a report in the order of the task's checks."""
    found = {(each.object_id, each.item): each for each in report.findings}
    return tuple(
        ReportedFinding(check, finding, _answers(check, finding))
        for check in task.checks
        if (finding := found.get((check.object_id, check.item))) is not None
    )


def _answers(check: CheckCard, finding: Finding) -> tuple[tuple[str, Answer], ...]:
    questions = {each.code: each.text for each in check.checkpoints}
    return tuple(
        (questions.get(each.checkpoint, each.checkpoint), each) for each in finding.answers
    )
