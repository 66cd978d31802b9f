"""Breaches of one line in itself: name, windows, selection, conduct, organs."""

import re
from collections.abc import Iterable, Sequence

from contracts.draw_files import FILE_CODE
from contracts.vocabulary import Mode
from coordinator.domain.annual_plan.breaches.values import Breach, PlanFacts
from coordinator.domain.annual_plan.lines import (
    LeaderRule,
    LineKind,
    LineSource,
    ListPublicity,
    PlanLine,
    Selection,
    Window,
)
from coordinator.domain.errors import Rule
from coordinator.domain.registers.organisation import Department, LegalCapacity, may_check

LONGEST_NAME = 200  # characters; what task documents can set in one heading


def naming(line: PlanLine, _facts: PlanFacts) -> Iterable[Breach]:
    """Yield codes that no draw record can carry, and names that no document can."""
    if not re.fullmatch(FILE_CODE, line.code):
        yield Breach(Rule.LINE_CODE_INVALID, line.code, {}, {"action": "change-code"})
    if not line.name.strip():
        yield Breach(Rule.LINE_NAME_MISSING, line.code, {}, {"action": "name-line"})
    if len(line.name) > LONGEST_NAME:
        facts = {"found": len(line.name), "maximum": LONGEST_NAME}
        cut = {"action": "shorten-name", "by": len(line.name) - LONGEST_NAME}
        yield Breach(Rule.LINE_NAME_TOO_LONG, line.code, facts, cut)


def repeated(lines: Sequence[PlanLine], _facts: PlanFacts) -> Iterable[Breach]:
    """Yield line codes that stand twice."""
    seen: set[str] = set()
    for line in lines:
        if line.code in seen:
            yield Breach(Rule.LINE_CODE_REPEATED, line.code, {}, {"action": "change-code"})
        seen.add(line.code)


def windows(line: PlanLine, facts: PlanFacts) -> Iterable[Breach]:
    """Yield windows that are inverted, in another year, past, or too few for the times a year."""
    for window in line.windows:
        yield from _window(line, window, facts)
    if line.times_a_year != len(line.windows):
        missing = line.times_a_year - len(line.windows)
        yield Breach(
            Rule.TIMES_WITHOUT_WINDOWS,
            line.code,
            {"times": line.times_a_year, "found": len(line.windows)},
            {"action": "add-windows", "missing": missing},
        )


def _window(line: PlanLine, window: Window, facts: PlanFacts) -> Iterable[Breach]:
    days = {"from": window.from_date.isoformat(), "to": window.to_date.isoformat()}
    if window.to_date < window.from_date:
        yield Breach(Rule.WINDOW_INVERTED, line.code, days, {"action": "swap-dates"})
    elif {window.from_date.year, window.to_date.year} != {facts.year}:
        move = {"action": "move-window", "year": facts.year}
        yield Breach(Rule.WINDOW_OUTSIDE_YEAR, line.code, {**days, "year": facts.year}, move)
    elif window.to_date < facts.today:
        today = {"today": facts.today.isoformat()}
        yield Breach(Rule.WINDOW_PAST, line.code, days | today, {"action": "move-window", **today})


def selection(line: PlanLine, _facts: PlanFacts) -> Iterable[Breach]:
    """Yield lines that name nobody to draw, or aim while they are called undirected."""
    by_ratio = line.selection is Selection.RANDOM and line.number is None
    if by_ratio and not line.strata:
        yield Breach(
            Rule.STRATUM_WITHOUT_RULE,
            line.code,
            {"stratum": "*"},
            {"action": "add-ratio", "stratum": "*"},
        )
    if line.selection is Selection.FIXED and not (line.conditions.objects or line.number):
        yield Breach(Rule.LINE_WITHOUT_OBJECTS, line.code, {}, {"action": "name-objects"})
    if not line.directed and line.conditions.is_narrowed:
        yield Breach(Rule.UNDIRECTED_LINE_NARROWED, line.code, {}, {"action": "make-directed"})


def conduct(line: PlanLine, facts: PlanFacts) -> Iterable[Breach]:
    """Yield quotas, leaders, publicity, methods and reasons that don't fit."""
    yield from _quotas(line, facts)
    if line.leader_rule not in set(LeaderRule):
        known = [rule.value for rule in LeaderRule]
        yield Breach(
            Rule.LEADER_RULE_UNKNOWN,
            line.code,
            {"found": line.leader_rule, "known": known},
            {"action": "choose-leader-rule"},
        )
    if line.mode is Mode.COVERT and line.publicity is not ListPublicity.AFTER_ROUND:
        yield Breach(
            Rule.COVERT_LIST_TOO_EARLY,
            line.code,
            {"found": line.publicity.value},
            {"action": "publish-list", "when": ListPublicity.AFTER_ROUND.value},
        )
    if line.source is LineSource.TEMPORARY and not line.reason.strip():
        yield Breach(Rule.TEMPORARY_WITHOUT_REASON, line.code, {}, {"action": "state-reason"})
    yield from _words_of_the_policy(line, facts)


def _quotas(line: PlanLine, facts: PlanFacts) -> Iterable[Breach]:
    wanted = facts.policy.team.quota_min
    for department, quota in sorted(line.quotas.items()):
        if quota < wanted:
            yield Breach(
                Rule.QUOTA_TOO_SMALL,
                line.code,
                {"department": department, "found": quota, "wanted": wanted},
                {"action": "raise-quota", "by": wanted - quota},
            )


def _words_of_the_policy(line: PlanLine, facts: PlanFacts) -> Iterable[Breach]:
    methods = facts.policy.plan.methods
    if line.method and methods and line.method not in methods:
        yield Breach(
            Rule.METHOD_NOT_ALLOWED,
            line.code,
            {"found": line.method, "known": list(methods)},
            {"action": "choose-method"},
        )
    exemptions = facts.policy.burden.exemptions
    if line.exemption and line.exemption not in exemptions:
        yield Breach(
            Rule.EXEMPTION_UNKNOWN,
            line.code,
            {"found": line.exemption, "known": list(exemptions)},
            {"action": "choose-exemption"},
        )


def organs(line: PlanLine, facts: PlanFacts) -> Iterable[Breach]:
    """Yield joint lines of one, and organs that are unknown, of another level or region (2.0)."""
    if line.kind is LineKind.JOINT and not set(line.participants) - {line.lead}:
        yield Breach(
            Rule.JOINT_LINE_ALONE, line.code, {"lead": line.lead}, {"action": "add-participant"}
        )
    for code in line.departments:
        organ = facts.departments.get(code)
        if organ is None:
            yield Breach(
                Rule.ORGAN_NOT_REGISTERED,
                line.code,
                {"department": code},
                {"action": "register-organ"},
            )
        else:
            yield from _competence(line, organ, facts)
    for gap in facts.organ_gaps:
        if gap.line == line.code:
            yield Breach(
                Rule.OBJECTS_WITHOUT_ORGAN,
                line.code,
                {
                    "department": gap.department,
                    "items": list(gap.items),
                    "found": gap.objects,
                    "date": line.window_from.isoformat(),
                },
                {"action": "designate", "department": gap.department},
            )


def _competence(line: PlanLine, organ: Department, facts: PlanFacts) -> Iterable[Breach]:
    delegated = organ.legal_capacity is LegalCapacity.DELEGATED
    if delegated and not organ.delegation_document.strip():
        yield Breach(
            Rule.DELEGATION_MISSING,
            line.code,
            {"department": organ.code},
            {"action": "register-delegation"},
        )
    if line.draw_level is not None and organ.level is not line.draw_level.checks:
        level = line.draw_level.checks.value
        yield Breach(
            Rule.ORGAN_LEVEL_DOES_NOT_FIT,
            line.code,
            {
                "department": organ.code,
                "level": organ.level.value,
                "needed_level": level,
                "draw_level": line.draw_level.value,
            },
            {"action": "choose-organ", "level": level},
        )
    for region in line.conditions.regions:
        if not may_check(organ, region, line.window_from, facts.designations):
            yield Breach(
                Rule.ORGAN_OUTSIDE_REGION,
                line.code,
                {
                    "department": organ.code,
                    "own": organ.region,
                    "region": region,
                    "date": line.window_from.isoformat(),
                },
                {"action": "designate", "region": region},
            )
