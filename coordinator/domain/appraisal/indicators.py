"""The indicators of 2.11, each a count or a ratio of facts, with both of its figures.

KPIs never reward the number of inspections or of fines (国办发〔2024〕54号): no count has a target,
targets exist for shares of what was owed only, and no indicator is ever ranked by.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from coordinator.domain.appraisal.facts import WHOLE, Fact, Tallies
from coordinator.domain.policy import AppraisalPolicy

_THOUSAND, _TEN = 1000, 10


class Subject(StrEnum):
    """Whom an indicator tells of: every organ and all together, or only all together."""

    ORGANS = "organs"
    OFFICE = "office"


@dataclass(frozen=True, kw_only=True)
class IndicatorRule:
    """How an indicator is made: `above` ÷ `below`, or the number of `above` where nothing is below.

    `minus` is taken from what is above. `target` reads from the profile how much is wanted.
    `describes`: a figure that is only shown, because a target for it would reward finding, or
    overlooking, problems. Organs have other facts than all together where a visit is several tasks.
    """

    code: str
    above: tuple[Fact, ...]
    below: tuple[Fact, ...] = ()
    minus: tuple[Fact, ...] = ()
    of: Subject = Subject.ORGANS
    target: Callable[[AppraisalPolicy], Fraction | None] | None = None
    describes: bool = False
    above_of_organ: tuple[Fact, ...] = ()
    below_of_organ: tuple[Fact, ...] = ()

    def facts(self, organ: str) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
        """Give what stands above and below for an organ; a visit is a task of each of them."""
        if organ == WHOLE:
            return self.above, self.below
        return self.above_of_organ or self.above, self.below_of_organ or self.below


_F = Fact
RULES: tuple[IndicatorRule, ...] = (
    IndicatorRule(
        code="plan-completion",
        above=(_F.VISITS_FINISHED, _F.CHECKS_RECOGNISED),
        below=(_F.VISITS_PLANNED, _F.CHECKS_RECOGNISED, _F.CHECKS_DEFERRED),
        above_of_organ=(_F.TASKS_REPORTED, _F.CHECKS_RECOGNISED),
        below_of_organ=(_F.TASKS_PLANNED, _F.CHECKS_RECOGNISED, _F.CHECKS_DEFERRED),
        target=lambda policy: policy.completion_target,
    ),
    IndicatorRule(
        code="disclosure",
        above=(_F.RESULTS_DISCLOSED,),
        below=(_F.RESULTS_TO_DISCLOSE,),
        target=lambda policy: policy.disclosure_target,
    ),
    IndicatorRule(code="tasks", above=(_F.TASKS_REPORTED,), below=(_F.TASKS_SENT,)),
    IndicatorRule(
        code="checks",
        above=(_F.RESULTS_CHECKED,),
        below=(_F.RESULTS_ENTERED, _F.CHECKS_WAITING),
    ),
    IndicatorRule(code="closure", above=(_F.RESULTS_SETTLED,), below=(_F.RESULTS_CHECKED,)),
    IndicatorRule(code="orders", above=(_F.ORDERS_CLOSED,), below=(_F.ORDERS_MADE,)),
    IndicatorRule(code="cases", above=(_F.CASES_ENDED,), below=(_F.CASES_OPENED,)),
    IndicatorRule(code="overdue", above=(_F.RED_BURNING,), describes=True),
    IndicatorRule(code="red", above=(_F.RED_CLOCKS,), describes=True),
    IndicatorRule(
        code="problems", above=(_F.RESULTS_PROBLEM,), below=(_F.RESULTS_CHECKED,), describes=True
    ),
    IndicatorRule(code="exempt", above=(_F.RESULTS_EXEMPT,), describes=True),
    IndicatorRule(code="items", above=(_F.ITEMS_CHECKED,), below=(_F.ITEMS_LISTED,)),
    IndicatorRule(
        code="joint", above=(_F.VISITS_JOINT,), below=(_F.VISITS_FINISHED,), of=Subject.OFFICE
    ),
    IndicatorRule(
        code="saved", above=(_F.TRIPS_SEPARATE,), minus=(_F.TRIPS_MADE,), of=Subject.OFFICE
    ),
    IndicatorRule(
        code="random",
        above=(_F.VISITS_RANDOM,),
        below=(_F.VISITS_FINISHED, _F.VISITS_OWN),
        of=Subject.OFFICE,
    ),
    IndicatorRule(
        code="key-units", above=(_F.KEY_UNITS_CHECKED,), below=(_F.KEY_UNITS,), of=Subject.OFFICE
    ),
    IndicatorRule(
        code="key-periods",
        above=(_F.KEY_PERIODS_COVERED,),
        below=(_F.KEY_PERIODS,),
        of=Subject.OFFICE,
    ),
    IndicatorRule(code="cap", above=(_F.CAP_DEFERRED, _F.CAP_REPLACED), of=Subject.OFFICE),
    IndicatorRule(
        code="draws", above=(_F.DRAWS_KEPT,), below=(_F.DRAWS_AUDITED,), of=Subject.OFFICE
    ),
    IndicatorRule(
        code="register-completeness",
        above=(_F.ENTRIES_COMPLETE,),
        below=(_F.ENTRIES_LISTED,),
        of=Subject.OFFICE,
    ),
    IndicatorRule(
        code="register-age",
        above=(_F.REGISTERS_RENEWED,),
        below=(_F.REGISTERS_HELD,),
        of=Subject.OFFICE,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An indicator of one organ (WHOLE: of all) as it stands, beside what is wanted of it."""

    rule: IndicatorRule
    organ: str
    numerator: int
    denominator: int
    target: Fraction | None = None

    @property
    def is_ratio(self) -> bool:
        """Whether there is something below the line."""
        return bool(self.rule.below)

    @property
    def percent(self) -> str:
        """The ratio in percent with one decimal, never rounded up to a target; or a dash."""
        if not self.denominator:
            return "—"
        tenths = self.numerator * _THOUSAND // self.denominator
        return f"{tenths // _TEN}.{tenths % _TEN} %"

    @property
    def shown(self) -> str:
        """The figure as it is read: a share, or a number."""
        return self.percent if self.is_ratio else str(self.numerator)

    @property
    def missing(self) -> int:
        """How many more would reach the target; 0 where it is met, or where there is none."""
        if self.target is None:
            return 0
        wanted = -(-self.denominator * self.target.numerator // self.target.denominator)
        return max(0, wanted - self.numerator)

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None where there is none, or nothing was owed."""
        return None if self.target is None or not self.denominator else not self.missing


def read(rule: IndicatorRule, tallies: Tallies, organ: str, policy: AppraisalPolicy) -> Reading:
    """Read one indicator of an organ, or of all together."""
    above, below = rule.facts(organ)
    return Reading(
        rule=rule,
        organ=organ,
        numerator=sum(tallies.of(organ, fact) for fact in above)
        - sum(tallies.of(organ, fact) for fact in rule.minus),
        denominator=sum(tallies.of(organ, fact) for fact in below),
        target=rule.target(policy) if rule.target else None,
    )


def readings(tallies: Tallies, organ: str, policy: AppraisalPolicy) -> Sequence[Reading]:
    """Read all indicators of an organ, or of all together, in the order of the text."""
    return [
        read(rule, tallies, organ, policy)
        for rule in RULES
        if organ == WHOLE or rule.of is Subject.ORGANS
    ]
