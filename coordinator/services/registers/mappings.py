"""Column mappings: saved by name, so that the next file of the same source needs no hands."""

from collections.abc import Sequence

from coordinator.domain.registers.acts import RegisterKind, SavedMapping
from coordinator.domain.registers.mappings import ColumnMapping
from coordinator.services.ports import Work
from coordinator.services.registers.owners import owner_of


async def saved_mappings(work: Work, kind: RegisterKind) -> Sequence[SavedMapping]:
    """Give the saved mappings of a register, by name."""
    found = await work.column_mappings.where(kind=kind)
    return sorted(found, key=lambda each: each.name)


async def save_mapping(
    work: Work, kind: RegisterKind, name: str, columns: ColumnMapping
) -> SavedMapping:
    """Save a mapping; one of the same register and name is replaced."""
    owner_of(work, kind)
    known = await work.column_mappings.where(kind=kind, name=name)
    saved = SavedMapping(
        mapping_id=known[0].mapping_id if known else work.new_id(),
        kind=kind,
        name=name,
        mapping=columns.model_dump(mode="json"),
        saved_at=work.now(),
        saved_by=work.actor.name,
    )
    await work.column_mappings.save(saved)
    await work.audit("registers:mapping:saved", saved.mapping_id, kind=kind.value, name=name)
    return saved
