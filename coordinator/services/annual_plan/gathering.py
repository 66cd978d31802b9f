"""What the registers know about a plan: the facts its rules are checked against."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from coordinator.domain.annual_plan import (
    Conditions,
    Frame,
    FrameCount,
    GroupShare,
    Plan,
    PlanFacts,
    PlanLine,
    SectionFigures,
    frame_of_line,
)
from coordinator.domain.annual_plan.breaches.sections import sections_of, supervising_of
from coordinator.domain.annual_plan.burden import burden_of, counted, crowded, is_certain
from coordinator.domain.annual_plan.counts import highest_share, section_figures
from coordinator.domain.annual_plan.forecasts import Burden
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.policy import Policy
from coordinator.services.annual_plan.counting import count_lines
from coordinator.services.annual_plan.coverage import group_of, promised_gaps
from coordinator.services.ports import Work


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
        organs=frozenset(code for line in lines for code in line.departments),
        counts=counts,
    )
    return PlanFacts(
        **{
            **vars(facts),
            "section_figures": await _section_figures(work, live, facts),
            "gaps": await promised_gaps(work, live, facts),
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
