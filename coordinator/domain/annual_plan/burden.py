"""The burden of a plan: how often a place may be visited, and how often it certainly will be."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from math import ceil

from coordinator.domain.annual_plan.counts import FrameCount, Overlap
from coordinator.domain.annual_plan.forecasts import Burden, BurdenGroup, LevelVisits
from coordinator.domain.annual_plan.lines import PlanLine, Window
from coordinator.domain.burden_signs import Sign, Signal
from coordinator.domain.policy import BurdenPolicy
from coordinator.domain.registers.organisation import Department, Level


@dataclass(frozen=True, kw_only=True)
class PlanWarning:
    """Places that the same certain lines visit as often as a profile warns of, with the signs."""

    lines: tuple[str, ...]
    places: int
    signs: tuple[Sign, ...]

    @property
    def key(self) -> str:
        """What an answer names it by: another line there is another warning."""
        return "+".join(self.lines)


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


def groups_of(
    lines: Sequence[PlanLine],
    counts: Mapping[str, FrameCount],
    overlaps: Sequence[Overlap],
    organs: Mapping[str, Department],
) -> list[BurdenGroup]:
    """Give the places that the same lines reach; `overlaps` are places by the lines' frames."""
    return [_group(lines, counts, overlap, organs) for overlap in overlaps]


def burden_of(groups: Sequence[BurdenGroup], policy: BurdenPolicy) -> Burden:
    """Give how many places may be visited how often."""
    by_visits: Counter[int] = Counter()
    for group in groups:
        by_visits[group.most] += group.places
    return Burden(
        cap=policy.visits_per_year,
        places=sum(by_visits.values()),
        by_visits=dict(sorted(by_visits.items())),
        over=_most_first(group for group in groups if group.most > policy.visits_per_year),
    )


def lowest_cap(policy: BurdenPolicy) -> int:
    """Give the visits that no cap forbids: neither that of the year nor that of a level."""
    return min(policy.visits_per_year, policy.visits_per_level or policy.visits_per_year)


def crowded(groups: Sequence[BurdenGroup], policy: BurdenPolicy) -> tuple[BurdenGroup, ...]:
    """Give the groups that pass a cap whatever the draw says."""
    return _most_first(
        group
        for group in groups
        if group.certain > policy.visits_per_year or levels_over(group, policy)
    )


def levels_over(group: BurdenGroup, policy: BurdenPolicy) -> tuple[LevelVisits, ...]:
    """Give the levels whose organs come to a group more often than the profile's cap per level."""
    most = policy.visits_per_level
    return tuple(each for each in group.levels if most is not None and each.certain > most)


def _most_first(groups: Iterable[BurdenGroup]) -> tuple[BurdenGroup, ...]:
    return tuple(
        sorted(groups, key=lambda each: (-each.certain, -each.most, -each.places, each.lines))
    )


def fewest_visits(windows: Collection[Window]) -> int:
    """Give the least number of days that meet every window: checks of one day are one visit."""
    visits, last = 0, None
    for window in sorted(windows, key=lambda each: each.to_date):
        if last is None or last < window.from_date:
            visits, last = visits + 1, window.to_date
    return visits


def plan_warnings(
    groups: Iterable[BurdenGroup], lines: Mapping[str, PlanLine], policy: BurdenPolicy
) -> list[PlanWarning]:
    """Give the groups of places whose certain visits alone are high frequency 高频检查."""
    found = []
    for group in groups:
        certain = sorted({code for level in group.levels for code in level.lines})
        own = [lines[code] for code in certain]
        if signs := (*_cap_share(group, policy), *_close(own, policy), *_of_organs(own, policy)):
            found.append(PlanWarning(lines=tuple(certain), places=group.places, signs=signs))
    return sorted(found, key=lambda each: (-each.places, each.lines))


def _cap_share(group: BurdenGroup, policy: BurdenPolicy) -> Iterable[Sign]:
    if policy.warn_cap_share is None:
        return
    threshold = ceil(policy.warn_cap_share * policy.visits_per_year)
    if group.certain >= threshold:
        yield Sign(Signal.CAP_SHARE, group.certain, threshold)


def _close(lines: Iterable[PlanLine], policy: BurdenPolicy) -> Iterable[Sign]:
    """Yield visits that can't but fall close together: whole windows within the days."""
    if policy.warn_visits is None:
        return
    windows = [window for line in lines for window in line.windows]
    within = timedelta(days=policy.warn_days)
    most = max(
        (
            fewest_visits(
                [
                    each
                    for each in windows
                    if first.from_date <= each.from_date and each.to_date < first.from_date + within
                ]
            )
            for first in windows
        ),
        default=0,
    )
    if most >= policy.warn_visits:
        yield Sign(Signal.CLOSE_TOGETHER, most, policy.warn_visits)


def _of_organs(lines: Sequence[PlanLine], policy: BurdenPolicy) -> Iterable[Sign]:
    if policy.warn_organ_visits is None:
        return
    for organ in sorted({code for line in lines for code in line.departments}):
        number = _visits(line for line in lines if organ in line.departments)
        if number >= policy.warn_organ_visits:
            yield Sign(Signal.SAME_ORGAN, number, policy.warn_organ_visits, organ)


def _group(
    lines: Sequence[PlanLine],
    counts: Mapping[str, FrameCount],
    overlap: Overlap,
    organs: Mapping[str, Department],
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
        certain=_visits(certain),
        most=_visits(line for line, _ in members),
        levels=tuple(_levels(certain, organs)),
    )


def _levels(lines: Sequence[PlanLine], organs: Mapping[str, Department]) -> Iterable[LevelVisits]:
    """Count the visits of each level: several of its organs on one visit count once (2.3.5)."""
    of_level: defaultdict[Level, list[PlanLine]] = defaultdict(list)
    for line in lines:
        for level in {organs[code].level for code in line.departments if code in organs}:
            of_level[level].append(line)
    for level in sorted(of_level):
        own = of_level[level]
        codes = tuple(line.code for line in own)
        yield LevelVisits(level=level, lines=codes, certain=_visits(own))


def _visits(lines: Iterable[PlanLine]) -> int:
    return fewest_visits([window for line in lines for window in line.windows])
