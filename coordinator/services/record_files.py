"""The files of a round's record as the stages of a draw read and add them."""

from collections.abc import Mapping

from contracts.draw_record import AttemptReveals, Reveals
from coordinator.domain.lottery.ceremony import RecordFile, Round
from coordinator.domain.lottery.freezing import COMMITTED_AFTER, roots
from coordinator.services.ports import Work


async def files_of(work: Work, drawn: Round) -> dict[str, bytes]:
    """Give the files of the standing attempt by path."""
    files = await work.record_files.where(round_id=drawn.round_id, attempt=drawn.attempt)
    return {file.name: file.body for file in files}


async def salts_of(work: Work, drawn: Round) -> dict[str, bytes]:
    """Give the keys S of the standing attempt's committed files by path."""
    files = await work.record_files.where(round_id=drawn.round_id, attempt=drawn.attempt)
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
