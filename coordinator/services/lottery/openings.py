"""What an enterprise may know of its own draw, from the day it may know that it was drawn."""

from collections import defaultdict
from collections.abc import Iterable

from contracts.draw_files import record_lines
from contracts.draw_tables import DRAWN
from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.proofs import Opening, open_row
from coordinator.services.lottery.drawn_files import record_file
from coordinator.services.ports import Work

_TOLD = (VisitState.PUBLISHED, VisitState.RUNNING, VisitState.FINISHED)


async def openings_of_visit(work: Work, visit: Visit) -> list[Opening]:
    """Give the openings of a visit's objects, by object and line; none before they may know.

    An object that came in as a replacement stands in no drawn list, so that it has none.
    """
    if not may_know(work, visit):
        return []
    drawn = await work.rounds.get(visit.round_id)
    things = defaultdict(set)
    for check in await work.checks.where(visit_id=visit.visit_id):
        things[check.line].add(check.object_id)
    found = [each for line in things for each in await _of_line(work, drawn, line, things[line])]
    return sorted(found, key=lambda each: (each.object, each.line))


def may_know(work: Work, visit: Visit) -> bool:
    """Say whether the inspected may know: announced ones when told, covert ones on the day."""
    if visit.state not in _TOLD:
        return False
    return visit.mode is Mode.ANNOUNCED or (
        visit.opened_at is not None and visit.date_from <= work.today()
    )


async def _of_line(work: Work, drawn: Round, line: str, things: Iterable[str]) -> list[Opening]:
    file = await record_file(work, drawn, DRAWN.path(line))
    if file is None or file.key is None or drawn.commit_hash is None:
        return []
    rows = record_lines(file.body)
    places = {row.split(b"\t", 1)[0].decode(): index for index, row in enumerate(rows)}
    key, commit = bytes.fromhex(file.key), drawn.commit_hash
    return [open_row(line, rows, places[thing], key, commit) for thing in things if thing in places]
