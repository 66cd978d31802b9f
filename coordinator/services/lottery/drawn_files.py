"""Single files of a round's record, read for lists, openings and figures."""

from collections.abc import Iterable

from contracts.draw_files import parse_file, parse_lines
from contracts.draw_tables import DRAWN, FRAMES, DrawnRow, FrameRow
from coordinator.domain.lottery.ceremony import RecordFile, Round
from coordinator.services.ports import Work
from coordinator.services.record_files import frame_lines


async def record_file(work: Work, drawn: Round, name: str) -> RecordFile | None:
    """Give one file of the standing attempt, or None."""
    return await work.record_files.find((drawn.round_id, drawn.attempt, name))


async def drawn_rows(work: Work, drawn: Round, line: str) -> list[DrawnRow]:
    """Give the drawn rows of a line; none before the draw."""
    file = await record_file(work, drawn, DRAWN.path(line))
    return [] if file is None else parse_file(DRAWN, file.body, drawn.round_id, line)


async def frame_rows(work: Work, drawn: Round, line: str) -> Iterable[FrameRow]:
    """Give the frozen frame of a line, row by row; none before the freeze."""
    file = await record_file(work, drawn, FRAMES.path(line))
    return () if file is None else parse_lines(FRAMES, frame_lines(work, file), line)
