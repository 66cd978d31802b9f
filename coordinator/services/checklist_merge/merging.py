"""The merge at the draw: checks become visits, and every visit is put down in the ledger."""

from collections.abc import Iterable, Mapping

from coordinator.domain import checklist_merge as merging
from coordinator.domain.burden_ledger import BY_CAP
from coordinator.domain.draw_computation import drawn_objects
from coordinator.domain.merge_record import dropped_file, merge_files, visit_id
from coordinator.domain.object_replacing import DroppedCheck
from coordinator.services import burden_ledger
from coordinator.services.checklist_merge.accounting import MERGED
from coordinator.services.checklist_merge.capping import Settled, settle
from coordinator.services.checklist_merge.dropping import (
    deferred_check,
    keep_recognised,
    orphaned_checks,
)
from coordinator.services.checklist_merge.facts import MergeFacts, facts_of
from coordinator.services.checklist_merge.visits import burden_entry, visit_checks, visit_of
from coordinator.services.ports import Work
from coordinator.services.record_files import save_files


async def merge_checklists(work: Work, round_id: str) -> merging.MergeSummary:
    """Merge the drawn checks of a round into visits, and reserve each in its place's year.

    Every check ends exactly once: in a visit, in a desk task, recognised with its reference, or
    deferred with its reason.
    """
    drawn = await work.rounds.get(round_id)
    facts = await facts_of(work, drawn)
    settled = await settle(work, facts, drawn_objects(facts.inputs))
    standing = settled.standing
    deferred = [
        *_deferred(work, facts, settled),
        *orphaned_checks(work, facts, [*standing.strata, *standing.deferred]),
    ]
    recognised = await keep_recognised(work, facts, standing.strata, set(standing.deferred))
    files = merge_files(facts.inputs.keys, round_id, settled.merge)
    await save_files(work, drawn, files | dropped_file(round_id, [*deferred, *recognised]))
    await work.object_replacements.add(standing.replacements)
    await work.dropped_checks.add(deferred)
    await _save_visits(work, facts, settled)
    summary = settled.merge.summary
    account = _account(facts, settled, [*deferred, *recognised])
    outcomes = {outcome.value: number for outcome, number in account.numbers.items()}
    apart = {"replaced": len(standing.replacements), **outcomes}
    apart["at_most_above"] = settled.merge.at_most_above
    await work.audit(MERGED, round_id, **_figures(summary), **apart)
    return summary


def _account(
    facts: MergeFacts, settled: Settled, dropped: Iterable[DroppedCheck]
) -> merging.Account:
    """Give the account of all checks of who was drawn, and of who stands for them; none may fail.

    An object that gave way to the cap is owed no more: the next ticket is.
    """
    pairs = [*settled.standing.strata, *settled.standing.deferred]
    owed = [merging.identity(check) for pair in pairs for check in facts.checks_of(pair)]
    in_visits = [
        (merging.identity(check), merging.Ending(_outcome(visit), visit.place))
        for visit in settled.merge.visits
        for check in visit.checks
    ]
    apart = [
        (
            (each.object_id, each.line, each.department, each.item),
            merging.Ending(merging.Outcome(each.outcome), each.reference),
        )
        for each in dropped
    ]
    return merging.Account.of(owed, [*in_visits, *apart])


def _outcome(visit: merging.Visit) -> merging.Outcome:
    return merging.Outcome.DESK if visit.desk else merging.Outcome.VISITED


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
    return [
        deferred_check(work, facts, check, BY_CAP)
        for pair in settled.standing.deferred
        for check in facts.open_checks_of(pair)
    ]


def _figures(summary: merging.MergeSummary) -> Mapping[str, int]:
    return {
        "checks": summary.checks,
        "separate_visits": summary.separate_visits,
        "visits": summary.visits,
        "saved": summary.saved,
    }
