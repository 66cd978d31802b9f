"""One line of the plan: who checks what at whom, when, and how many are drawn (2-rules.md 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from contracts.vocabulary import Mode
from coordinator.domain.policy import DrawWeight
from coordinator.domain.registers.conditions import CREDIT, UNGRADED, Conditions
from coordinator.domain.registers.organisation import DrawLevel


class LineKind(StrEnum):
    """An internal line is one department's own; a joint line has several."""

    INTERNAL = "internal"
    JOINT = "joint"


class Selection(StrEnum):
    """How a line's objects are found: by lot, everybody, or fixed: named, or a number of them."""

    RANDOM = "random"
    ALL = "all"
    FIXED = "fixed"


class Weighting(StrEnum):
    """Whether all objects of a stratum have equal chances, or weigh by the profile or the line."""

    EQUAL = "equal"
    PROFILE = "profile"
    OWN = "own"


class LeaderRule(StrEnum):
    """Whether the team's leader is drawn, leads by duty (分管领导带队), or as the profile says."""

    DRAWN = "drawn"
    BY_DUTY = "by-duty"
    BY_PROFILE = "by-profile"


class ListPublicity(StrEnum):
    """When the drawn list is made public 名单公示."""

    ON_DRAW = "on-draw"
    AFTER_VISIT = "after-visit"
    AFTER_ROUND = "after-round"


class LineSource(StrEnum):
    """Whether a line stands in the annual plan or came up during the year, with a reason."""

    ANNUAL = "annual"
    TEMPORARY = "temporary"


class Execution(StrEnum):
    """Whether a line is executed on this platform, or elsewhere with its results imported."""

    HERE = "here"
    ELSEWHERE = "elsewhere"


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


EVERYBODY = StratumRule(numerator=1, denominator=1)


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of the objects that meet its conditions a line takes.

    `strata_by` is `credit` or the name of a grading scheme; `named` says that the conditions name
    the objects one by one.
    """

    selection: Selection = Selection.RANDOM
    strata_by: str = CREDIT
    strata: Mapping[str, StratumRule] = field(default_factory=dict)
    number: int | None = None
    named: bool = False

    @property
    def is_by_lot(self) -> bool:
        """Whether chance decides which objects are visited."""
        fixed_number = self.selection is Selection.FIXED and not self.named
        return self.selection is Selection.RANDOM or fixed_number

    @property
    def rules(self) -> Mapping[str, StratumRule]:
        """The ratios in force: where nothing is left to chance, everybody of every stratum."""
        return self.strata if self.is_by_lot else {"*": EVERYBODY}

    @property
    def number_drawn(self) -> int | None:
        """The fixed number to draw, where there is one."""
        return self.number if self.is_by_lot else None

    @property
    def by(self) -> str | None:
        """What the strata are told apart by; None where the rules know one stratum only."""
        distinct = set(self.rules) - {"*", UNGRADED}
        return self.strata_by if distinct and self.number_drawn is None else None

    def rule_of(self, stratum: str) -> StratumRule | None:
        """Give the rule of a stratum, or that of any other (`*`)."""
        return self.rules.get(stratum) or self.rules.get("*")


@dataclass(frozen=True, kw_only=True)
class Window:
    """The days on which a line's visits take place, both included."""

    from_date: date
    to_date: date


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """One planned task.

    `section` is the lead's; `strata_by` is `credit` or a grading scheme; `items_drawn` of the items
    are drawn per object beside those of `items_always` (None: all are checked); `weights` are the
    line's own, whose events count for `weight_months` (None: as the profile says); a check within
    `fresh_months` keeps an object out (0: never, None: as the profile says); `later_windows` are
    those of the second and further times of the year; `exemption` is the typed exemption from the
    cap of visits it uses; `recognises`: what other organs found clean lately drops off after the
    draw, but for the items `checked_afresh`; `added_by`, `cancelled_by`: numbers of amendments.
    """

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
    section: str = ""
    selection: Selection = Selection.RANDOM
    directed: bool = True
    items_drawn: int | None = None
    items_always: tuple[str, ...] = ()
    strata_by: str = CREDIT
    weighting: Weighting = Weighting.EQUAL
    weights: tuple[DrawWeight, ...] = ()
    weight_months: int | None = None
    fresh_months: int | None = None
    times_a_year: int = 1
    later_windows: tuple[Window, ...] = ()
    method: str = ""
    draw_level: DrawLevel | None = None
    leader_rule: str = LeaderRule.BY_PROFILE
    report_days: int | None = None
    feedback_days: int | None = None
    channel: str = ""
    list_publicity: ListPublicity | None = None
    source: LineSource = LineSource.ANNUAL
    reason: str = ""
    execution: Execution = Execution.HERE
    exemption: str = ""
    recognises: bool = True
    checked_afresh: tuple[str, ...] = ()
    added_by: int | None = None
    cancelled_by: int | None = None
    cancel_reason: str = ""

    @property
    def departments(self) -> tuple[str, ...]:
        """Lead and participants, each once, sorted."""
        return tuple(sorted({self.lead, *self.participants}))

    def is_led_by_duty(self, profile_rule: str) -> bool:
        """Say whether the leader comes by duty; the profile's rule counts where no own one does."""
        is_left_open = self.leader_rule == LeaderRule.BY_PROFILE
        return (profile_rule if is_left_open else self.leader_rule) == LeaderRule.BY_DUTY

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows of the year, the first one first."""
        first = Window(from_date=self.window_from, to_date=self.window_to)
        return (first, *self.later_windows)

    def at_turn(self, turn: int) -> "PlanLine":
        """Give the line with the window of one turn, from 0; the last window serves later ones."""
        window = self.windows[min(turn, len(self.windows) - 1)]
        return replace(
            self, window_from=window.from_date, window_to=window.to_date, later_windows=()
        )

    @property
    def share(self) -> Share:
        """How many of its objects the line takes."""
        return Share(
            selection=self.selection,
            strata_by=self.strata_by,
            strata=self.strata,
            number=self.number,
            named=bool(self.conditions.objects),
        )

    @property
    def publicity(self) -> ListPublicity:
        """When the drawn list is public; a covert line that says nothing waits for its round."""
        covert = self.mode is Mode.COVERT
        return self.list_publicity or (
            ListPublicity.AFTER_ROUND if covert else ListPublicity.AFTER_VISIT
        )
