"""What a breach says, and the plain facts that the rules of a plan are checked against."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from coordinator.domain.annual_plan.competence import OrganGap
from coordinator.domain.annual_plan.counts import NOBODY, FrameCount
from coordinator.domain.annual_plan.forecasts import BurdenGroup
from coordinator.domain.annual_plan.lines import PlanLine
from coordinator.domain.errors import Rule
from coordinator.domain.policy import Policy
from coordinator.domain.registers import CheckItem, ItemClass
from coordinator.domain.registers.organisation import Department, Designation
from coordinator.domain.registers.sections import Section

WHOLE_PLAN = "*"


@dataclass(frozen=True)
class Breach:
    """One broken rule of a plan: the line (`*`: the whole plan), the figures, and the remedy.

    `remedy` is data: `action` names what to do, its other entries by how much.
    """

    rule: Rule
    line: str
    facts: Mapping[str, object]
    remedy: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SectionFigures:
    """A section's year: objects it supervises, distinct ones its lines draw.

    `declared` says that the section has stated whom it supervises; else it is taken from its lines.
    """

    department: str
    section: str
    supervised: int
    drawn: int
    declared: bool = False


@dataclass(frozen=True, kw_only=True)
class LookBack:
    """Members whose records will be too old when a turn begins, and how far it must look back.

    `lines` look back `months` at the least; `needed` months would reach every record.
    """

    lapsed: int
    lines: tuple[str, ...]
    months: int
    needed: int


@dataclass(frozen=True, kw_only=True)
class CoverageGap:
    """Members of a group (`key-unit` or an event) that too few lines visit for certain.

    `half` is 1 or 2 for a half year, 0 for the whole year; `look_back` tells of those among the
    uncovered that a line would visit if it looked back far enough.
    """

    group: str
    half: int
    members: int
    uncovered: int
    look_back: LookBack | None = None


@dataclass(frozen=True, kw_only=True)
class GroupShare:
    """Share of a group's members that the plan draws."""

    group: str
    members: int
    ratio: Fraction


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """What the registers know about a plan, as plain values; `counts` are by line code.

    `organs` are all that the plan names, those of its cancelled lines too; `at_year_end` says that
    figures tell what was really drawn, not what is planned.
    """

    year: int
    today: date
    policy: Policy
    items: Mapping[str, CheckItem] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=dict)
    designations: Sequence[Designation] = ()
    sections: Sequence[Section] = ()
    organs: frozenset[str] = frozenset()
    counts: Mapping[str, FrameCount] = field(default_factory=dict)
    section_figures: Sequence[SectionFigures] = ()
    gaps: Sequence[CoverageGap] = ()
    group_shares: Sequence[GroupShare] = ()
    crowded: Sequence[BurdenGroup] = ()
    organ_gaps: Sequence[OrganGap] = ()
    last_year_random_share: Fraction | None = None
    at_year_end: bool = False

    def count(self, line: PlanLine) -> FrameCount:
        """Give the count of a line's frame; nobody where none was made."""
        return self.counts.get(line.code, NOBODY)

    def measured(self, as_planned: str = "planned") -> str:
        """Say what figures are taken from: the draws of the year, or else the plan."""
        return "drawn" if self.at_year_end else as_planned


def general_items(line: PlanLine, facts: PlanFacts) -> list[str]:
    """Give those of a line's items that bound its ratio: key items alone bound nothing."""
    known = (code for code in line.items if code in facts.items)
    return [code for code in known if facts.items[code].item_class is ItemClass.GENERAL]


LineRules = Callable[[PlanLine, PlanFacts], Iterable[Breach]]
PlanRules = Callable[[Sequence[PlanLine], PlanFacts], Iterable[Breach]]


def percent(share: Fraction) -> str:
    """Write a share for people: `1/20` as `5 %`, `1/8` as `12.5 %`, `23/35` about as `65.7 %`."""
    hundredfold = share * 100
    exact = hundredfold.denominator in (1, 2, 4, 5, 10, 20)
    return f"{float(hundredfold):g} %" if exact else f"{float(hundredfold):.1f} %"
