"""What an object carries several of: gradings, dated events, each department's last check."""

from collections.abc import Mapping, Sequence
from datetime import date as day  # a field is called date
from typing import Any

from pydantic import Field, JsonValue

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import InspectionObject
from coordinator.services.ports import Work
from coordinator.web.acts import Entry
from coordinator.web.api.registers.people_entries import select
from coordinator.web.language import _, later

MOST_ROWS = 200
ROWS: dict[str, JsonValue] = {"widget": "rows"}
_SOURCE = later("来源")
_DATE = later("日期")


class GradingRow(Entry):
    """One grading by a scheme, as the organ that grades says it."""

    scheme: str = Field(title=later("评定"), min_length=1, max_length=63)
    value: str = Field(title=later("等级"), min_length=1, max_length=63)
    date: day = Field(title=_DATE)
    source: str = Field(default="", title=_SOURCE, max_length=200)


class EventRow(Entry):
    """One dated event at an object; `kind` is of the table of kinds."""

    kind: str = Field(title=later("事件"), json_schema_extra=select("words:event-kind"))
    date: day = Field(title=_DATE)
    source: str = Field(default="", title=_SOURCE, max_length=200)


class LastCheckRow(Entry):
    """When a department last checked the object."""

    department: str = Field(title=later("部门"), json_schema_extra=select("departments"))
    date: day = Field(title=_DATE)


async def kept_rows(
    work: Work, fields: Mapping[str, Any], known: InspectionObject | None = None
) -> dict[str, Any]:
    """Give the rows as the register keeps them: sorted, none twice, a department's latest check.

    What was not given stays as `known` has it. NOT_FOUND for an unknown department, CODE_UNKNOWN
    for an unknown kind of event.
    """
    given = {name: fields[name] for name in _SORTED if fields[name] is not None}
    kinds = {each.code for each in work.policy.event_kinds}
    for event in given.get("events", ()):
        if event["kind"] not in kinds:
            raise RuleBrokenError(Rule.CODE_UNKNOWN, field=_("事件"), code=event["kind"])
    for check in given.get("last_checks", ()):
        await work.departments.get(check["department"])
    if "last_checks" in given:
        given["last_checks"] = _latest(given["last_checks"])
    kept = {name: getattr(known, name) if known else () for name in _SORTED.keys() - given.keys()}
    return kept | {name: _once(rows, _SORTED[name]) for name, rows in given.items()}


# As imports sort them, so that the same facts read from a file change nothing.
_SORTED = {
    "gradings": ("scheme", "date", "value", "source"),
    "events": ("date", "kind", "source"),
    "last_checks": ("department",),
}


def _once(rows: Sequence[Mapping[str, Any]], by: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    found = {tuple(row[name] for name in by): row for row in rows}
    return tuple(found[key] for key in sorted(found))


def _latest(checks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(checks, key=lambda each: each["date"])  # the last of a department stays
