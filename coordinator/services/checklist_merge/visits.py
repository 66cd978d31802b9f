"""A merged visit as it is stored: the visit, its checks, and its entry in the burden ledger."""

from coordinator.domain import checklist_merge as merging
from coordinator.domain.burden_ledger import BurdenEntry, CapRule, organs_of, year_of
from coordinator.domain.dispatch import Visit, VisitCheck, lead_of
from coordinator.domain.lifecycle import VisitState
from coordinator.services.checklist_merge.facts import MergeFacts
from coordinator.services.ports import Work


def visit_of(facts: MergeFacts, code: str, visit: merging.Visit) -> Visit:
    """Give a merged visit under its id, as it is stored."""
    host = facts.objects.get(visit.place) or facts.objects[visit.checks[0].object]
    sent = [(check.line, check.department) for check in visit.checks]
    return Visit(
        visit_id=code,
        round_id=facts.drawn.round_id,
        place=visit.place,
        place_name=host.name,
        address=host.address,
        region=host.region,
        mode=facts.drawn.mode,
        desk=visit.desk,
        date_from=visit.date_from,
        date_to=visit.date_to,
        departments=organs_of(visit.checks),
        lead_department=lead_of(sent, facts.lines),
        state=VisitState.DRAWN,
    )


def visit_checks(facts: MergeFacts, code: str, visit: merging.Visit) -> list[VisitCheck]:
    """Give the checks of a merged visit, as they are stored."""
    return [
        VisitCheck(
            check_id=f"{code}.{check.line}.{check.object}.{check.item}",
            round_id=facts.drawn.round_id,
            visit_id=code,
            line=check.line,
            object_id=check.object,
            object_name=facts.objects[check.object].name,
            item=check.item,
            item_name=facts.items[check.item].name,
            department=check.department,
            minutes=check.minutes,
            method=check.method,
        )
        for check in visit.checks
    ]


def burden_entry(
    work: Work, facts: MergeFacts, rule: CapRule, named: tuple[str, merging.Visit]
) -> BurdenEntry:
    """Give what a visit (with its id) adds to its place's year."""
    code, visit = named
    organs = organs_of(visit.checks)
    return BurdenEntry(
        entry_id=code,
        place=visit.place,
        year=year_of(visit),
        round_id=facts.drawn.round_id,
        organs=organs,
        levels=tuple(rule.levels_of(organs)),
        exemption=rule.exemption_of(visit),
        note="",
        entered_at=work.now(),
        entered_by=work.actor.name,
        day=visit.date_from,
    )
