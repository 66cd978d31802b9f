"""Breaches of a section's year: all by lot, enough joint lines, enough objects (平罗 2021)."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from coordinator.domain.annual_plan.breaches.values import (
    WHOLE_PLAN,
    Breach,
    PlanFacts,
    SectionFigures,
    percent,
)
from coordinator.domain.annual_plan.lines import LineKind, PlanLine
from coordinator.domain.errors import Rule
from coordinator.domain.registers.conditions import Conditions


def sections(lines: Sequence[PlanLine], facts: PlanFacts) -> Iterable[Breach]:
    """Yield what each section of the plan lacks."""
    yield from _without_section(lines, facts)
    yield from _hand_picked(lines, facts)
    yield from joint_lines(sections_of(lines, facts), lines, facts)
    yield from object_shares(facts)


def sections_of(lines: Iterable[PlanLine], facts: PlanFacts) -> list[tuple[str, str]]:
    """Give (department, section) of all lines, and of registered sections that owe something.

    Those are the ones with duties, and those of the plan's organs that supervise somebody.
    """
    registered = {
        (each.department, each.code)
        for each in facts.sections
        if each.duties or (each.has_declared and each.department in facts.organs)
    }
    return sorted({*registered, *((line.lead, line.section) for line in lines if line.section)})


def supervising_of(facts: PlanFacts) -> dict[tuple[str, str], Conditions]:
    """Give whom the sections say they supervise, by (department, section); not those silent."""
    return {
        (each.department, each.code): each.supervises
        for each in facts.sections
        if each.has_declared
    }


def object_shares(facts: PlanFacts) -> Iterable[Breach]:
    """Yield sections that draw too few of the objects they supervise; used again at year end."""
    wanted = facts.policy.plan.section_object_share_min
    for each in facts.section_figures:
        if wanted is not None and each.drawn < each.supervised * wanted:
            yield _too_few(each, wanted, facts.measured())


def _too_few(found: SectionFigures, wanted: Fraction, measured: str) -> Breach:
    needed = -(-found.supervised * wanted // 1)
    return Breach(
        Rule.SECTION_SHARE_TOO_LOW,
        WHOLE_PLAN,
        {
            "department": found.department,
            "section": found.section,
            "drawn": found.drawn,
            "supervised": found.supervised,
            "basis": "declared" if found.declared else "lines",
            "found": percent(Fraction(found.drawn, found.supervised)),
            "wanted": percent(wanted),
            "measured": measured,
        },
        {"action": "add-objects", "add": needed - found.drawn},
    )


def _without_section(lines: Sequence[PlanLine], facts: PlanFacts) -> Iterable[Breach]:
    policy = facts.policy.plan
    asked = policy.section_object_share_min or policy.section_joint_lines_min
    for line in lines:
        if asked and not line.section:
            yield Breach(
                Rule.LINE_WITHOUT_SECTION,
                line.code,
                {"department": line.lead},
                {"action": "name-section"},
            )


def _hand_picked(lines: Sequence[PlanLine], facts: PlanFacts) -> Iterable[Breach]:
    """Yield lines whose objects somebody chose; visiting everybody leaves nobody to choose."""
    if not facts.policy.plan.section_all_random:
        return
    for line in lines:
        if line.conditions.objects:
            yield Breach(
                Rule.SECTION_NOT_RANDOM,
                line.code,
                {
                    "section": line.section,
                    "department": line.lead,
                    "objects": len(line.conditions.objects),
                },
                {"action": "draw-at-random"},
            )


def joint_lines(
    wanting: Iterable[tuple[str, str]], lines: Sequence[PlanLine], facts: PlanFacts
) -> Iterable[Breach]:
    """Yield those of the sections with too few joint lines; used again at year end."""
    wanted = facts.policy.plan.section_joint_lines_min
    if not wanted:
        return
    for department, section in wanting:
        found = sum(
            (line.lead, line.section, line.kind) == (department, section, LineKind.JOINT)
            for line in lines
        )
        if found < wanted:
            yield Breach(
                Rule.SECTION_WITHOUT_JOINT_LINE,
                WHOLE_PLAN,
                {
                    "department": department,
                    "section": section,
                    "found": found,
                    "wanted": wanted,
                    "measured": facts.measured(),
                },
                {"action": "add-joint-line", "section": section, "add": wanted - found},
            )
