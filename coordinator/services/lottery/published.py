"""What anybody may see of a round at this moment: drawn lists and the public part of the record.

Before a line's publicity there are commit, heads, receipts, counts and roots, and no target at all
(3-draw.md 3.3). A record whose frames are closed never becomes public whole: what its drawn files
say of an object next to its name, and the values that its ticket could be computed from, would tell
its class. Of such a round the public has names, counts, roots, openings and the auditor's word.
"""

from collections import defaultdict
from collections.abc import Mapping

from contracts.draw_record import Salts, document_bytes
from contracts.draw_tables import DRAWN, ITEMS
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState, VisitState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.frames import Content
from coordinator.domain.lottery.publicity import (
    DrawnList,
    drawn_list,
    files_are_open,
    tells_class,
    visited_objects,
    withheld_list,
)
from coordinator.domain.lottery.transcript import sums_in, with_sums
from coordinator.services.lottery.drawn_files import drawn_rows, record_file
from coordinator.services.lottery.record import sealed_record, whole_record
from coordinator.services.ports import Work


def is_whole(drawn: Round) -> bool:
    """Say whether anybody may have the whole record."""
    return drawn.state is RoundState.DISCLOSED and drawn.public_frames


async def published_lists(work: Work, drawn: Round) -> dict[str, DrawnList]:
    """Give by line what is public of the drawn lists of a round's standing attempt."""
    visited = await _visited(work, drawn)
    is_disclosed = drawn.state is RoundState.DISCLOSED
    lists = {}
    for line in await work.plan_lines.where(code=drawn.lines):
        rows = await drawn_rows(work, drawn, line.code)
        if not drawn.public_frames and tells_class(line, {row.stratum for row in rows}):
            lists[line.code] = withheld_list(line, len(rows))
            continue
        things = [row.object for row in rows]
        lists[line.code] = drawn_list(line, things, visited[line.code], is_disclosed=is_disclosed)
    return lists


def tickets_are_open(drawn: Round, lists: Mapping[str, DrawnList]) -> bool:
    """Say whether ranks and tickets of the drawn objects may stand beside their names."""
    return drawn.outcome is not None and drawn.public_frames and files_are_open(lists)


async def published_record(work: Work, round_id: str) -> dict[str, Content]:
    """Give the part of a record that anybody may have now, by path, with sums and signature.

    RECORD_CLOSED before the freeze: until then there is nothing to hold anybody to.
    """
    drawn = await work.rounds.get(round_id)
    if drawn.commit_hash is None and drawn.transcript_hash is None:
        raise RuleBrokenError(Rule.RECORD_CLOSED, round=round_id, state=drawn.state.value)
    if is_whole(drawn):
        return await whole_record(work, round_id)
    record = with_sums({**await sealed_record(work, round_id), **await _opened(work, drawn)})
    return {**record, "SHA256SUMS.jws": work.signer.sign(sums_in(record)).encode()}


async def _visited(work: Work, drawn: Round) -> Mapping[str, set[str]]:
    """Give by line the objects whose visits are all finished."""
    visits = await work.visits.where(round_id=drawn.round_id)
    finished = {each.visit_id for each in visits if each.state is VisitState.FINISHED}
    pairs: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for check in await work.checks.where(round_id=drawn.round_id):
        pairs[check.line].append((check.object_id, check.visit_id in finished))
    return defaultdict(set, {line: visited_objects(found) for line, found in pairs.items()})


async def _opened(work: Work, drawn: Round) -> dict[str, bytes]:
    """Give the files that have opened beyond what was never sealed, with the keys S to check them.

    The values of the ceremony follow with the whole record: then they endanger no visit.
    """
    if not tickets_are_open(drawn, await published_lists(work, drawn)):
        return {}
    names = [table.path(line) for line in drawn.lines for table in (DRAWN, ITEMS)]
    files = {name: await record_file(work, drawn, name) for name in names}
    there = {name: file for name, file in files.items() if file is not None}
    if not there:  # a supplement draws teams only
        return {}
    opened = {name: file.body for name, file in there.items()}
    salts = Salts({name: file.key for name, file in there.items() if file.key is not None})
    return {**opened, "salts.json": document_bytes(salts)}
