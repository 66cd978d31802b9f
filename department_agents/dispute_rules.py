"""Disputes are settled before leaving and noted, problem by problem (2-rules.md 2.6).

Pure: task, report and code table in, refusals out. Nothing stands for an answer: even that there is
no dispute is said by an officer.
"""

from collections.abc import Iterator

from contracts.results import Dispute, Finding, FindingsSubmitted
from contracts.tasks import TaskPublished
from contracts.vocabulary import DisputeState
from department_agents.clock import legal_date
from department_agents.code_table import CodeTable
from department_agents.refusals import Flaw, Refusal


def flaws_of_disputes(
    report: FindingsSubmitted,
    task: TaskPublished,
    codes: CodeTable,
    former: FindingsSubmitted | None,
) -> Iterator[Refusal]:
    """Give the problems without a word on disputes, and what is wrong with the words there are.

    Findings that a supplement takes over from `former` as they were are not asked anew; nor is a
    visit in writing, which nobody leaves.
    """
    settled = former.findings if former is not None and report.supplement_reason else ()
    for index, finding in enumerate(report.findings):
        where = f"findings.{index}.dispute"
        problem = any(
            codes.results[code].problem for code in finding.result_codes if code in codes.results
        )
        if finding in settled:
            continue
        if finding.dispute is not None:
            yield from _flaws(where, finding.dispute, report, task)
            if not problem and finding.dispute.state is not DisputeState.NONE:
                yield Refusal(where, Flaw.DISPUTE_WITHOUT_PROBLEM)
        elif problem and _is_on_site(finding, task):
            yield Refusal(where, Flaw.DISPUTE_UNANSWERED)


def _is_on_site(finding: Finding, task: TaskPublished) -> bool:
    return finding.checked and not task.desk


def _flaws(
    where: str, dispute: Dispute, report: FindingsSubmitted, task: TaskPublished
) -> Iterator[Refusal]:
    officers = [
        member.person_id
        for member in task.team
        if member.department == task.department and member.is_officer
    ]
    if dispute.handled_by not in officers:
        field = f"{where}.handled_by"
        yield Refusal(field, Flaw.NOT_IN_TEAM, ", ".join(officers), dispute.handled_by)
    claim = (dispute.claim or "").strip()
    settlement = (dispute.settlement or "").strip()
    if dispute.state is DisputeState.NONE:
        if claim or settlement:
            yield Refusal(where, Flaw.DISPUTE_CONTRADICTS, found=claim or settlement)
        return
    if not claim:
        yield Refusal(f"{where}.claim", Flaw.TEXT_MISSING, expected="claim")
    if not settlement:
        yield Refusal(f"{where}.settlement", Flaw.TEXT_MISSING, expected="settlement")
    yield from _time(f"{where}.handled_at", dispute, report)


def _time(field: str, dispute: Dispute, report: FindingsSubmitted) -> Iterator[Refusal]:
    day = report.visited_date
    if dispute.handled_at is None or legal_date(dispute.handled_at) != day:
        found = dispute.handled_at.isoformat() if dispute.handled_at else ""
        yield Refusal(field, Flaw.DISPUTE_OTHER_DAY, day.isoformat(), found)
