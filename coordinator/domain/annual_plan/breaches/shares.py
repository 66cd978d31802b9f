"""Breaches of the plan as a whole: joint lines, random visits, the yearly cap of visits."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from coordinator.domain.annual_plan.breaches.values import (
    WHOLE_PLAN,
    Breach,
    PlanFacts,
    percent,
)
from coordinator.domain.annual_plan.burden import levels_over
from coordinator.domain.annual_plan.counts import number_of_visits
from coordinator.domain.annual_plan.forecasts import BurdenGroup
from coordinator.domain.annual_plan.lines import PlanLine
from coordinator.domain.annual_plan.plan import PlanFigures, figures_from
from coordinator.domain.errors import Rule


def figures_of(lines: Sequence[PlanLine], facts: PlanFacts) -> PlanFigures:
    """Give what a plan comes to: lines and expected visits, joint and random ones among them."""
    live = [line for line in lines if line.cancelled_by is None]
    return figures_from(
        live, {line.code: number_of_visits(line, facts.count(line)) for line in live}
    )


def joint(lines: Sequence[PlanLine], facts: PlanFacts) -> Iterable[Breach]:
    """Yield too few joint lines, in number and as a share of all lines."""
    policy, found = facts.policy.plan, figures_of(lines, facts)
    if found.joint_lines < policy.joint_lines_min:
        yield Breach(
            Rule.TOO_FEW_JOINT_LINES,
            WHOLE_PLAN,
            {"found": found.joint_lines, "wanted": policy.joint_lines_min},
            {"action": "add-joint-line", "add": policy.joint_lines_min - found.joint_lines},
        )
    wanted = policy.joint_rate_min
    if wanted is not None and found.joint_lines < found.number_of_lines * wanted:
        yield Breach(
            Rule.JOINT_RATE_TOO_LOW,
            WHOLE_PLAN,
            {
                "joint": found.joint_lines,
                "lines": found.number_of_lines,
                "found": percent(Fraction(found.joint_lines, found.number_of_lines)),
                "wanted": percent(wanted),
            },
            {
                "action": "make-joint",
                "add": -(-found.number_of_lines * wanted // 1) - found.joint_lines,
            },
        )


def random(lines: Sequence[PlanLine], facts: PlanFacts) -> Iterable[Breach]:
    """Yield a share of random visits that is too low, or lower than last year (大城 2019)."""
    policy, found = facts.policy.plan, figures_of(lines, facts)
    share = found.random_share
    if share is None:
        return
    if policy.random_share_min is not None and share < policy.random_share_min:
        yield _random(Rule.RANDOM_SHARE_TOO_LOW, found, policy.random_share_min)
    last_year = facts.last_year_random_share
    if policy.random_share_not_below_last_year and last_year is not None and share < last_year:
        yield _random(Rule.RANDOM_SHARE_FALLS, found, last_year)


def _random(rule: Rule, found: PlanFigures, wanted: Fraction) -> Breach:
    return Breach(
        rule,
        WHOLE_PLAN,
        {
            "random": found.random_visits,
            "visits": found.visits,
            "found": percent(found.random_share or Fraction(0)),
            "wanted": percent(wanted),
        },
        {"action": "add-random-visits", "add": _missing(found, wanted)},
    )


def _missing(found: PlanFigures, wanted: Fraction) -> int:
    """Give how many of the planned visits must become random ones."""
    return -(-found.visits * wanted // 1) - found.random_visits


def cap(_lines: Sequence[PlanLine], facts: PlanFacts) -> Iterable[Breach]:
    """Yield places that are certain to be visited more often than the caps allow (54号)."""
    policy = facts.policy.burden
    for group in facts.crowded:
        if group.certain > policy.visits_per_year:
            reached = {"lines": list(group.lines), "departments": list(group.departments)}
            found = (group.certain, policy.visits_per_year)
            yield _over(Rule.VISITS_OVER_CAP, group, reached, found)
        for each in levels_over(group, policy):
            of_level = {"lines": list(each.lines), "level": each.level.value}
            found = (each.certain, policy.visits_per_level or 0)
            yield _over(Rule.VISITS_OVER_LEVEL_CAP, group, of_level, found)


def _over(
    rule: Rule, group: BurdenGroup, figures: Mapping[str, object], found: tuple[int, int]
) -> Breach:
    visits, maximum = found
    return Breach(
        rule,
        WHOLE_PLAN,
        {"places": group.places, **figures, "found": visits, "maximum": maximum},
        {"action": "join-windows", "save": visits - maximum},
    )
