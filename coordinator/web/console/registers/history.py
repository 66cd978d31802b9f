"""The history of one entry: every act upon it, with what it changed from what to what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coordinator.domain.registers.acts import RegisterAct, RegisterKind
from coordinator.services.ports import Work
from coordinator.services.registers.entries import history_of
from coordinator.web.console.registers.fields import field_label, field_words
from coordinator.web.names import Names


@dataclass(frozen=True)
class Change:
    """One field that an act changed, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One act upon an entry; the first one that is known changes nothing but brings it."""

    act: RegisterAct | None
    changes: Sequence[Change]
    number: int
    removal: bool = False


async def load_history(work: Work, kind: RegisterKind, key: str, names: Names) -> list[Entry]:
    """Give the acts upon an entry, the latest first."""
    versions = await history_of(work, kind, key)
    acts = {
        each.import_id: each
        for each in await work.imports.where(
            import_id=tuple({each.act_id for each in versions if each.act_id})
        )
    }
    entries = []
    before: Mapping[str, Any] | None = None
    for version in versions:
        changed = differences(kind, before, version.value, names) if before is not None else []
        entries.append(Entry(acts.get(version.act_id or ""), changed, version.number))
        before = version.value
    return entries[::-1]


def differences(
    kind: RegisterKind, before: Mapping[str, Any], after: Mapping[str, Any], names: Names
) -> list[Change]:
    """Word what differs between two versions, in the order of the fields."""
    fields = dict.fromkeys((*before, *after))
    return [
        Change(
            field_label(kind, field),
            field_words(kind, field, before.get(field), names),
            field_words(kind, field, after.get(field), names),
        )
        for field in fields
        if before.get(field) != after.get(field)
    ]
