"""Imports: open, read in chunks, compare, apply at once or cancel; the register never half changes.

The register changes in `apply_import` only. Until then the rows of an import wait on the stage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic_core import to_jsonable_python

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import (
    DIRECTORIES,
    ActState,
    Channel,
    Comparison,
    Difference,
    ImportProblem,
    RegisterAct,
    RegisterKind,
)
from coordinator.services.ports import Work
from coordinator.services.registers.lists import compare_list, list_differences, save_list
from coordinator.services.registers.owners import owner_of, split_foreign
from coordinator.services.registers.receipts import end_upload
from coordinator.services.staging import Chunk


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an act comes from; `fields` as in RegisterAct."""

    name: str
    channel: Channel
    mapping: Mapping[str, Any] | None = None
    fields: tuple[str, ...] = ()
    bytes_total: int = 0
    reason: str = ""


async def open_import(work: Work, kind: RegisterKind, source: Source) -> RegisterAct:
    """Begin an act upon a register; nothing is read yet."""
    act = RegisterAct(
        import_id=work.new_id(),
        kind=kind,
        channel=source.channel,
        source=source.name,
        imported_at=work.now(),
        imported_by=work.actor.name,
        state=ActState.READING,
        department=owner_of(work, kind),
        reason=source.reason,
        mapping=source.mapping,
        fields=source.fields,
        bytes_total=source.bytes_total,
    )
    await work.imports.add([act])
    return act


async def take_chunk(work: Work, import_id: str, chunk: Chunk) -> RegisterAct:
    """Stage a chunk and count it; an import that is no longer read stays as it is."""
    act = await work.imports.get(import_id)
    if act.state is not ActState.READING:
        return act
    rows, foreign = await split_foreign(work, act, chunk.rows)
    await work.stage.put(act, rows)
    await work.stage.put_records(act, chunk.records)
    await work.stage.note(await _numbered_on(work, act, [*chunk.problems, *foreign]))
    refused = act.number_refused + chunk.number_refused + len(foreign)
    taken = chunk.number_of_rows - chunk.number_refused - chunk.number_passed_over - len(foreign)
    grown = replace(
        act,
        number_of_rows=act.number_of_rows + chunk.number_of_rows,
        number_refused=refused,
        number_accepted=act.number_accepted + taken,
        number_doubted=act.number_doubted + chunk.number_doubted,
        bytes_read=max(act.bytes_read, chunk.bytes_read),
    )
    await work.imports.save(grown)
    return grown


async def _numbered_on(
    work: Work, act: RegisterAct, problems: Sequence[ImportProblem]
) -> Sequence[ImportProblem]:
    """Number problems after those kept before; only rows of others make readers miscount."""
    if act.department is None or not problems:
        return problems
    known = await work.import_problems.count(import_id=act.import_id)
    return [replace(each, number=number) for number, each in enumerate(problems, known + 1)]


async def finish_reading(work: Work, import_id: str, fields: tuple[str, ...] = ()) -> RegisterAct:
    """Close the reading and say what the import would change now; `fields` as in RegisterAct."""
    act = await work.imports.get(import_id)
    if act.state is not ActState.READING:
        return act
    act = replace(act, fields=fields or act.fields)
    await work.stage.put(act, ())  # a file without a good row has an empty place
    read = _with(act, await compare_import(work, act), state=ActState.READ)
    await work.imports.save(read)
    return read


async def compare_import(work: Work, act: RegisterAct) -> Comparison:
    """Count what an import would add, change and leave alone at this moment."""
    if act.kind in DIRECTORIES:
        return await work.stage.compare(act)
    return await compare_list(work, act)


async def preview_import(work: Work, act: RegisterAct, limit: int = 20) -> Sequence[Difference]:
    """Give the first entries that an import would add or change."""
    if act.kind in DIRECTORIES:
        return await work.stage.sample(act, limit)
    return (await list_differences(work, act))[:limit]


async def fail_import(work: Work, import_id: str, error: RuleBrokenError) -> RegisterAct:
    """Give an import up: what was staged is dropped, the reason is kept."""
    act = await work.imports.get(import_id)
    if not act.is_open:
        return act
    facts: dict[str, Any] = to_jsonable_python(error.facts, fallback=str)
    failure = {"rule": error.rule.value, **facts}
    return await _end(work, replace(act, state=ActState.FAILED, failure=failure))


async def cancel_import(work: Work, import_id: str) -> RegisterAct:
    """Stop an import that is being read or waits; the register is as if it had never been."""
    act = await work.imports.get(import_id)
    _require_own(work, act)
    _require(act, (ActState.READING, ActState.READ), ActState.CANCELLED)
    cancelled = await _end(work, replace(act, state=ActState.CANCELLED))
    if act.channel is Channel.MESSAGE:
        await end_upload(work, cancelled)
    await work.audit(f"registers:{act.kind}:cancelled", import_id, source=act.source)
    return cancelled


async def forget_import(work: Work, import_id: str) -> None:
    """Take an import that only looked (dry run) away with its problems, as if it had never been."""
    act = await work.imports.get(import_id)
    _require_own(work, act)
    if act.state is ActState.APPLIED:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED, of="import", now=act.state, wanted="forgotten", allowed="-"
        )
    await work.stage.forget(import_id)
    await work.imports.remove(import_id)


async def apply_import(work: Work, import_id: str, *, accepted_only: bool = False) -> RegisterAct:
    """Bring the register to what the import holds, all at once and compared again just now.

    Refuses an import with refused rows unless `accepted_only` takes the others, and one in which
    no row is left.
    """
    act = await work.imports.get(import_id)
    _require_own(work, act)
    _require(act, (ActState.READ,), ActState.APPLIED)
    if not act.number_accepted:
        raise RuleBrokenError(Rule.IMPORT_NOTHING_READ, source=act.source)
    if act.number_refused and not accepted_only:
        raise RuleBrokenError(
            Rule.IMPORT_ROWS_REFUSED, refused=act.number_refused, accepted=act.number_accepted
        )
    return await _apply(work, replace(act, accepted_only=bool(act.number_refused)))


async def take_in(
    work: Work, kind: RegisterKind, values: Sequence[Any], source: Source
) -> RegisterAct:
    """Do a whole act in this transaction: values that are already checked go in."""
    act = await open_import(work, kind, source)
    rows = list(enumerate(values, 1))
    kept, foreign = await split_foreign(work, act, rows)
    if foreign:
        raise RuleBrokenError(foreign[0].rule, **foreign[0].facts)
    await work.stage.put(act, kept)
    taken = replace(act, number_of_rows=len(rows), number_accepted=len(rows))
    return await _apply(work, taken)


async def forget_interrupted(work: Work, running: Sequence[str] = ()) -> Sequence[RegisterAct]:
    """Mark readings that nobody goes on with as failed, and drop every place without an open act.

    `running` are the ids of readings whose process is alive; an upload in messages needs none.
    """
    reading = await work.imports.where(state=ActState.READING)
    files = [act for act in reading if act.channel is not Channel.MESSAGE]
    lost = [act for act in files if act.import_id not in running]
    ended = []
    for act in lost:
        error = RuleBrokenError(Rule.IMPORT_INTERRUPTED, source=act.source)
        ended.append(await fail_import(work, act.import_id, error))
    for import_id in await work.stage.left_over():
        act_of_place = await work.imports.find(import_id)
        if act_of_place is None or not act_of_place.is_open:
            await work.stage.drop(import_id)
    return ended


async def _apply(work: Work, act: RegisterAct) -> RegisterAct:
    due = replace(act, applied_at=work.now(), applied_by=work.actor.name)
    if act.kind in DIRECTORIES:
        comparison = await work.stage.apply(due)
    else:
        comparison = await compare_list(work, due)
        await save_list(work, due)
        await work.stage.drop(act.import_id)
    applied = _with(due, comparison, state=ActState.APPLIED)
    await work.imports.save(applied)
    await work.audit(
        f"registers:{act.kind}:imported",
        act.import_id,
        source=act.source,
        channel=act.channel.value,
        rows=act.number_of_rows,
        accepted=act.number_accepted,
        refused=act.number_refused,
        added=applied.number_added,
        changed=applied.number_changed,
    )
    return applied


async def _end(work: Work, act: RegisterAct) -> RegisterAct:
    await work.stage.drop(act.import_id)
    await work.imports.save(act)
    return act


def _with(act: RegisterAct, comparison: Comparison, *, state: ActState) -> RegisterAct:
    return replace(
        act,
        state=state,
        number_added=comparison.added,
        number_changed=comparison.changed,
        number_unchanged=comparison.unchanged,
    )


def _require(act: RegisterAct, allowed: Sequence[ActState], wanted: ActState) -> None:
    if act.state not in allowed:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED, of="import", now=act.state, wanted=wanted, allowed="-"
        )


def _require_own(work: Work, act: RegisterAct) -> None:
    """Refuse whoever may not act upon this register, and departments that did not bring it."""
    department = owner_of(work, act.kind)
    if department is not None and department != act.department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=department, department=act.department or "office"
        )
