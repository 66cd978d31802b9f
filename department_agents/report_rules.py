"""What a report of findings must satisfy before it leaves the department (2-rules.md 2.6).

Pure: task, report and code table in, refusals out. Every breach is named, not only the first.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from contracts.results import NO_PROBLEM, Answer, Finding, FindingsSubmitted
from contracts.tasks import CheckCard, CheckpointCard, TaskPublished
from contracts.vocabulary import CheckpointKind, YesNo
from department_agents.code_table import CodeTable, ResultCode
from department_agents.proof_rules import flaws_of_entry, flaws_of_proofs
from department_agents.refusals import Flaw, Refusal

YES_NO = tuple(each.value for each in YesNo)


@dataclass(frozen=True, slots=True)
class ReportRules:
    """What the locality fixes: its code table, and how many officers must be present."""

    codes: CodeTable
    officers_required: int


def flaws_of(
    report: FindingsSubmitted, task: TaskPublished, rules: ReportRules, today: date
) -> list[Refusal]:
    """Give everything that is wrong with a report of this task; empty when it may be sent."""
    codes = rules.codes
    return [
        *_people(report, task, rules),
        *_dates(report, task, today),
        *flaws_of_entry(report, task, today),
        *_completeness(report, task),
        *_findings(report, task, codes.on(report.visited_date)),
        *_objects(report, codes.results_on(report.visited_date)),
        *flaws_of_proofs(report, task),
    ]


def officers_of(task: TaskPublished) -> list[str]:
    """Give the person ids of the department's own officers; experts assist and never decide."""
    return [
        member.person_id
        for member in task.team
        if member.department == task.department and member.is_officer
    ]


def is_open(checkpoint: CheckpointCard) -> bool:
    """Say whether a question waits for an answer of this department.

    It does not where an earlier result is recognised, or where another organ asks it for all; an
    officer may reopen it with a reason.
    """
    return checkpoint.recognised is None and checkpoint.asked_by is None


def _people(
    report: FindingsSubmitted, task: TaskPublished, rules: ReportRules
) -> Iterator[Refusal]:
    officers = officers_of(task)
    if report.entered_by not in officers:
        yield Refusal("entered_by", Flaw.NOT_IN_TEAM, ", ".join(officers), report.entered_by)
    team = [member.person_id for member in task.team]
    for index, person in enumerate(report.present):
        if person not in team:
            yield Refusal(f"present.{index}", Flaw.NOT_IN_TEAM, ", ".join(team), person)
    present = len(set(officers) & set(report.present))
    if not task.desk and present < rules.officers_required:
        required = str(rules.officers_required)
        yield Refusal("present", Flaw.TOO_FEW_OFFICERS, required, str(present))


def _dates(report: FindingsSubmitted, task: TaskPublished, today: date) -> Iterator[Refusal]:
    found = report.visited_date.isoformat()
    if not task.date_from <= report.visited_date <= task.date_to:
        window = f"{task.date_from.isoformat()}/{task.date_to.isoformat()}"
        yield Refusal("visited_date", Flaw.OUTSIDE_WINDOW, window, found)
    if report.visited_date > today:
        yield Refusal("visited_date", Flaw.IN_FUTURE, today.isoformat(), found)


def _completeness(report: FindingsSubmitted, task: TaskPublished) -> Iterator[Refusal]:
    asked = {(check.object_id, check.item) for check in task.checks}
    found = Counter((finding.object_id, finding.item) for finding in report.findings)
    for object_id, item in sorted(asked - found.keys()):
        yield Refusal("findings", Flaw.FINDING_MISSING, f"{object_id} {item}")
    for index, finding in enumerate(report.findings):
        key = (finding.object_id, finding.item)
        if key not in asked:
            yield Refusal(f"findings.{index}.item", Flaw.FINDING_NOT_ASKED, found=" ".join(key))
        elif found[key] > 1:
            yield Refusal(f"findings.{index}.item", Flaw.FINDING_REPEATED, found=" ".join(key))


def _findings(
    report: FindingsSubmitted, task: TaskPublished, codes: CodeTable
) -> Iterator[Refusal]:
    checks = {(check.object_id, check.item): check for check in task.checks}
    for index, finding in enumerate(report.findings):
        check = checks.get((finding.object_id, finding.item))
        if check is not None:
            yield from _finding(f"findings.{index}", finding, check, codes)


def _objects(report: FindingsSubmitted, codes: Mapping[str, ResultCode]) -> Iterator[Refusal]:
    """Refuse codes on different items of one object that can't hold on one visit."""
    for index, finding in enumerate(report.findings):
        elsewhere = {
            code
            for other in report.findings
            if other is not finding and other.object_id == finding.object_id
            for code in other.result_codes
        }
        for code in finding.result_codes:
            clash = sorted(codes[code].excludes_on_object & elsewhere) if code in codes else []
            if clash:
                field = f"findings.{index}.result_codes"
                yield Refusal(field, Flaw.OBJECT_CODES_CONTRADICT, ", ".join(clash), code)


def _finding(where: str, finding: Finding, check: CheckCard, codes: CodeTable) -> Iterator[Refusal]:
    if finding.method not in check.methods:
        methods = ", ".join(check.methods)
        yield Refusal(f"{where}.method", Flaw.METHOD_UNKNOWN, methods, finding.method)
    unknown = [*_codes(where, finding, codes)]
    yield from unknown
    if not unknown:
        yield from _contradictions(where, finding, codes)
        yield from _words(where, finding, codes)
        yield from _follow_up(where, finding, codes)
    yield from _answers(where, finding, check)


def _codes(where: str, finding: Finding, codes: CodeTable) -> Iterator[Refusal]:
    for field, used, known in (
        ("result_codes", finding.result_codes, codes.results.keys()),
        ("follow_up", finding.follow_up, codes.follow_ups.keys()),
    ):
        if not used:
            yield Refusal(f"{where}.{field}", Flaw.CODE_MISSING)
        for code in used:
            if code not in known:
                yield Refusal(f"{where}.{field}", Flaw.CODE_UNKNOWN, ", ".join(known), code)


def _contradictions(where: str, finding: Finding, codes: CodeTable) -> Iterator[Refusal]:
    used = set(finding.result_codes)
    for code in finding.result_codes:
        clash = sorted(codes.results[code].excludes & used)
        if clash:
            yield Refusal(f"{where}.result_codes", Flaw.CODES_CONTRADICT, ", ".join(clash), code)


def _words(where: str, finding: Finding, codes: CodeTable) -> Iterator[Refusal]:
    problems = [code for code in finding.result_codes if codes.results[code].problem]
    clean = [code for code in finding.result_codes if codes.results[code].excludes]
    words = (finding.problem or "").strip().removeprefix(NO_PROBLEM)
    if problems and not words:
        yield Refusal(f"{where}.problem", Flaw.PROBLEM_WITHOUT_WORDS, found=", ".join(problems))
    if problems and not (finding.legal_basis or "").strip():
        yield Refusal(f"{where}.legal_basis", Flaw.PROBLEM_WITHOUT_BASIS, found=", ".join(problems))
    if finding.checked:
        if clean and words:
            yield Refusal(f"{where}.problem", Flaw.WORDS_WITHOUT_PROBLEM, found=", ".join(clean))
        return
    if clean:
        yield Refusal(f"{where}.result_codes", Flaw.UNCHECKED_AS_CLEAN, found=", ".join(clean))
    if not words:
        yield Refusal(f"{where}.problem", Flaw.UNCHECKED_WITHOUT_REASON)


def _follow_up(where: str, finding: Finding, codes: CodeTable) -> Iterator[Refusal]:
    closing = [code for code in finding.follow_up if not codes.follow_ups[code].open]
    others = [code for code in finding.follow_up if codes.follow_ups[code].open]
    problems = [code for code in finding.result_codes if codes.results[code].open_problem]
    for clash in filter(None, (others, problems)):
        if closing:
            found, expected = ", ".join(closing), ", ".join(clash)
            yield Refusal(f"{where}.follow_up", Flaw.FOLLOW_UP_CONTRADICTS, expected, found)


def _answers(where: str, finding: Finding, check: CheckCard) -> Iterator[Refusal]:
    asked = {checkpoint.code: checkpoint for checkpoint in check.checkpoints}
    given = Counter(answer.checkpoint for answer in finding.answers)
    if finding.checked:
        for code in sorted({code for code in asked if is_open(asked[code])} - given.keys()):
            text = f"{code} {asked[code].text}"
            yield Refusal(f"{where}.answers", Flaw.ANSWER_MISSING, text)
    for index, answer in enumerate(finding.answers):
        field = f"{where}.answers.{index}"
        if answer.checkpoint not in asked:
            yield Refusal(field, Flaw.ANSWER_NOT_ASKED, found=answer.checkpoint)
        elif given[answer.checkpoint] > 1:
            yield Refusal(field, Flaw.ANSWER_REPEATED, found=answer.checkpoint)
        elif not is_open(asked[answer.checkpoint]) and not (answer.reopened or "").strip():
            text = asked[answer.checkpoint].text
            yield Refusal(f"{field}.reopened", Flaw.REOPENED_WITHOUT_REASON, found=text)
        else:
            yield from _answer(f"{field}.value", answer, asked[answer.checkpoint])


def _answer(field: str, answer: Answer, checkpoint: CheckpointCard) -> Iterator[Refusal]:
    fits, expected = _fits(answer.value.strip(), checkpoint)
    if not fits:
        yield Refusal(field, Flaw.ANSWER_INVALID, expected, answer.value)


def _fits(value: str, checkpoint: CheckpointCard) -> tuple[bool, str]:
    match checkpoint.kind:
        case CheckpointKind.YES_NO:
            return value in YES_NO, " / ".join(YES_NO)
        case CheckpointKind.CHOICE:
            return value in checkpoint.choices, " / ".join(checkpoint.choices)
        case CheckpointKind.NUMBER:
            return _is_number(value), "数字"
        case CheckpointKind.TEXT:
            return bool(value), "文字"


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
