"""Breaches of coverage: key units, events, groups with a higher ratio, classes, key periods."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from coordinator.domain.annual_plan.breaches.values import (
    WHOLE_PLAN,
    Breach,
    CoverageGap,
    LookBack,
    PlanFacts,
    general_items,
    percent,
)
from coordinator.domain.annual_plan.lines import PlanLine, Selection, Window
from coordinator.domain.errors import Rule
from coordinator.domain.policy import KeyPeriod

KEY_UNIT = "key-unit"


def covered(lines: Sequence[PlanLine], facts: PlanFacts) -> Iterable[Breach]:
    """Yield groups that are not visited as often as they must, or not drawn more than others."""
    yield from uncovered(facts)
    eligible = sum(facts.count(line).eligible for line in lines)
    drawn = sum(facts.count(line).expected_draw for line in lines)
    average = Fraction(drawn, eligible) if eligible else Fraction(0)
    for each in facts.group_shares:
        if each.members and each.ratio <= average and each.ratio < 1:
            yield Breach(
                Rule.GROUP_RATIO_NOT_HIGHER,
                WHOLE_PLAN,
                {
                    "event": each.group,
                    "members": each.members,
                    "found": percent(each.ratio),
                    "average": percent(average),
                },
                {"action": "add-directed-line", "event": each.group, "above": str(average)},
            )


def uncovered(facts: PlanFacts) -> Iterable[Breach]:
    """Yield groups that are not visited as often as they must; used again at year end."""
    for gap in facts.gaps:
        lapsed = gap.look_back.lapsed if gap.look_back else 0
        if gap.uncovered > lapsed:
            yield _gap(gap, gap.uncovered - lapsed, facts)
        if gap.look_back is not None:
            yield _lapsed(gap, gap.look_back)


def _gap(gap: CoverageGap, missing: int, facts: PlanFacts) -> Breach:
    policy = facts.policy.plan
    figures = {
        "members": gap.members,
        "found": gap.members - gap.uncovered,
        "measured": facts.measured("certain"),
    }
    remedy = {"action": "add-full-line", "group": gap.group, "add": missing}
    if gap.group == KEY_UNIT:
        wanted = {"times": policy.key_unit_visits_per_year}
        return Breach(Rule.KEY_UNITS_UNCOVERED, WHOLE_PLAN, figures | wanted, remedy)
    return Breach(
        Rule.EVENTS_UNCOVERED,
        WHOLE_PLAN,
        {
            **figures,
            "event": gap.group,
            "half": gap.half,
            "times": policy.event_visits_per_half_year,
        },
        remedy | {"half": gap.half},
    )


def _lapsed(gap: CoverageGap, reason: LookBack) -> Breach:
    """Say whose records the turns of a half year can't see any more."""
    return Breach(
        Rule.EVENTS_OUT_OF_SIGHT,
        WHOLE_PLAN,
        {
            "event": gap.group,
            "half": gap.half,
            "members": gap.members,
            "found": gap.members - gap.uncovered,
            "lapsed": reason.lapsed,
            "lines": list(reason.lines),
            "months": reason.months,
        },
        {
            "action": "look-back-further",
            "lines": list(reason.lines),
            "half": gap.half,
            "needed": reason.needed,
        },
    )


def classes(line: PlanLine, facts: PlanFacts) -> Iterable[Breach]:
    """Yield classes drawn with less than their share (example D 30, C 10, B 2, A 1 %).

    Where a general item bounds the line, the bound comes first.
    """
    if line.selection is not Selection.RANDOM or line.number is not None:
        return
    bound = _bound(line, facts)
    for each in facts.policy.plan.class_ratios:
        rule = line.share.rule_of(each.value)
        wanted = min(each.ratio, bound)
        if each.scheme == line.strata_by and rule is not None and rule.ratio < wanted:
            yield Breach(
                Rule.CLASS_RATIO_TOO_LOW,
                line.code,
                {"stratum": each.value, "found": percent(rule.ratio), "wanted": percent(wanted)},
                {"action": "raise-ratio", "stratum": each.value, "to": str(wanted)},
            )


def _bound(line: PlanLine, facts: PlanFacts) -> Fraction:
    return facts.policy.plan.general_ratio_max if general_items(line, facts) else Fraction(1)


def key_periods(lines: Sequence[PlanLine], facts: PlanFacts) -> Iterable[Breach]:
    """Yield key periods 重点时段 in which too few directed lines check their objects."""
    wanted = facts.policy.plan.key_period_lines_min
    for period in facts.policy.plan.key_periods:
        found = sum(_falls_into(line, period, facts.year) for line in lines)
        if found < wanted:
            yield Breach(
                Rule.KEY_PERIOD_WITHOUT_LINE,
                WHOLE_PLAN,
                {
                    "period": period.name,
                    "from": period.from_day,
                    "to": period.to_day,
                    "found": found,
                    "wanted": wanted,
                },
                {"action": "add-directed-line", "period": period.code, "add": wanted - found},
            )


def _falls_into(line: PlanLine, period: KeyPeriod, year: int) -> bool:
    concerned = not period.tags or bool({*period.tags} & {*line.conditions.tags})
    days = Window(from_date=_day(year, period.from_day), to_date=_day(year, period.to_day))
    overlaps = any(
        window.from_date <= days.to_date and days.from_date <= window.to_date
        for window in line.windows
    )
    return line.directed and concerned and overlaps


def _day(year: int, month_day: str) -> date:
    """Give a day of the year; 29 February of a common year is its last of February."""
    month, day = map(int, month_day.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)
