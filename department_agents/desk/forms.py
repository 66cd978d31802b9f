"""The phone form: which questions it asks, and the report that its fields make.

Names of fields: `c<check>.<field>` for a check; `a.<question>`, `n.<question>` and `r.<question>`
for an answer, its note and why it was asked anew. Equal shared codes are one question per object,
and its answer serves every check that asks it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue
from starlette.datastructures import FormData, UploadFile

from contracts.results import Finding, FindingsSubmitted
from contracts.tasks import CheckCard, CheckpointCard, TaskPublished
from department_agents.desk.disputes import dispute_fields, dispute_in
from department_agents.desk.proofs import (
    Fields,
    beside_findings,
    evidence_fields,
    evidence_in,
    fields_beside,
)
from department_agents.refusals import Refusal
from department_agents.report_rules import is_open

CHECKED = "yes"
NOT_CHECKED = "no"


@dataclass(frozen=True, slots=True)
class Question:
    """One checkpoint as the form asks it of an object; `key` names its fields."""

    key: str
    checkpoint: CheckpointCard
    object_id: str
    object_name: str


@dataclass(frozen=True, slots=True)
class Section:
    """One check of the form with the questions that only it asks."""

    number: int
    check: CheckCard
    questions: tuple[Question, ...]


def shared_questions(task: TaskPublished, lapsed: Collection[str] = ()) -> tuple[Question, ...]:
    """Give every shared question that waits for an answer once, in the order of appearance.

    `lapsed`: items that the form leaves out; its numbers stay those of the task.
    """
    return tuple(each for each in _shared(task, lapsed) if is_open(each.checkpoint))


def settled_questions(task: TaskPublished, lapsed: Collection[str] = ()) -> tuple[Question, ...]:
    """Give every shared question once that an earlier result or another organ answers."""
    return tuple(each for each in _shared(task, lapsed) if not is_open(each.checkpoint))


def _shared(task: TaskPublished, lapsed: Collection[str]) -> tuple[Question, ...]:
    shared: dict[str, Question] = {}
    for number, check in enumerate(task.checks):
        for checkpoint in check.checkpoints:
            if checkpoint.shared_code is not None and check.item not in lapsed:
                question = _question(task, number, checkpoint)
                shared.setdefault(question.key, question)
    return tuple(shared.values())


def sections(task: TaskPublished, lapsed: Collection[str] = ()) -> tuple[Section, ...]:
    """Give the form's sections, one for each check that may be made."""
    return tuple(
        Section(
            number,
            check,
            tuple(
                _question(task, number, checkpoint)
                for checkpoint in check.checkpoints
                if checkpoint.shared_code is None
            ),
        )
        for number, check in enumerate(task.checks)
        if check.item not in lapsed
    )


def _question(task: TaskPublished, number: int, checkpoint: CheckpointCard) -> Question:
    check = task.checks[number]
    key = question_key(task, number, checkpoint)
    return Question(key, checkpoint, check.object_id, check.object_name)


def report_of(task: TaskPublished, fields: Fields) -> dict[str, JsonValue]:
    """Make the report's data of a submitted form; what was left empty stays empty."""
    return {
        "visit_id": task.visit_id,
        "entered_by": fields.get("entered_by", ""),
        "visited_date": fields.get("visited_date", ""),
        "present": list(fields.getlist("present")),
        "entity_opinion": _optional(fields, "entity_opinion"),
        **beside_findings(fields),
        "findings": [
            _finding(task, number, fields)
            for number in range(len(task.checks))
            if fields.get(f"c{number}.checked", "")
        ],
    }


def fields_of(task: TaskPublished, report: FindingsSubmitted) -> FormData:
    """Give the fields that make this report: a returned one is corrected, not written anew."""
    found = {(each.object_id, each.item): each for each in report.findings}
    entered: list[tuple[str, str | UploadFile]] = [
        ("entered_by", report.entered_by),
        ("visited_date", report.visited_date.isoformat()),
        ("entity_opinion", report.entity_opinion or ""),
        *(("present", person_id) for person_id in report.present),
        *fields_beside(report),
    ]
    for number, check in enumerate(task.checks):
        finding = found.get((check.object_id, check.item))
        if finding is not None:
            entered += [*_entered(f"c{number}", finding), *_entered_answers(task, number, finding)]
    return FormData(entered)


def flaws_by_section(
    task: TaskPublished, fields: Fields, refusals: Sequence[Refusal]
) -> Mapping[int, list[Refusal]]:
    """Sort refusals to the check they are about; -1 for the head of the form.

    Findings of unanswered checks are left out of a report, so its numbers are not the form's.
    """
    answered = [
        number for number in range(len(task.checks)) if fields.get(f"c{number}.checked", "")
    ]
    sorted_out: dict[int, list[Refusal]] = {}
    for refusal in refusals:
        match refusal.field.split("."):
            case ["findings", index, *_] if index.isdigit():
                number = answered[int(index)]
            case _:
                number = -1
        sorted_out.setdefault(number, []).append(refusal)
    return sorted_out


def _finding(task: TaskPublished, number: int, fields: Fields) -> dict[str, JsonValue]:
    prefix, check = f"c{number}", task.checks[number]
    evidence, dispute = evidence_in(prefix, fields), dispute_in(prefix, fields)
    return {
        **({"evidence": evidence} if evidence else {}),
        **({"dispute": dispute} if dispute else {}),
        "object_id": check.object_id,
        "item": check.item,
        "checked": fields.get(f"{prefix}.checked", "") == CHECKED,
        "method": fields.get(f"{prefix}.method", ""),
        "result_codes": list(fields.getlist(f"{prefix}.result_codes")),
        "problem": _optional(fields, f"{prefix}.problem"),
        "legal_basis": _optional(fields, f"{prefix}.legal_basis"),
        "follow_up": list(fields.getlist(f"{prefix}.follow_up")),
        "answers": [
            answer
            for checkpoint in check.checkpoints
            for answer in _answers(question_key(task, number, checkpoint), checkpoint, fields)
        ],
    }


def _entered(prefix: str, finding: Finding) -> list[tuple[str, str]]:
    return [
        (f"{prefix}.checked", CHECKED if finding.checked else NOT_CHECKED),
        (f"{prefix}.method", finding.method),
        (f"{prefix}.problem", finding.problem or ""),
        (f"{prefix}.legal_basis", finding.legal_basis or ""),
        *((f"{prefix}.result_codes", code) for code in finding.result_codes),
        *((f"{prefix}.follow_up", code) for code in finding.follow_up),
        *evidence_fields(prefix, finding.evidence),
        *dispute_fields(prefix, finding.dispute),
    ]


def _entered_answers(task: TaskPublished, number: int, finding: Finding) -> list[tuple[str, str]]:
    keys = {each.code: question_key(task, number, each) for each in task.checks[number].checkpoints}
    asked = [answer for answer in finding.answers if answer.checkpoint in keys]
    return [
        *((f"a.{keys[each.checkpoint]}", each.value) for each in asked),
        *((f"n.{keys[each.checkpoint]}", each.note or "") for each in asked),
        *((f"r.{keys[each.checkpoint]}", each.reopened or "") for each in asked),
    ]


def _answers(key: str, checkpoint: CheckpointCard, fields: Fields) -> list[JsonValue]:
    value, reopened = fields.get(f"a.{key}", "").strip(), _optional(fields, f"r.{key}")
    if not value and not reopened:
        return []
    note = _optional(fields, f"n.{key}")
    answer: dict[str, JsonValue] = {"checkpoint": checkpoint.code, "value": value, "note": note}
    return [answer if reopened is None else {**answer, "reopened": reopened}]


def question_key(task: TaskPublished, number: int, checkpoint: CheckpointCard) -> str:
    """Name a question: a shared one after the first check of its object."""
    if checkpoint.shared_code is None:
        return f"{number}.{checkpoint.code}"
    objects = [check.object_id for check in task.checks]
    return f"shared.{objects.index(objects[number])}.{checkpoint.shared_code}"


def _optional(fields: Fields, name: str) -> str | None:
    return fields.get(name, "").strip() or None
