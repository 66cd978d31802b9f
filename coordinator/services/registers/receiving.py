"""Uploads in messages: chunks wait until all are there, then the valid rows go in at once.

The order in which chunks come, and how often, changes neither the register nor the receipt.
"""

from dataclasses import replace

from contracts.registers import RegisterChunkSubmitted
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import ActState, Channel, RegisterAct, RegisterKind
from coordinator.domain.registers.uploads import RegisterChunk
from coordinator.services.ports import Query, Work
from coordinator.services.registers.importing import (
    Source,
    apply_import,
    fail_import,
    finish_reading,
    open_import,
    take_chunk,
)
from coordinator.services.registers.receipts import end_upload
from coordinator.services.staging import CodeTables


async def receive_chunk(work: Work, sender: str, message: RegisterChunkSubmitted) -> None:
    """Keep a chunk; the last one brings its upload in, and the department gets one receipt.

    A repeated chunk changes nothing. An upload that the department has no right to is refused with
    its first chunk. UPLOAD_CONTRADICTS when a chunk is not what was said before.
    """
    known = await _upload(work, sender, message)
    if known is not None and await _is_known(work, known, message):
        return
    act = known or await _open(work, sender, message)
    await _keep(work, act, message)
    if known is None and not act.is_open:
        await end_upload(work, act)
    if act.is_open:
        await _grow(work, act, message)


async def _upload(work: Work, sender: str, message: RegisterChunkSubmitted) -> RegisterAct | None:
    """Find the act of an upload; ids are the department's own."""
    found = await work.imports.where(
        channel=Channel.MESSAGE, source=message.upload_id, department=sender
    )
    return found[0] if found else None


async def _is_known(work: Work, act: RegisterAct, message: RegisterChunkSubmitted) -> bool:
    """Tell whether a chunk came before; refuse one that contradicts what came before."""
    first = await work.register_chunks.page(Query(equals={"import_id": act.import_id}, limit=1))
    content = message.content
    _require_same(message, "directory", act.kind.value, content.directory.value)
    _require_same(message, "fields", act.fields, content.fields)
    expected = first.values[0].number_of_chunks
    _require_same(message, "number_of_chunks", expected, message.number_of_chunks)
    same = await work.register_chunks.find((act.import_id, message.number))
    if same is not None:
        _require_same(message, "digest", same.digest, message.digest)
    return same is not None


def _require_same(message: RegisterChunkSubmitted, what: str, before: object, now: object) -> None:
    if before != now:
        raise RuleBrokenError(
            Rule.UPLOAD_CONTRADICTS,
            upload=message.upload_id,
            number=message.number,
            what=what,
            before=before,
            now=now,
        )


async def _open(work: Work, sender: str, message: RegisterChunkSubmitted) -> RegisterAct:
    """Begin the act of an upload; one that the department has no right to has failed already."""
    kind = RegisterKind(message.content.directory.value)
    fields = message.content.fields
    source = Source(name=message.upload_id, channel=Channel.MESSAGE, fields=fields)
    try:
        return await open_import(work, kind, source)
    except RuleBrokenError as error:
        act = RegisterAct(
            import_id=work.new_id(),
            kind=kind,
            channel=Channel.MESSAGE,
            source=message.upload_id,
            imported_at=work.now(),
            imported_by=work.actor.name,
            state=ActState.FAILED,
            department=sender,
            fields=fields,
            failure={"rule": error.rule.value, **error.facts},
        )
        await work.imports.add([act])
        await work.audit(f"registers:{kind}:refused", act.import_id, rule=error.rule.value)
        return act


async def _keep(work: Work, act: RegisterAct, message: RegisterChunkSubmitted) -> None:
    """Keep a chunk; the rows of an upload that has ended are not needed any more."""
    rows = [row.model_dump(mode="json") for row in message.content.rows] if act.is_open else []
    chunk = RegisterChunk(
        import_id=act.import_id,
        number=message.number,
        number_of_chunks=message.number_of_chunks,
        digest=message.digest,
        rows=tuple(rows),
        received_at=work.now(),
    )
    await work.register_chunks.add([chunk])


async def _grow(work: Work, act: RegisterAct, message: RegisterChunkSubmitted) -> None:
    number_of_rows = act.number_of_rows + len(message.content.rows)
    grown = replace(act, number_of_rows=number_of_rows)
    await work.imports.save(grown)
    number = await work.register_chunks.count(import_id=act.import_id)
    if number == message.number_of_chunks:
        await end_upload(work, await _take_in(work, grown))


async def _take_in(work: Work, act: RegisterAct) -> RegisterAct:
    """Check all rows in their order, and bring the valid ones into the register."""
    counted = replace(act, number_of_rows=0)
    await work.imports.save(counted)
    chunks = await work.register_chunks.where(import_id=act.import_id)
    rows = (row for chunk in chunks for row in chunk.rows)
    tables = CodeTables(
        regions=await work.regions.where(),
        industries=await work.industries.where(),
        departments=await work.departments.where(),
        day=work.today(),
    )
    for chunk in work.row_checks.check(counted, rows, tables):
        await take_chunk(work, act.import_id, chunk)
    read = await finish_reading(work, act.import_id)
    if read.number_accepted:
        return await apply_import(work, act.import_id, accepted_only=True)
    nothing = RuleBrokenError(Rule.IMPORT_NOTHING_READ, source=act.source)
    return await fail_import(work, act.import_id, nothing)
