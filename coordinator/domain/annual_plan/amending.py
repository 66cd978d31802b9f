"""Amendments: what they change, field by field, and what keeps them from being made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta

from pydantic_core import to_json

from coordinator.domain.annual_plan.lines import PlanLine
from coordinator.domain.annual_plan.plan import ChangeKind, FieldDifference, LineChange
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.conditions import Conditions

_OUR_OWN = ("plan_id", "code", "conditions", "added_by", "cancelled_by", "cancel_reason")


def check_changes(lines: Mapping[str, PlanLine], changes: Sequence[LineChange]) -> None:
    """Refuse no changes, changes of lines that are not there or cancelled, and taken codes."""
    if not changes:
        raise RuleBrokenError(Rule.AMENDMENT_EMPTY)
    for change in changes:
        line = lines.get(change.code)
        if change.kind is ChangeKind.ADD:
            if line is not None:
                raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="plan_line", key=change.code)
        elif line is None:
            raise RuleBrokenError(Rule.PLAN_LINE_UNKNOWN, line=change.code)
        elif line.cancelled_by is not None:
            raise RuleBrokenError(
                Rule.LINE_CANCELLED, line=change.code, amendment=line.cancelled_by
            )


def check_time(
    lines: Mapping[str, PlanLine], changes: Iterable[LineChange], today: date, days: int
) -> None:
    """Refuse a change with less than `days` calendar days to the line's window, old or new."""
    for change in changes:
        versions = (lines.get(change.code), change.line)
        first = min(line.window_from for line in versions if line is not None)
        if (first - today).days < days:
            raise RuleBrokenError(
                Rule.AMENDMENT_TOO_LATE,
                line=change.code,
                window=first.isoformat(),
                today=today.isoformat(),
                found=(first - today).days,
                wanted=days,
                latest=(first - timedelta(days=days)).isoformat(),
            )


def amended(
    lines: Iterable[PlanLine], changes: Iterable[LineChange], number: int, reason: str
) -> tuple[PlanLine, ...]:
    """Give the plan's lines with the changes of amendment `number` made; cancelled ones stay."""
    result = {line.code: line for line in lines}
    for change in changes:
        if change.kind is ChangeKind.CANCEL:
            result[change.code] = replace(
                result[change.code], cancelled_by=number, cancel_reason=reason
            )
        elif change.line is not None:
            before = result.get(change.code)
            result[change.code] = replace(
                change.line, added_by=number if before is None else before.added_by
            )
    return tuple(result[code] for code in sorted(result))


def differences(
    before: Iterable[PlanLine], after: Iterable[PlanLine]
) -> tuple[FieldDifference, ...]:
    """Give every field in which two versions of lines differ, conditions beside the others."""
    old = {line.code: _texts(line) for line in before}
    new = {line.code: _texts(line) for line in after}
    return tuple(
        FieldDifference(line=code, field=name, before=was, after=will_be)
        for code in sorted(old.keys() | new.keys())
        for name, was, will_be in _changed(old.get(code, {}), new.get(code, {}))
    )


def _changed(
    old: Mapping[str, str], new: Mapping[str, str]
) -> Iterable[tuple[str, str | None, str | None]]:
    for name in old or new:
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def _texts(line: PlanLine) -> dict[str, str]:
    """Write each field as text; a cancelled line has none left but that it is cancelled."""
    if line.cancelled_by is not None:
        return {}
    named = {**_values(line), **_values(line.conditions)}
    return {
        name: value if isinstance(value, str) else to_json(value).decode()
        for name, value in named.items()
        if name not in _OUR_OWN
    }


def _values(value: PlanLine | Conditions) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
