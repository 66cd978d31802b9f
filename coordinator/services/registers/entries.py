"""Single entries of the directories: saved, removed, looked back at; how fresh a register is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import (
    DIRECTORIES,
    ActState,
    Channel,
    RegisterAct,
    RegisterKind,
    Version,
)
from coordinator.domain.registers.conditions import months_before
from coordinator.services.ports import Collection, Query, Work
from coordinator.services.registers.importing import Source, open_import, take_in
from coordinator.services.registers.owners import owner_of, split_foreign

_KEYS = {
    RegisterKind.OBJECTS: ("object_id",),
    RegisterKind.INSPECTORS: ("inspector_id",),
    RegisterKind.EXPERTS: ("expert_id",),
    RegisterKind.RECUSALS: ("person_id", "object_id"),
}


@dataclass(frozen=True, kw_only=True)
class Staleness:
    """How fresh a register is: how long untouched, rows long unchanged, and fields left blank.

    An act that brought the same rows again touches the register (`is_stale` is about that) and
    leaves the rows unchanged (`number_unchanged` counts those of `stale_months`).
    `number_unchanged` and `number_blank` are None where it was too large to be counted.
    """

    kind: RegisterKind
    number_of_rows: int
    last_act: RegisterAct | None
    age_days: int | None
    stale_months: int
    is_stale: bool
    number_unchanged: int | None
    number_blank: Mapping[str, int] | None


async def save_entry(
    work: Work, kind: RegisterKind, value: Any, channel: Channel, reason: str = ""
) -> RegisterAct:
    """Add or change one entry of a directory; the act says who, when and by what, and names it."""
    owner_of(work, kind)
    named = entry_key(tuple(getattr(value, name) for name in _KEYS[kind]))
    return await take_in(work, kind, [value], Source(name=named, channel=channel, reason=reason))


async def remove_entry(
    work: Work, kind: RegisterKind, key: object, reason: str, channel: Channel = Channel.FORM
) -> RegisterAct:
    """Take one entry out of a directory; its history stays. A reason is needed."""
    owner_of(work, kind)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, outcome="removed")
    value = await entries_of(work, kind).get(key)
    source = Source(name=entry_key(key), channel=channel, reason=reason)
    act = await open_import(work, kind, source)
    _, foreign = await split_foreign(work, act, [(1, value)])
    if foreign:
        raise RuleBrokenError(foreign[0].rule, **foreign[0].facts)
    done = replace(act, state=ActState.APPLIED, applied_at=work.now(), applied_by=work.actor.name)
    await work.stage.remove(done, key)
    await work.imports.save(done)
    await work.audit(f"registers:{kind}:removed", entry_key(key), reason=reason, act=act.import_id)
    return done


async def history_of(work: Work, kind: RegisterKind, key: object) -> tuple[Version, ...]:
    """Give all versions of an entry, oldest first; the present one is replaced by nobody yet."""
    former = await work.register_versions.where(kind=kind, key=entry_key(key))
    present = await entries_of(work, kind).find(key)
    if present is None:
        return tuple(former)
    act_id = await work.stage.present_act(kind, key)
    value: dict[str, Any] = to_jsonable_python(present)
    now = Version(
        kind=kind,
        key=entry_key(key),
        number=len(former) + 1,
        value=value,
        act_id=act_id,
        replaced_by=None,
        replaced_at=None,
    )
    return (*former, now)


async def staleness(
    work: Work, stale_months: int, counted_up_to: int | None = None
) -> tuple[Staleness, ...]:
    """Tell of every directory how fresh and how complete it is.

    Counting reads every row: directories of more than `counted_up_to` rows are not counted.
    """
    return tuple(
        [await _staleness(work, kind, stale_months, counted_up_to) for kind in DIRECTORIES]
    )


def untouched_since(work: Work, act: RegisterAct | None, months: int) -> bool:
    """Say whether nothing was applied for calendar months; also when nothing ever was."""
    return act is None or act.applied_at is None or act.applied_at <= _months_ago(work, months)


async def last_act(work: Work, kind: RegisterKind) -> RegisterAct | None:
    """Give the latest act that was applied to a directory, whatever it changed."""
    query = Query(
        equals={"kind": kind, "state": ActState.APPLIED},
        order="applied_at",
        descending=True,
        limit=1,
    )
    found = (await work.imports.page(query)).values
    return found[0] if found else None


def entries_of(work: Work, kind: RegisterKind) -> Collection[Any]:
    """Give the collection of a directory."""
    collection: Collection[Any] = getattr(work, kind.value)
    return collection


def entry_key(key: object) -> str:
    """Give a key as one text, as the history keeps it."""
    return " ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


async def _staleness(
    work: Work, kind: RegisterKind, stale_months: int, counted_up_to: int | None
) -> Staleness:
    last = await last_act(work, kind)
    since = _months_ago(work, stale_months)
    number = await entries_of(work, kind).count()
    is_counted = counted_up_to is None or number <= counted_up_to
    return Staleness(
        kind=kind,
        number_of_rows=number,
        last_act=last,
        age_days=(work.now() - last.applied_at).days if last and last.applied_at else None,
        stale_months=stale_months,
        is_stale=number > 0 and untouched_since(work, last, stale_months),
        number_unchanged=await work.stage.number_older(kind, since) if is_counted else None,
        number_blank=await work.stage.number_blank(kind) if is_counted else None,
    )


def _months_ago(work: Work, months: int) -> datetime:
    now = work.now()
    return datetime.combine(months_before(now.date(), months), now.timetz())
