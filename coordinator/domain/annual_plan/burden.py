"""The burden of a plan: how often a place may be visited, and how often it certainly will be."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from coordinator.domain.annual_plan.counts import FrameCount, Overlap
from coordinator.domain.annual_plan.forecasts import Burden, BurdenGroup
from coordinator.domain.annual_plan.lines import PlanLine, Window
from coordinator.domain.policy import BurdenPolicy


def counted(lines: Sequence[PlanLine], policy: BurdenPolicy) -> list[PlanLine]:
    """Give the lines whose visits the cap counts: neither cancelled nor with a typed exemption."""
    return [
        line
        for line in lines
        if line.cancelled_by is None and line.exemption not in policy.exemptions
    ]


def is_certain(line: PlanLine, count: FrameCount) -> bool:
    """Say whether a line visits everybody of at least one stratum."""
    return any(count.ratio_of(name) >= Fraction(1) for name in count.by_stratum)


def burden_of(
    lines: Sequence[PlanLine],
    counts: Mapping[str, FrameCount],
    overlaps: Sequence[Overlap],
    policy: BurdenPolicy,
) -> Burden:
    """Give how many places may be visited how often; `overlaps` are places by the lines' frames."""
    groups = [_group(lines, counts, overlap) for overlap in overlaps]
    by_visits: Counter[int] = Counter()
    for group in groups:
        by_visits[group.most] += group.places
    over = [group for group in groups if group.most > policy.visits_per_year]
    over.sort(key=lambda group: (-group.certain, -group.most, -group.places, group.lines))
    return Burden(
        cap=policy.visits_per_year,
        places=sum(by_visits.values()),
        by_visits=dict(sorted(by_visits.items())),
        over=tuple(over),
    )


def crowded(burden: Burden) -> tuple[BurdenGroup, ...]:
    """Give the groups that pass the cap whatever the draw says."""
    return tuple(group for group in burden.over if group.certain > burden.cap)


def fewest_visits(windows: Collection[Window]) -> int:
    """Give the least number of days that meet every window: checks of one day are one visit."""
    visits, last = 0, None
    for window in sorted(windows, key=lambda each: each.to_date):
        if last is None or last < window.from_date:
            visits, last = visits + 1, window.to_date
    return visits


def _group(
    lines: Sequence[PlanLine], counts: Mapping[str, FrameCount], overlap: Overlap
) -> BurdenGroup:
    members = [
        (line, stratum)
        for line, stratum in zip(lines, overlap.strata, strict=True)
        if stratum is not None
    ]
    certain = [
        line for line, stratum in members if counts[line.code].ratio_of(stratum) >= Fraction(1)
    ]
    return BurdenGroup(
        places=overlap.number,
        lines=tuple(line.code for line, _ in members),
        departments=tuple(sorted({code for line, _ in members for code in line.departments})),
        certain=fewest_visits([window for line in certain for window in line.windows]),
        most=fewest_visits([window for line, _ in members for window in line.windows]),
    )
