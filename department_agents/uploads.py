"""Register uploads: a department's rows on their way to the office, and their receipts."""

from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.register_rows import Directory
from contracts.registers import RegisterImported, chunks_of
from department_agents.chance import message_id
from department_agents.clock import Clock
from department_agents.notices import keep_notice
from department_agents.post import About, Letter, Post
from department_agents.register_files import RegisterFile
from department_agents.store.rows import OutboxRow, OutboxState, RegisterUploadRow


class Uploads:
    """Uploads of one department; every method runs in the caller's transaction."""

    def __init__(self, post: Post, clock: Clock) -> None:
        self._post = post
        self._clock = clock

    async def send(
        self, session: AsyncSession, directory: Directory, source: Path, file: RegisterFile
    ) -> RegisterUploadRow:
        """Put all chunks of a file into the outbox."""
        upload_id = message_id(self._clock.machine_now())
        chunks = chunks_of(upload_id, directory, file.fields, file.rows)
        for chunk in chunks:
            await self._post.send(session, chunk, About(upload_id, upload_id))
        row = RegisterUploadRow(
            upload_id=upload_id,
            directory=directory,
            source=source.name,
            number_of_rows=len(file.rows),
            number_of_chunks=len(chunks),
            sent_at=self._clock.now(),
        )
        session.add(row)
        return row

    async def keep_receipt(self, session: AsyncSession, letter: Letter[RegisterImported]) -> None:
        """Keep a receipt with its upload; one of an upload that this store lost, as a notice."""
        row = await session.get(RegisterUploadRow, letter.message.upload_id)
        if row is None:
            await keep_notice(session, letter, self._clock.now())
            return
        row.receipt = letter.message.model_dump_json()
        row.received_at = self._clock.now()
        session.add(row)


async def uploads_of(session: AsyncSession) -> list[dict[str, Any]]:
    """Give all uploads with their receipts, the latest first."""
    latest_first = col(RegisterUploadRow.sent_at).desc()
    rows = await session.exec(select(RegisterUploadRow).order_by(latest_first))
    counts = await session.exec(
        select(OutboxRow.aggregate, func.count())
        .where(OutboxRow.state == OutboxState.PENDING)
        .group_by(col(OutboxRow.aggregate))
    )
    waiting = dict(counts.all())
    return [upload_view(row, waiting.get(row.upload_id, 0)) for row in rows]


def upload_view(row: RegisterUploadRow, waiting: int = 0) -> dict[str, Any]:
    """Give an upload for people and programs; `state` is `sent` until its receipt is there."""
    receipt = receipt_of(row)
    return {
        "upload_id": row.upload_id,
        "directory": row.directory.value,
        "source": row.source,
        "number_of_rows": row.number_of_rows,
        "number_of_chunks": row.number_of_chunks,
        "waiting_to_leave": waiting,
        "sent_at": row.sent_at.isoformat(),
        "state": "sent" if receipt is None else receipt.state.value,
        "receipt": None if receipt is None else receipt.model_dump(mode="json"),
    }


def receipt_of(row: RegisterUploadRow) -> RegisterImported | None:
    """Read the receipt from an upload's row, None as long as there is none."""
    return None if row.receipt is None else RegisterImported.model_validate_json(row.receipt)
