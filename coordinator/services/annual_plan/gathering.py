"""What the registers know about a plan: the facts its rules are checked against."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from coordinator.domain.annual_plan import (
    Conditions,
    Frame,
    FrameCount,
    GroupShare,
    OrganGap,
    Plan,
    PlanFacts,
    PlanLine,
    SectionFigures,
    frame_of_line,
    reach_by_department,
)
from coordinator.domain.annual_plan.breaches.sections import sections_of, supervising_of
from coordinator.domain.annual_plan.burden import (
    counted,
    crowded,
    groups_of,
    is_certain,
    lowest_cap,
)
from coordinator.domain.annual_plan.counts import highest_share, section_figures
from coordinator.domain.annual_plan.forecasts import BurdenGroup
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.policy import Policy
from coordinator.domain.registers.organisation import Department, common_reach, reach_of
from coordinator.services.annual_plan.counting import count_lines
from coordinator.services.annual_plan.coverage import group_of, promised_gaps
from coordinator.services.ports import Work


async def facts_of(work: Work, plan: Plan, lines: Sequence[PlanLine], policy: Policy) -> PlanFacts:
    """Gather everything the rules ask about a plan's lines; objects are counted, never loaded."""
    live = [line for line in lines if line.cancelled_by is None]
    facts = await section_facts(work, plan, lines, policy)
    return replace(
        facts,
        gaps=await promised_gaps(work, live, facts),
        group_shares=await _group_shares(work, live, facts),
        crowded=await _crowded(work, live, facts),
        organ_gaps=[gap for line in live for gap in await _organ_gaps(work, line, facts)],
        last_year_random_share=await _last_year(work, plan),
    )


async def section_facts(
    work: Work, plan: Plan, lines: Sequence[PlanLine], policy: Policy
) -> PlanFacts:
    """Gather what lines, items, organs and sections come to, without promises to groups."""
    live = [line for line in lines if line.cancelled_by is None]
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
        organs=frozenset(code for line in lines for code in line.departments),
        counts=await count_lines(work, live, policy.plan),
    )
    return replace(facts, section_figures=await _section_figures(work, live, facts))


async def _organ_gaps(work: Work, line: PlanLine, facts: PlanFacts) -> list[OrganGap]:
    """Count the objects at whose place a department of a line has no organ that may check (2.0).

    A line aimed at regions has been held to each of them already.
    """
    organs, documents = list(facts.departments.values()), facts.designations
    if line.conditions.regions:
        return []
    own = [organ for organ in organs if organ.code in line.departments]
    whole = common_reach([reach_of(own, line.window_from, documents)])
    gaps = []
    for code, reach in reach_by_department(line, facts.items, organs, documents).items():
        inside = common_reach([whole, reach])
        if inside == whole:
            continue
        missing = await _eligible(work, line, whole) - await _eligible(work, line, inside)
        items = tuple(each for each in line.items if _belongs(facts, each, code))
        if missing:
            gaps.append(OrganGap(line=line.code, department=code, items=items, objects=missing))
    return gaps


async def _eligible(work: Work, line: PlanLine, regions: tuple[str, ...]) -> int:
    """Count the objects of a line's frame in these regions, none being nowhere."""
    if not regions:
        return 0
    conditions = replace(line.conditions, regions=regions)
    return (await work.frames.count(Frame(conditions=conditions), work.today())).eligible


def _belongs(facts: PlanFacts, item: str, department: str) -> bool:
    return item in facts.items and facts.items[item].department == department


async def _crowded(
    work: Work, lines: Sequence[PlanLine], facts: PlanFacts
) -> tuple[BurdenGroup, ...]:
    """Give the places that pass a cap by the lines that visit everybody; few lines pass none."""
    policy = facts.policy.burden
    certain = [line for line in counted(lines, policy) if is_certain(line, facts.count(line))]
    if sum(len(line.windows) for line in certain) <= lowest_cap(policy):
        return ()
    groups = await burden_groups(work, certain, facts.counts, facts.departments)
    return crowded(groups, policy)


async def burden_groups(
    work: Work,
    lines: Sequence[PlanLine],
    counts: Mapping[str, FrameCount],
    organs: Mapping[str, Department],
) -> list[BurdenGroup]:
    """Give the places that the same of these lines reach, and how often they may be visited."""
    frames = [frame_of_line(line) for line in lines]
    overlaps = await work.frames.overlaps(frames, work.today(), of_places=True) if frames else ()
    return groups_of(lines, counts, overlaps, organs)


async def _section_figures(
    work: Work, lines: Sequence[PlanLine], facts: PlanFacts
) -> list[SectionFigures]:
    """Count what each section supervises and draws, where the policy asks for a share."""
    if facts.policy.plan.section_object_share_min is None:
        return []
    supervising = supervising_of(facts)
    found = []
    for department, section in sections_of(lines, facts):
        own = [line for line in lines if (line.lead, line.section) == (department, section)]
        declared = supervising.get((department, section))
        supervised, drawn = await _one_section(work, own, declared, facts)
        figures = SectionFigures(
            department=department,
            section=section,
            supervised=supervised,
            drawn=drawn,
            declared=declared is not None,
        )
        found.append(figures)
    return found


async def _one_section(
    work: Work, lines: Sequence[PlanLine], declared: Conditions | None, facts: PlanFacts
) -> tuple[int, int]:
    """Count what a section supervises, by its own word or else by its lines, and what it draws."""
    frames = [frame_of_line(line) for line in lines]
    if declared is not None:
        overlaps = await work.frames.overlaps(frames, facts.today, within=declared)
        return section_figures(lines, facts.counts, overlaps)
    if not lines:
        return 0, 0
    frames += [Frame(conditions=line.conditions.supervised) for line in lines]
    return section_figures(lines, facts.counts, await work.frames.overlaps(frames, facts.today))


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
