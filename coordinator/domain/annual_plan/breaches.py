"""The breaches that stop the adoption of a plan, all of them at once (2-rules.md 2.1)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.draw_files import FILE_CODE
from coordinator.domain.annual_plan.plan import LineKind, PlanLine
from coordinator.domain.errors import Rule
from coordinator.domain.policy import PlanPolicy
from coordinator.domain.registers import CheckItem


@dataclass(frozen=True)
class Breach:
    """One broken rule of a plan, with the line and the figures."""

    rule: Rule
    line: str
    facts: Mapping[str, object]


def breaches_of(
    lines: Sequence[PlanLine], items: Mapping[str, CheckItem], policy: PlanPolicy
) -> tuple[Breach, ...]:
    """Give every breach of a plan at once; empty when it may be adopted."""
    found = [breach for line in lines for breach in _line_breaches(line, items, policy)]
    joint = sum(line.kind is LineKind.JOINT for line in lines)
    if joint < policy.joint_lines_min:
        found.append(
            Breach(
                Rule.TOO_FEW_JOINT_LINES, "*", {"found": joint, "wanted": policy.joint_lines_min}
            )
        )
    return (*found, *_repeated(line.code for line in lines))


def _line_breaches(
    line: PlanLine, items: Mapping[str, CheckItem], policy: PlanPolicy
) -> Iterable[Breach]:
    if line.window_to < line.window_from:
        yield Breach(
            Rule.WINDOW_INVERTED,
            line.code,
            {"from": line.window_from.isoformat(), "to": line.window_to.isoformat()},
        )
    if not re.fullmatch(FILE_CODE, line.code):
        yield Breach(
            Rule.FROZEN_FIELD_INVALID,
            line.code,
            {"file": "rules.json", "row": 1, "field": "lines", "problem": "not-allowed"},
        )
    if line.kind is LineKind.JOINT and not set(line.participants) - {line.lead}:
        yield Breach(Rule.JOINT_LINE_ALONE, line.code, {"lead": line.lead})
    if line.number is None and not line.strata:
        yield Breach(Rule.STRATUM_WITHOUT_RULE, line.code, {"stratum": "*"})
    for code in line.items:
        yield from _item_breaches(line, code, items, policy)
    yield from _silent_departments(line, items)


def _item_breaches(
    line: PlanLine, code: str, items: Mapping[str, CheckItem], policy: PlanPolicy
) -> Iterable[Breach]:
    item = items.get(code)
    if item is None:
        yield Breach(Rule.ITEM_NOT_PUBLISHED, line.code, {"item": code})
        return
    if item.department not in line.departments:
        yield Breach(
            Rule.ITEM_OF_OTHER_DEPARTMENT, line.code, {"item": code, "department": item.department}
        )
    if item.valid_from > line.window_from or (item.valid_to or line.window_to) < line.window_to:
        yield Breach(Rule.ITEM_NOT_VALID, line.code, {"item": code})
    if item.item_class != "general":
        return
    for stratum, rule in line.strata.items():
        if rule.ratio > policy.general_ratio_max:
            yield Breach(
                Rule.RATIO_TOO_HIGH,
                line.code,
                {
                    "item": code,
                    "stratum": stratum,
                    "ratio": str(rule.ratio),
                    "maximum": str(policy.general_ratio_max),
                },
            )


def _silent_departments(line: PlanLine, items: Mapping[str, CheckItem]) -> Iterable[Breach]:
    """Yield departments of a line without item: they would come along with nothing to check."""
    busy = {items[code].department for code in line.items if code in items}
    for department in sorted(set(line.departments) - busy):
        yield Breach(Rule.DEPARTMENT_WITHOUT_ITEM, line.code, {"department": department})


def _repeated(codes: Iterable[str]) -> Iterable[Breach]:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            yield Breach(Rule.LINE_CODE_REPEATED, code, {"line": code})
        seen.add(code)
