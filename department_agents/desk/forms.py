"""The phone form: which questions it asks, and the report that its fields make.

Names of fields: `c<check>.<field>` for a check, `a.<question>` and `n.<question>` for an answer and
its note. Equal shared codes are one question and answer every check that asks it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue
from starlette.datastructures import FormData, UploadFile

from contracts.results import Finding, FindingsSubmitted
from contracts.tasks import CheckCard, CheckpointCard, TaskPublished
from department_agents.refusals import Refusal

CHECKED = "yes"
NOT_CHECKED = "no"


class Fields(Protocol):
    """Submitted form fields, of which some come several times."""

    def get(self, key: str, default: str = "") -> str:
        """Give the last value of a field."""
        ...

    def getlist(self, key: str) -> Sequence[str]:
        """Give all values of a field."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """One checkpoint as the form asks it; `key` names its fields."""

    key: str
    checkpoint: CheckpointCard


@dataclass(frozen=True, slots=True)
class Section:
    """One check of the form with the questions that only it asks."""

    number: int
    check: CheckCard
    questions: tuple[Question, ...]


def shared_questions(task: TaskPublished) -> tuple[Question, ...]:
    """Give every shared question once, in the order of first appearance."""
    shared = {
        checkpoint.shared_code: Question(_key(0, checkpoint), checkpoint)
        for check in reversed(task.checks)
        for checkpoint in reversed(check.checkpoints)
        if checkpoint.shared_code is not None
    }
    return tuple(reversed(shared.values()))


def sections(task: TaskPublished) -> tuple[Section, ...]:
    """Give the form's sections, one for each check."""
    return tuple(
        Section(
            number,
            check,
            tuple(
                Question(_key(number, checkpoint), checkpoint)
                for checkpoint in check.checkpoints
                if checkpoint.shared_code is None
            ),
        )
        for number, check in enumerate(task.checks)
    )


def report_of(task: TaskPublished, fields: Fields) -> dict[str, JsonValue]:
    """Make the report's data of a submitted form; what was left empty stays empty."""
    return {
        "visit_id": task.visit_id,
        "entered_by": fields.get("entered_by", ""),
        "visited_date": fields.get("visited_date", ""),
        "present": list(fields.getlist("present")),
        "entity_opinion": _optional(fields, "entity_opinion"),
        "findings": [
            _finding(number, check, fields)
            for number, check in enumerate(task.checks)
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
    ]
    for number, check in enumerate(task.checks):
        finding = found.get((check.object_id, check.item))
        if finding is not None:
            entered += [*_entered(f"c{number}", finding), *_entered_answers(number, check, finding)]
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


def _finding(number: int, check: CheckCard, fields: Fields) -> dict[str, JsonValue]:
    prefix = f"c{number}"
    return {
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
            for answer in _answers(_key(number, checkpoint), checkpoint, fields)
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
    ]


def _entered_answers(number: int, check: CheckCard, finding: Finding) -> list[tuple[str, str]]:
    keys = {each.code: _key(number, each) for each in check.checkpoints}
    asked = [answer for answer in finding.answers if answer.checkpoint in keys]
    return [
        *((f"a.{keys[each.checkpoint]}", each.value) for each in asked),
        *((f"n.{keys[each.checkpoint]}", each.note or "") for each in asked),
    ]


def _answers(key: str, checkpoint: CheckpointCard, fields: Fields) -> list[JsonValue]:
    value = fields.get(f"a.{key}", "").strip()
    if not value:
        return []
    note = _optional(fields, f"n.{key}")
    return [{"checkpoint": checkpoint.code, "value": value, "note": note}]


def _key(number: int, checkpoint: CheckpointCard) -> str:
    if checkpoint.shared_code is not None:
        return f"shared.{checkpoint.shared_code}"
    return f"{number}.{checkpoint.code}"


def _optional(fields: Fields, name: str) -> str | None:
    return fields.get(name, "").strip() or None
