"""Undo by history: a line as it was before an entry of the audit chain, to look at and save."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from coordinator.domain.annual_plan import Conditions, PlanLine
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import AuditEntry, Work

_TAGS = ("annual-plan:line:saved", "annual-plan:line:removed")
_LINE = TypeAdapter(PlanLine)
_HINTS = get_type_hints(PlanLine)
_CONDITIONS = frozenset(field.name for field in fields(Conditions))


async def line_before(work: Work, plan_id: str, code: str, number: int) -> PlanLine:
    """Give a line as it was before entry `number`; NOT_FOUND where it was not there yet.

    Later entries are taken back one by one, the latest first: each names only what it changed.
    """
    entries = [
        entry
        for entry in await work.audit_entries.where(subject=plan_id, tag=_TAGS)
        if entry.facts.get("line") == code and entry.number >= number
    ]
    texts: dict[str, str | None] = {}
    for entry in sorted(entries, key=lambda each: each.number, reverse=True):
        texts |= _former(entry)
    stored = await work.plan_lines.find(code)
    values = {name: _value(name, text) for name, text in texts.items() if text is not None}
    if stored is None and "name" not in values:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="plan_line", key=code)
    narrowing = {name: values.pop(name) for name in _CONDITIONS & values.keys()}
    kept = _fields(stored) if stored else {"plan_id": plan_id, "code": code}
    conditions = {**(_fields(stored.conditions) if stored else {}), **narrowing}
    return _LINE.validate_python({**kept, **values, "conditions": conditions})


def _fields(value: PlanLine | Conditions) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _former(entry: AuditEntry) -> Mapping[str, str | None]:
    former = entry.facts.get("former")
    return former if isinstance(former, Mapping) else {}


def _value(name: str, text: str) -> Any:
    """Read a field as a difference writes it: text as it is, anything else as JSON."""
    if _HINTS.get(name) is str:
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text  # a code of an enumeration
