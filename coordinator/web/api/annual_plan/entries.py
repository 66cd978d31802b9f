"""Lines of a plan as they are handed in, and the values they become."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import (
    CREDIT,
    ChangeKind,
    Conditions,
    DrawLevel,
    Execution,
    LeaderRule,
    LineChange,
    LineKind,
    LineSource,
    ListPublicity,
    PlanLine,
    Selection,
    StratumRule,
    Weighting,
    Window,
)
from coordinator.domain.policy import DrawWeight
from coordinator.web.acts import Entry

Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Words = tuple[Annotated[str, Field(min_length=1, max_length=200)], ...]
MOST_OBJECTS = 10_000
MOST_MONTHS = 120


class ConditionsEntry(Entry):
    """Which objects a directed line draws from; an empty list accepts all."""

    tags: Words = ()
    kinds: Words = ()
    industries: Words = ()
    regions: Words = ()
    risk_classes: Words = ()
    affiliations: Words = ()
    scales: Words = ()
    gradings: dict[str, Words] = Field(default_factory=dict)
    events: Words = ()
    event_months: int = Field(default=12, ge=1, le=MOST_MONTHS)
    key_unit: bool | None = None
    lists: Words = ()
    objects: Words = Field(default=(), max_length=MOST_OBJECTS)

    def value(self) -> Conditions:
        """Give the conditions."""
        return Conditions(**self.model_dump())


class StratumEntry(Entry):
    """Share of a stratum to draw, at least `minimum`."""

    numerator: int = Field(ge=0)
    denominator: int = Field(ge=1)
    minimum: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _at_most_all(self) -> Self:
        if self.numerator > self.denominator:
            raise ValueError("numerator ≤ denominator")
        return self

    def value(self) -> StratumRule:
        """Give the rule."""
        return StratumRule(**self.model_dump())


class WindowEntry(Entry):
    """The days on which visits take place, both included."""

    from_date: date
    to_date: date


class LineBody(Entry):
    """One planned task without its code; the rules judge it when the plan is submitted."""

    name: str = Field(min_length=1, max_length=500)
    kind: LineKind
    domain: str = Field(max_length=500)
    lead: str = Field(max_length=64)
    participants: Words = ()
    items: Words = Field(min_length=1)
    conditions: ConditionsEntry = ConditionsEntry()
    strata: dict[str, StratumEntry] = Field(default_factory=dict)
    number: int | None = Field(default=None, ge=1)
    mode: Mode = Mode.ANNOUNCED
    window_from: date
    window_to: date
    quotas: dict[str, int] = Field(default_factory=dict)
    expert_fields: Words = ()
    section: str = Field(default="", max_length=64)
    selection: Selection = Selection.RANDOM
    directed: bool = True
    items_drawn: int | None = None
    items_always: Words = ()
    strata_by: str = Field(default=CREDIT, min_length=1, max_length=64)
    weighting: Weighting = Weighting.EQUAL
    weights: tuple[DrawWeight, ...] = Field(default=(), max_length=100)
    weight_months: int | None = Field(default=None, ge=1, le=MOST_MONTHS)
    fresh_months: int | None = Field(default=None, ge=0, le=MOST_MONTHS)
    times_a_year: int = Field(default=1, ge=1, le=366)
    later_windows: tuple[WindowEntry, ...] = ()
    method: str = Field(default="", max_length=200)
    draw_level: DrawLevel | None = None
    leader_rule: str = Field(default=LeaderRule.BY_PROFILE, max_length=64)
    report_days: int | None = Field(default=None, ge=0)
    feedback_days: int | None = Field(default=None, ge=0)
    channel: str = Field(default="", max_length=200)
    list_publicity: ListPublicity | None = None
    source: LineSource = LineSource.ANNUAL
    reason: str = Field(default="", max_length=2_000)
    execution: Execution = Execution.HERE
    exemption: str = Field(default="", max_length=64)
    recognises: bool = True
    checked_afresh: Words = ()

    @model_validator(mode="after")
    def _checks_afresh_its_items(self) -> Self:
        if stray := sorted(set(self.checked_afresh) - set(self.items)):
            raise ValueError(f"checked_afresh only items of the line, found {stray}")
        return self

    @model_validator(mode="after")
    def _weighs_by_its_weights(self) -> Self:
        if self.weights and self.weighting is not Weighting.OWN:
            raise ValueError("weights only with weighting: own")
        return self

    def value(self, plan_id: str, code: str) -> PlanLine:
        """Give the line under a plan and code."""
        given: dict[str, Any] = {
            **self.model_dump(exclude={"code", "weights"}),
            "weights": self.weights,
            "plan_id": plan_id,
            "code": code,
            "conditions": self.conditions.value(),
            "strata": {name: rule.value() for name, rule in self.strata.items()},
            "later_windows": tuple(
                Window(from_date=each.from_date, to_date=each.to_date)
                for each in self.later_windows
            ),
        }
        return PlanLine(**given)


class LineEntry(LineBody):
    """One planned task."""

    code: Code


class ChangeEntry(Entry):
    """One changed line of an amendment; a cancelled one needs no line."""

    kind: ChangeKind
    code: Code
    line: LineBody | None = None

    @model_validator(mode="after")
    def _has_its_line(self) -> Self:
        if (self.line is None) is not (self.kind is ChangeKind.CANCEL):
            raise ValueError("a line for add and change, none for cancel")
        return self

    def value(self, plan_id: str) -> LineChange:
        """Give the change."""
        line = None if self.line is None else self.line.value(plan_id, self.code)
        return LineChange(kind=self.kind, code=self.code, line=line)
