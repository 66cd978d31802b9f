"""What the merge leaves in a draw record: checks, visits and their ids (3-draw.md 3.2.6)."""

from collections.abc import Collection

from contracts.draw_tables import CHECKS, DROPPED, VISITS, CheckRow, DroppedRow, VisitRow
from coordinator.domain.checklist_merge import Check, Merge, Visit
from coordinator.domain.lottery.freezing import freeze
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.tickets import ticketer
from coordinator.domain.object_replacing import DroppedCheck

HEX_OF_VISIT_ID = 12


def visit_id(keys: StageKeys, round_id: str, visit: Visit) -> str:
    """Return the id of a visit, which tells nothing about its place without the round's keys."""
    digest = ticketer(keys.key("visit"))(f"{visit.place}|{visit.number}").hex()
    return f"{round_id}-{digest[:HEX_OF_VISIT_ID]}"


def merge_files(keys: StageKeys, round_id: str, merge: Merge) -> dict[str, bytes]:
    """Return checks.tsv and visits.tsv for a merge of all checks of a round."""
    checks = [_check_row(check) for visit in merge.visits for check in visit.checks]
    visits = [
        row for visit in merge.visits for row in _visit_rows(visit, visit_id(keys, round_id, visit))
    ]
    return {
        CHECKS.path(): freeze(CHECKS, round_id, checks),
        VISITS.path(): freeze(VISITS, round_id, visits),
    }


def dropped_file(round_id: str, dropped: Collection[DroppedCheck]) -> dict[str, bytes]:
    """Return dropped.tsv; without a check that no visit holds there is no such file."""
    rows = [
        DroppedRow(each.object_id, each.line, each.item, each.outcome, each.reference)
        for each in dropped
    ]
    return {DROPPED.path(): freeze(DROPPED, round_id, rows)} if rows else {}


def _check_row(check: Check) -> CheckRow:
    return CheckRow(
        object=check.object,
        place=check.place,
        line=check.line,
        department=check.department,
        item=check.item,
        window_start=check.window_start.isoformat(),
        window_end=check.window_end.isoformat(),
        minutes=check.minutes,
        mode=check.mode,
        method=check.method,
    )


def _visit_rows(visit: Visit, code: str) -> list[VisitRow]:
    days = visit.date_from.isoformat(), visit.date_to.isoformat()
    return [VisitRow(code, check.object, check.line, check.item, *days) for check in visit.checks]
