"""The annual plan's values: a plan, its lines, and whom a line may draw (2-rules.md 2.1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from contracts.vocabulary import Mode
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.registers import InspectionObject


class LineKind(StrEnum):
    """An internal line is one department's own; a joint line has several."""

    INTERNAL = "internal"
    JOINT = "joint"


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Which objects a directed line draws from; an empty condition accepts all."""

    tags: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    risk_classes: tuple[str, ...] = ()

    def accept(self, thing: InspectionObject) -> bool:
        """Say whether an object meets every condition; tags and prefixes match by any of theirs."""
        return (
            _any_of(self.tags, thing.tags)
            and (not self.kinds or thing.kind in self.kinds)
            and _prefix(self.industries, thing.industry)
            and _prefix(self.regions, thing.region)
            and (not self.risk_classes or (thing.risk_class or "-") in self.risk_classes)
        )


@dataclass(frozen=True, kw_only=True)
class StratumRule:
    """Share of a stratum to draw, at least `minimum`."""

    numerator: int
    denominator: int
    minimum: int = 0

    @property
    def ratio(self) -> Fraction:
        """The share as a fraction."""
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """One planned task: who checks what at whom, when, and how many are drawn."""

    plan_id: str
    code: str
    name: str
    kind: LineKind
    domain: str
    lead: str
    participants: tuple[str, ...]
    items: tuple[str, ...]
    conditions: Conditions
    strata: Mapping[str, StratumRule]
    number: int | None
    mode: Mode
    window_from: date
    window_to: date
    quotas: Mapping[str, int] = field(default_factory=dict)
    expert_fields: tuple[str, ...] = ()

    @property
    def departments(self) -> tuple[str, ...]:
        """Lead and participants, each once, sorted."""
        return tuple(sorted({self.lead, *self.participants}))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A version of the annual plan."""

    plan_id: str
    year: int
    title: str
    state: PlanState
    policy: str
    submitted_by: str | None = None
    number: str | None = None
    adopted_by: str | None = None
    adopted_at: datetime | None = None


def _any_of(wanted: Collection[str], found: Collection[str]) -> bool:
    return not wanted or bool(set(wanted) & set(found))


def _prefix(wanted: Collection[str], found: str) -> bool:
    return not wanted or any(found.startswith(prefix) for prefix in wanted)
