"""The files of a round's record as the stages of a draw read and add them."""

from collections.abc import Iterable, Mapping

from contracts.draw_files import record_lines
from contracts.draw_record import AttemptReveals, Reveals
from contracts.draw_tables import FRAMES
from coordinator.domain.draw_computation import DrawInputs, read_inputs
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lottery.ceremony import RecordFile, Round
from coordinator.domain.lottery.frames import FrozenFrame, LargeFile
from coordinator.domain.lottery.freezing import COMMITTED_AFTER, roots
from coordinator.domain.lottery.kinds import Kind
from coordinator.services.ports import Work


async def files_of(work: Work, drawn: Round) -> dict[str, bytes]:
    """Give the files of the standing attempt by path, but for large ones."""
    return small_files(await _stored(work, drawn))


async def large_files(work: Work, drawn: Round) -> dict[str, LargeFile]:
    """Give the files of the standing attempt by path that lie on the shelf."""
    return _large(work, await _stored(work, drawn))


async def inputs_of(work: Work, drawn: Round) -> DrawInputs:
    """Give what decides the draw of the standing attempt, and as far as it has come the result."""
    stored = await _stored(work, drawn)
    frames = {_line_of(name): frame for name, frame in _large(work, stored).items()}
    return read_inputs(small_files(stored), frames)


async def require_intact_frames(work: Work, drawn: Round) -> None:
    """Refuse to draw from a file that is no longer what was frozen."""
    for name, frame in (await large_files(work, drawn)).items():
        if not frame.is_intact():
            raise RuleBrokenError(Rule.FROZEN_FILE_CHANGED, round=drawn.round_id, file=name)


async def salts_of(work: Work, drawn: Round) -> dict[str, bytes]:
    """Give the keys S of the standing attempt's committed files by path."""
    files = await _stored(work, drawn)
    return {file.name: bytes.fromhex(file.key) for file in files if file.key is not None}


async def earlier_reveals(work: Work, drawn: Round) -> tuple[AttemptReveals, ...]:
    """Give what was revealed in all attempts before the standing one: each lists its former."""
    file = await work.record_files.find((drawn.round_id, drawn.attempt - 1, "reveals.json"))
    return () if file is None else Reveals.model_validate_json(file.body).attempts


async def save_files(work: Work, drawn: Round, files: Mapping[str, bytes]) -> None:
    """Keep files of the draw; those that the transcript commits to get a fresh key S each."""
    salts = {name: work.chance.secret() for name in files if name.split("/")[0] in COMMITTED_AFTER}
    committed = roots(files, salts, COMMITTED_AFTER)
    await work.record_files.add(
        RecordFile(
            round_id=drawn.round_id,
            attempt=drawn.attempt,
            name=name,
            body=body,
            key=salts[name].hex() if name in salts else None,
            root=committed[name].root if name in committed else None,
            number_of_records=committed[name].count if name in committed else 0,
        )
        for name, body in files.items()
    )


def frame_file(drawn: Round, line: str, key: bytes, frozen: FrozenFrame) -> RecordFile:
    """Give the row of a frozen frame; its counts are kept where counting again would take long."""
    large = frozen.path is not None
    counts = tuple((*kind, number) for kind, number in sorted(frozen.counts.items()))
    return RecordFile(
        round_id=drawn.round_id,
        attempt=drawn.attempt,
        name=FRAMES.path(line),
        body=frozen.body,
        key=key.hex(),
        root=frozen.root,
        number_of_records=frozen.number_of_records,
        path=frozen.path,
        digest=frozen.digest,
        counts=counts if large else None,
    )


def small_files(stored: Iterable[RecordFile]) -> dict[str, bytes]:
    """Give by path the files that their rows hold."""
    return {file.name: file.body for file in stored if file.path is None}


async def _stored(work: Work, drawn: Round) -> Iterable[RecordFile]:
    return await work.record_files.where(round_id=drawn.round_id, attempt=drawn.attempt)


def _large(work: Work, stored: Iterable[RecordFile]) -> dict[str, LargeFile]:
    return {file.name: large_frame(work, file) for file in stored if file.path is not None}


def large_frame(work: Work, file: RecordFile) -> LargeFile:
    """Give a frame that lies on the shelf."""
    path = given(file.path, "path", file.name)
    counts = {Kind(*each[:3]): each[3] for each in file.counts or ()}
    return work.shelf.frame(path, given(file.digest, "digest", file.name), counts)


def size_of(work: Work, file: RecordFile) -> int:
    """Give the bytes of a file, wherever it lies."""
    return len(file.body) if file.path is None else large_frame(work, file).size


def frame_lines(work: Work, file: RecordFile) -> Iterable[bytes]:
    """Give the records of a frozen frame, one after the other."""
    return record_lines(file.body) if file.path is None else large_frame(work, file).lines()


def _line_of(name: str) -> str:
    return name.removeprefix(f"{FRAMES.kind}/").removesuffix(".tsv")
