"""What the registers know about a plan: the facts its rules are checked against."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from coordinator.domain.annual_plan import (
    Conditions,
    CoverageGap,
    Frame,
    FrameCount,
    GroupShare,
    Plan,
    PlanFacts,
    PlanLine,
    SectionFigures,
    frame_of_line,
)
from coordinator.domain.annual_plan.breaches.coverage import KEY_UNIT
from coordinator.domain.annual_plan.breaches.sections import sections_of
from coordinator.domain.annual_plan.burden import burden_of, counted, crowded, is_certain
from coordinator.domain.annual_plan.conditions import SERIOUS
from coordinator.domain.annual_plan.counts import highest_share, section_figures, times_covered
from coordinator.domain.annual_plan.forecasts import Burden
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.policy import Policy
from coordinator.services.annual_plan.counting import count_lines
from coordinator.services.ports import Work

_BLACKLIST = "blacklist"  # the event kind that is no event but a mark: the serious-violation list
_HALVES = (1, 2)


async def facts_of(work: Work, plan: Plan, lines: Sequence[PlanLine], policy: Policy) -> PlanFacts:
    """Gather everything the rules ask about a plan's lines; objects are counted, never loaded."""
    live = [line for line in lines if line.cancelled_by is None]
    counts = await count_lines(work, live)
    items = await work.items.where(code={code for line in live for code in line.items})
    organs = await work.departments.where()
    facts = PlanFacts(
        year=plan.year,
        today=work.today(),
        policy=policy,
        items={item.code: item for item in items},
        departments={organ.code: organ for organ in organs},
        designations=await work.designations.where(),
        sections=await work.sections.where(),
        counts=counts,
    )
    return PlanFacts(
        **{
            **vars(facts),
            "section_figures": await _section_figures(work, live, facts),
            "gaps": await _gaps(work, live, facts),
            "group_shares": await _group_shares(work, live, facts),
            "crowded": crowded(await certain_burden(work, live, counts, policy)),
            "last_year_random_share": await _last_year(work, plan),
        }
    )


async def certain_burden(
    work: Work, lines: Sequence[PlanLine], counts: Mapping[str, FrameCount], policy: Policy
) -> Burden:
    """Give the burden of the lines that visit everybody; fewer lines than the cap break nothing."""
    all_counted = counted(lines, policy.burden)
    certain = [line for line in all_counted if is_certain(line, counts[line.code])]
    windows = sum(len(line.windows) for line in certain)
    if windows <= policy.burden.visits_per_year:
        certain = []
    return await burden_of_lines(work, certain, counts, policy)


async def burden_of_lines(
    work: Work, lines: Sequence[PlanLine], counts: Mapping[str, FrameCount], policy: Policy
) -> Burden:
    """Give how often the places of these lines may be visited."""
    frames = [frame_of_line(line) for line in lines]
    overlaps = await work.frames.overlaps(frames, work.today(), of_places=True) if frames else ()
    return burden_of(lines, counts, overlaps, policy.burden)


async def _section_figures(
    work: Work, lines: Sequence[PlanLine], facts: PlanFacts
) -> list[SectionFigures]:
    """Count what each section supervises and draws, where the policy asks for a share."""
    if facts.policy.plan.section_object_share_min is None:
        return []
    found = []
    for department, section in sections_of(lines, facts):
        own = [line for line in lines if (line.lead, line.section) == (department, section)]
        supervised, drawn = await _one_section(work, own, facts)
        found.append(
            SectionFigures(
                department=department, section=section, supervised=supervised, drawn=drawn
            )
        )
    return found


async def _one_section(work: Work, lines: Sequence[PlanLine], facts: PlanFacts) -> tuple[int, int]:
    if not lines:
        return 0, 0
    frames = [
        *(frame_of_line(line) for line in lines),
        *(Frame(conditions=line.conditions.supervised) for line in lines),
    ]
    overlaps = await work.frames.overlaps(frames, work.today())
    return section_figures(lines, facts.counts, overlaps)


async def _gaps(work: Work, lines: Sequence[PlanLine], facts: PlanFacts) -> list[CoverageGap]:
    """Count the key units and the objects with events that too few full lines visit."""
    policy = facts.policy.plan
    full = [line for line in lines if is_certain(line, facts.counts[line.code])]
    wanted: list[tuple[str, int, int]] = []
    if policy.key_unit_visits_per_year:
        wanted.append((KEY_UNIT, 0, policy.key_unit_visits_per_year))
    for event in policy.half_yearly_events:
        wanted += [(event, half, policy.event_visits_per_half_year) for half in _HALVES]
    return [await _gap(work, full, facts, each) for each in wanted]


async def _gap(
    work: Work, full: Sequence[PlanLine], facts: PlanFacts, wanted: tuple[str, int, int]
) -> CoverageGap:
    group, half, times = wanted
    overlaps = await work.frames.overlaps(
        [frame_of_line(line) for line in full], work.today(), within=group_of(group)
    )
    uncovered = [
        overlap.number
        for overlap in overlaps
        if times_covered(full, facts.counts, overlap, half) < times
    ]
    members = sum(overlap.number for overlap in overlaps)
    return CoverageGap(group=group, half=half, members=members, uncovered=sum(uncovered))


async def _group_shares(
    work: Work, lines: Sequence[PlanLine], facts: PlanFacts
) -> list[GroupShare]:
    frames = [frame_of_line(line) for line in lines]
    found = []
    for group in facts.policy.plan.higher_ratio_for:
        overlaps = await work.frames.overlaps(frames, work.today(), within=group_of(group))
        members = sum(overlap.number for overlap in overlaps)
        share = highest_share(lines, facts.counts, overlaps)
        ratio = share / members if members else Fraction(0)
        found.append(GroupShare(group=group, members=members, ratio=ratio))
    return found


async def _last_year(work: Work, plan: Plan) -> Fraction | None:
    """Give the random share of the plan adopted for the year before, as it was adopted."""
    former = await work.plans.where(year=plan.year - 1, state=PlanState.ADOPTED)
    shares = [each.figures.random_share for each in former if each.figures is not None]
    return max((share for share in shares if share is not None), default=None)


def group_of(name: str) -> Conditions:
    """Give the conditions of a group: key units, an event of the last year, the blacklist."""
    if name == KEY_UNIT:
        return Conditions(key_unit=True)
    return Conditions(lists=(SERIOUS,)) if name == _BLACKLIST else Conditions(events=(name,))
