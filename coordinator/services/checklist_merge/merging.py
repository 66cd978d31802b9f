"""The merge at the draw: checks become visits, and every visit is put down in the ledger."""

from collections.abc import Mapping

from coordinator.domain import checklist_merge as merging
from coordinator.domain.burden_ledger import BY_CAP
from coordinator.domain.draw_computation import drawn_objects
from coordinator.domain.merge_record import dropped_file, merge_files, visit_id
from coordinator.domain.object_replacing import DEFERRED, DroppedCheck
from coordinator.services import burden_ledger
from coordinator.services.checklist_merge.capping import Settled, settle
from coordinator.services.checklist_merge.facts import MergeFacts, facts_of
from coordinator.services.checklist_merge.visits import burden_entry, visit_checks, visit_of
from coordinator.services.ports import Work
from coordinator.services.record_files import save_files


async def merge_checklists(work: Work, round_id: str) -> merging.MergeSummary:
    """Merge the drawn checks of a round into visits, and reserve each in its place's year.

    Every check ends exactly once: in a visit, in a desk task, or deferred with its reason.
    """
    drawn = await work.rounds.get(round_id)
    facts = await facts_of(work, drawn)
    settled = await settle(work, facts, drawn_objects(facts.inputs))
    deferred = _deferred(work, facts, settled)
    files = merge_files(facts.inputs.keys, round_id, settled.merge)
    await save_files(work, drawn, files | dropped_file(round_id, deferred))
    await work.object_replacements.add(settled.standing.replacements)
    await work.dropped_checks.add(deferred)
    await _save_visits(work, facts, settled)
    summary = settled.merge.summary
    gave_way = {"replaced": len(settled.standing.replacements), "deferred": len(deferred)}
    await work.audit("checklist-merge:checks:merged", round_id, **_figures(summary), **gave_way)
    return summary


async def merge_summary(work: Work, round_id: str) -> merging.MergeSummary:
    """Give the figures of a round's merge again, from what is stored and was not replaced."""
    replaced = {
        (each.line, each.object_id)
        for each in await work.object_replacements.where(round_id=round_id)
    }
    checks = [
        check
        for check in await work.checks.where(round_id=round_id)
        if (check.line, check.object_id) not in replaced
    ]
    holding = {check.visit_id for check in checks}
    visits = [v for v in await work.visits.where(round_id=round_id) if v.visit_id in holding]
    separate = {(check.object_id, check.department, check.line) for check in checks}
    per_place: dict[str, int] = {}
    for visit in visits:
        per_place[visit.place] = per_place.get(visit.place, 0) + 1
    return merging.MergeSummary(
        checks=len(checks),
        separate_visits=len(separate),
        visits=len(visits),
        desk_tasks=sum(visit.desk for visit in visits),
        saved=len(separate) - len(visits),
        per_object_maximum=max(per_place.values(), default=0),
    )


async def _save_visits(work: Work, facts: MergeFacts, settled: Settled) -> None:
    keys, round_id = facts.inputs.keys, facts.drawn.round_id
    named = {visit_id(keys, round_id, visit): visit for visit in settled.merge.visits}
    await work.visits.add(visit_of(facts, code, visit) for code, visit in named.items())
    await work.checks.add(
        check for code, visit in named.items() for check in visit_checks(facts, code, visit)
    )
    entries = [
        burden_entry(work, facts, settled.rule, (code, visit))
        for code, visit in named.items()
        if not visit.desk
    ]
    await burden_ledger.put_down(work, entries)


def _deferred(work: Work, facts: MergeFacts, settled: Settled) -> list[DroppedCheck]:
    round_id = facts.drawn.round_id
    return [
        DroppedCheck(
            check_id=f"{round_id}.{check.line}.{check.object}.{check.item}",
            round_id=round_id,
            line=check.line,
            object_id=check.object,
            object_name=facts.objects[check.object].name,
            item=check.item,
            item_name=facts.items[check.item].name,
            department=check.department,
            outcome=DEFERRED,
            reference=BY_CAP,
            dropped_at=work.now(),
        )
        for pair in settled.standing.deferred
        for check in facts.checks_of(pair)
    ]


def _figures(summary: merging.MergeSummary) -> Mapping[str, int]:
    return {
        "checks": summary.checks,
        "separate_visits": summary.separate_visits,
        "visits": summary.visits,
        "saved": summary.saved,
    }
