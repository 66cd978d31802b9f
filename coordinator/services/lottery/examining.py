"""Examining an opened record: it goes on the shelf, is verified as by anybody, and is audited.

All of that reads whole frames. So it is no part of the transaction that opens a record, for which
every other writer waits: a transaction that only reads gathers what is needed, the work is done
outside of any, and a short one keeps what came out. An opened record never changes any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.draw_record import Rules, Transcript
from contracts.draw_tables import FrameRow
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.frames import Content
from coordinator.domain.lottery.self_audit import (
    LineDrawn,
    RoundAudit,
    StratumAudit,
    audit_line,
)
from coordinator.services.access import require_office
from coordinator.services.lottery.drawn_files import drawn_rows, frame_rows, record_file
from coordinator.services.lottery.record import whole_record
from coordinator.services.lottery.self_audit import drawn_before, pair_audits
from coordinator.services.ports import RecordShelf, Work
from coordinator.services.public_keys import published_keys


@dataclass(frozen=True)
class Opened:
    """What an examination needs of an opened round; `lines` has what was drawn, and its frame."""

    round_id: str
    record: Mapping[str, Content]
    keys: Mapping[str, Any]
    lines: Sequence[tuple[LineDrawn, Iterable[FrameRow]]]
    before: frozenset[str]


@dataclass(frozen=True)
class Examination:
    """What came out: where the record lies, what the verifier said, and the self-audit."""

    round_id: str
    folder: str
    verdict: str
    strata: tuple[StratumAudit, ...]


async def opened_rounds(work: Work) -> list[str]:
    """Name the rounds whose opened record nobody has examined, the first opened first."""
    opened = await work.rounds.where(state=RoundState.DISCLOSED, verify_result=None)
    waiting = [(each.disclosed_at, each.round_id) for each in opened if each.disclosed_at]
    return [round_id for _at, round_id in sorted(waiting)]


async def gather_opened(work: Work, round_id: str) -> Opened:
    """Gather what is examined; frames are read later, row by row."""
    drawn = await work.rounds.get(round_id)
    return Opened(
        round_id=round_id,
        record=await whole_record(work, round_id),
        keys=await published_keys(work),
        lines=await _lines(work, drawn),
        before=frozenset(await drawn_before(work, drawn)),
    )


def examine(shelf: RecordShelf, opened: Opened) -> Examination:
    """Put the record on the shelf, verify it there, and count; takes minutes for large frames."""
    folder = shelf.publish(opened.round_id, opened.record)
    return Examination(
        round_id=opened.round_id,
        folder=folder,
        verdict=shelf.verify(folder, opened.keys),
        strata=tuple(
            figures
            for outcome, frame in opened.lines
            for figures in audit_line(outcome, frame, opened.before)
        ),
    )


async def keep_examination(work: Work, found: Examination) -> Round:
    """Keep what an examination found; whoever comes second changes nothing."""
    require_office(work)
    drawn = await work.rounds.get(found.round_id)
    if drawn.verify_result is not None:
        return drawn
    drawn = replace(drawn, record_folder=found.folder, verify_result=found.verdict)
    await work.rounds.save(drawn)
    await work.round_audits.save(
        RoundAudit(
            round_id=drawn.round_id,
            computed_at=work.now(),
            strata=found.strata,
            pairs=tuple(await pair_audits(work, drawn)),
        )
    )
    await work.audit("lottery:record:examined", drawn.round_id, verify=found.verdict)
    return drawn


async def _lines(work: Work, drawn: Round) -> list[tuple[LineDrawn, Iterable[FrameRow]]]:
    rules = await record_file(work, drawn, "rules.json")
    transcript = await record_file(work, drawn, "transcript.json")
    if rules is None or transcript is None:
        return []
    ruled = Rules.model_validate_json(rules.body).lines
    counts = Transcript.model_validate_json(transcript.body).counts
    return [
        (
            LineDrawn(line, ruled[line], counts.get(line, {}), await drawn_rows(work, drawn, line)),
            await frame_rows(work, drawn, line),
        )
        for line in drawn.lines
    ]
