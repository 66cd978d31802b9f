"""Experts assist and never decide: what a draft needs, and what a report makes of it (2.6).

Pure: task, drafts and report in, refusals out.
"""

from collections.abc import Iterable, Iterator

from contracts.results import Evidence, ExpertDraft, Finding, FindingsSubmitted
from contracts.tasks import CheckCard, TaskPublished, TeamMemberCard
from department_agents.code_table import CodeTable
from department_agents.drafts import Draft, DraftDecided, ProblemDrafted
from department_agents.proof_rules import flaws_of_file
from department_agents.refusals import Flaw, Refusal
from department_agents.store.draft_rows import DraftState


def experts_of(task: TaskPublished) -> list[TeamMemberCard]:
    """Give the experts of a visit's team, of whichever field."""
    return [member for member in task.team if member.expert]


def check_of(task: TaskPublished, object_id: str, item: str) -> CheckCard | None:
    """Give the task's check of an item on an object, or None."""
    return next(
        (each for each in task.checks if (each.object_id, each.item) == (object_id, item)), None
    )


def of_task(task: TaskPublished, drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Give the drafts about checks that a task still has: one published anew may have others."""
    return tuple(
        each for each in drafts if check_of(task, each.drafted.object_id, each.drafted.item)
    )


def flaws_of_draft(draft: ProblemDrafted, task: TaskPublished) -> Iterator[Refusal]:
    """Give what is wrong with a problem as an expert, or an officer for him, drafts it."""
    yield from _expert("expert", draft.expert, task)
    writers = [*_officers(task), draft.expert]
    if draft.entered_by not in writers:
        yield Refusal("entered_by", Flaw.NOT_IN_TEAM, ", ".join(writers), draft.entered_by)
    yield from _place("", draft, task)
    for field in ("problem", "legal_basis"):
        if not str(getattr(draft, field)).strip():
            yield Refusal(field, Flaw.TEXT_MISSING, expected=field)
    if not draft.evidence:
        yield Refusal("evidence", Flaw.DRAFT_WITHOUT_PROOF)


def flaws_of_decision(decision: DraftDecided, task: TaskPublished) -> Iterator[Refusal]:
    """Give what is wrong with a decision: an officer's of this organ, with a reason for a no."""
    yield from _officer("decided_by", decision.decided_by, task)
    if not decision.adopted and not (decision.reason or "").strip():
        yield Refusal("reason", Flaw.TEXT_MISSING, expected="reason")


def flaws_of_undecided(drafts: Iterable[Draft]) -> Iterator[Refusal]:
    """Name every draft that keeps a report from leaving."""
    for draft in drafts:
        if draft.state is DraftState.OPEN:
            found = str(draft.number)
            yield Refusal("drafts", Flaw.DRAFT_UNDECIDED, draft.drafted.problem, found)


def flaws_of_drafts(
    report: FindingsSubmitted, task: TaskPublished, codes: CodeTable
) -> Iterator[Refusal]:
    """Give what is wrong with the decided drafts that a report carries."""
    found = {(each.object_id, each.item): each for each in report.findings}
    for index, draft in enumerate(report.drafts):
        where = f"drafts.{index}"
        yield from _expert(f"{where}.expert", draft.expert, task)
        if not task.desk and draft.expert not in report.present:
            yield Refusal(f"{where}.expert", Flaw.DRAFT_UNACCOMPANIED, found=draft.expert)
        yield from _officer(f"{where}.decided_by", draft.decided_by, task)
        yield from _place(f"{where}.", draft, task)
        if not draft.adopted and not (draft.reason or "").strip():
            yield Refusal(f"{where}.reason", Flaw.TEXT_MISSING, expected="reason")
        yield from _files(where, draft.evidence, report)
        if draft.adopted and not _is_problem(found.get((draft.object_id, draft.item)), codes):
            number = str(draft.number)
            yield Refusal(f"{where}.adopted", Flaw.DRAFT_NOT_A_FINDING, draft.problem, number)


def _is_problem(finding: Finding | None, codes: CodeTable) -> bool:
    known = codes.results
    said = finding.result_codes if finding is not None else ()
    return any(known[code].problem for code in said if code in known)


def _files(
    where: str, evidence: tuple[Evidence, ...], report: FindingsSubmitted
) -> Iterator[Refusal]:
    for number, each in enumerate(evidence):
        yield from flaws_of_file(f"{where}.evidence.{number}", each, report)


def _expert(field: str, person: str, task: TaskPublished) -> Iterator[Refusal]:
    experts = [member.person_id for member in experts_of(task)]
    if person not in experts:
        yield Refusal(field, Flaw.NOT_AN_EXPERT, ", ".join(experts), person)


def _officer(field: str, person: str, task: TaskPublished) -> Iterator[Refusal]:
    officers = _officers(task)
    if person not in officers:
        yield Refusal(field, Flaw.NOT_IN_TEAM, ", ".join(officers), person)


def _officers(task: TaskPublished) -> list[str]:
    return [
        member.person_id
        for member in task.team
        if member.department == task.department and member.is_officer
    ]


def _place(
    where: str, draft: ProblemDrafted | ExpertDraft, task: TaskPublished
) -> Iterator[Refusal]:
    check = check_of(task, draft.object_id, draft.item)
    if check is None:
        found = f"{draft.object_id} {draft.item}"
        yield Refusal(f"{where}item", Flaw.FINDING_NOT_ASKED, found=found)
        return
    points = [point.code for point in check.checkpoints]
    if draft.checkpoint is not None and draft.checkpoint not in points:
        field = f"{where}checkpoint"
        yield Refusal(field, Flaw.ANSWER_NOT_ASKED, ", ".join(points), draft.checkpoint)
