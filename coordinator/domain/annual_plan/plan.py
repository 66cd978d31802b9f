"""The annual plan and its amendments (2-rules.md 2.1)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from coordinator.domain.annual_plan.lines import LineKind, PlanLine, Selection
from coordinator.domain.lifecycle import AmendmentState, PlanState


@dataclass(frozen=True, kw_only=True)
class PlanFigures:
    """What a plan came to when it was adopted; the year after is measured against it.

    `visits_by_line` has the lines of later amendments too, as foreseen when those were adopted; for
    plans from before it was kept it is empty until their next amendment.
    """

    number_of_lines: int
    joint_lines: int
    visits: int
    joint_visits: int
    random_visits: int
    visits_by_line: Mapping[str, int] = field(default_factory=dict)

    @property
    def random_share(self) -> Fraction | None:
        """Random visits of all planned visits; None while nothing is planned."""
        return Fraction(self.random_visits, self.visits) if self.visits else None

    @property
    def joint_rate(self) -> Fraction | None:
        """Joint visits of all planned visits; None while nothing is planned."""
        return Fraction(self.joint_visits, self.visits) if self.visits else None


def figures_from(lines: Iterable[PlanLine], visits: Mapping[str, int]) -> PlanFigures:
    """Give what these lines come to; `visits` are those of the year by line code."""
    known = [(line, visits.get(line.code, 0)) for line in lines]
    joint = [number for line, number in known if line.kind is LineKind.JOINT]
    return PlanFigures(
        number_of_lines=len(known),
        joint_lines=len(joint),
        visits=sum(number for _, number in known),
        joint_visits=sum(joint),
        random_visits=sum(number for line, number in known if line.selection is Selection.RANDOM),
        visits_by_line={line.code: number for line, number in known},
    )


def with_amended(
    figures: PlanFigures, visits: Mapping[str, int], changed: Collection[str]
) -> PlanFigures:
    """Add the visits of lines that an amendment changed, and of those without any; sums stay."""
    kept = {code: number for code, number in figures.visits_by_line.items() if code not in changed}
    return replace(figures, visits_by_line={**visits, **kept})


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A version of the annual plan.

    `overrides` change single numbers of the policy profile by dotted path; `version` counts the
    adopted amendments from 1; `figures` are those of its adoption.
    """

    plan_id: str
    year: int
    title: str
    state: PlanState
    policy: str
    submitted_by: str | None = None
    number: str | None = None
    adopted_by: str | None = None
    adopted_at: datetime | None = None
    version: int = 1
    overrides: Mapping[str, str] = field(default_factory=dict)
    copied_from: str | None = None
    return_reason: str = ""
    figures: PlanFigures | None = None


class ChangeKind(StrEnum):
    """What an amendment does to a line."""

    ADD = "add"
    CHANGE = "change"
    CANCEL = "cancel"


@dataclass(frozen=True, kw_only=True)
class LineChange:
    """One changed line: `line` is as it will be, None where it is cancelled."""

    kind: ChangeKind
    code: str
    line: PlanLine | None = None


@dataclass(frozen=True, kw_only=True)
class FieldDifference:
    """One field of a line before and after, as text; `before` is None for an added line."""

    line: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """A set of changed lines of an adopted plan, with its reason; `number` counts from 1."""

    amendment_id: str
    plan_id: str
    number: int
    state: AmendmentState
    reason: str
    changes: tuple[LineChange, ...]
    difference: tuple[FieldDifference, ...]
    proposed_by: str
    proposed_at: datetime
    document: str = ""
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""
