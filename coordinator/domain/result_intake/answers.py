"""How an item was checked and what was answered: a known method, each question in its kind."""

from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation

from contracts.results import Answer, Finding
from contracts.vocabulary import CheckpointKind, YesNo
from coordinator.domain.checklist_merge.sharing import Form
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import CheckItem, Checkpoint
from coordinator.domain.result_intake.values import Assignment

_YES_NO = tuple(each.value for each in YesNo)


def require_answers(department: str, finding: Finding, assignment: Assignment) -> None:
    """Refuse a missing, unknown, repeated or unfitting answer, by object, item and checkpoint.

    The item counts as it is published now, or as the department was told it.
    """
    now, told = assignment.items.get(finding.item), assignment.told.get(finding.item)
    versions = [item for item in (told, now) if item is not None]
    broken: RuleBrokenError | None = None
    for item in versions:
        try:
            _require(department, finding, item, assignment.form)
        except RuleBrokenError as error:
            broken = broken or error
        else:
            return
    if broken is not None:
        raise broken


def require_method(finding: Finding, assignment: Assignment, known: Collection[str]) -> None:
    """Refuse a method that neither the item, as published now or as told, nor the table has."""
    versions = (assignment.items.get(finding.item), assignment.told.get(finding.item))
    own = {method for item in versions if item is not None for method in item.methods}
    if finding.method not in own and finding.method not in known:
        raise RuleBrokenError(
            Rule.FINDING_METHOD_UNKNOWN,
            object=finding.object_id,
            item=finding.item,
            method=finding.method,
            methods=sorted(own),
            known=list(known),
        )


def _require(department: str, finding: Finding, item: CheckItem, form: Form) -> None:
    where = {"object": finding.object_id, "item": finding.item}
    points = {point.code: point for point in item.checkpoints}
    settled = {code for code in points if _is_settled(department, finding, points[code], form)}
    given = Counter(answer.checkpoint for answer in finding.answers)
    for answer in finding.answers:
        point = points.get(answer.checkpoint)
        if point is None:
            raise RuleBrokenError(Rule.CHECKPOINT_UNKNOWN, checkpoint=answer.checkpoint, **where)
        if given[answer.checkpoint] > 1:
            raise RuleBrokenError(
                Rule.CHECKPOINT_ANSWERED_TWICE, checkpoint=answer.checkpoint, **where
            )
        if answer.checkpoint in settled and not (answer.reopened or "").strip():
            raise RuleBrokenError(Rule.CHECKPOINT_SETTLED, checkpoint=answer.checkpoint, **where)
        _require_fit(answer, point, where)
    if finding.checked:
        _require_complete(points, settled | given.keys(), where)


def _require_complete(
    points: Mapping[str, Checkpoint], answered: set[str], where: Mapping[str, str]
) -> None:
    for code, point in points.items():
        if code not in answered:
            raise RuleBrokenError(
                Rule.CHECKPOINT_UNANSWERED, checkpoint=code, text=point.text, **where
            )


def _is_settled(department: str, finding: Finding, point: Checkpoint, form: Form) -> bool:
    """Say whether an earlier result stands for the answer, or another organ asks for all."""
    place = (department, finding.object_id, finding.item, point.code)
    return place in form.recognised or form.asked_by.get(place, department) != department


def _require_fit(answer: Answer, point: Checkpoint, where: Mapping[str, str]) -> None:
    fits, expected = _fits(answer.value.strip(), point)
    if not fits:
        raise RuleBrokenError(
            Rule.CHECKPOINT_ANSWER_INVALID,
            checkpoint=point.code,
            found=answer.value,
            expected=expected,
            **where,
        )


def _fits(value: str, point: Checkpoint) -> tuple[bool, str]:
    match point.kind:
        case CheckpointKind.YES_NO:
            return value in _YES_NO, " / ".join(_YES_NO)
        case CheckpointKind.CHOICE:
            return value in point.choices, " / ".join(point.choices)
        case CheckpointKind.NUMBER:
            return _is_number(value), "number"
        case CheckpointKind.TEXT:
            return bool(value), "text"


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
