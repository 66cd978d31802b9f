"""Late changes: what of the registers changed between the freeze and the reveals of a round."""

from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services.lottery.supplement import before, failed_in
from coordinator.services.ports import Work
from coordinator.services.round_lines import lines_of_round


async def late_changes(work: Work, drawn: Round) -> tuple[str, ...]:
    """Name the frozen files of people that no longer say what the registers say, by record stem.

    Rosters and recusals decide who may be drawn: a change forces a new commit (3-draw.md 3.2.2).
    Objects come and go daily; theirs wait for the next round, unless somebody freezes anew.
    """
    if drawn.frozen_at is None:
        return ()

    async def touched(kind: RegisterKind, field: str) -> set[str]:
        return await work.stage.touched_since(kind, drawn.frozen_at or work.now(), field)

    frozen = await _departments(work, drawn)
    departments = await touched(RegisterKind.INSPECTORS, "department") & frozen
    fields = await touched(RegisterKind.EXPERTS, "field") & await _expert_fields(work, drawn)
    recusals = await touched(RegisterKind.RECUSALS, "person_id")
    return (
        *(f"rosters/{code}" for code in sorted(departments)),
        *(f"rosters/@{field}" for field in sorted(fields)),
        *(("bars",) if recusals else ()),
    )


async def object_changes(work: Work, drawn: Round) -> int:
    """Count the changes of the objects' directory since the freeze: they force nothing.

    Whoever closed or moved gives way to the reserve; two persons may freeze anew all the same.
    """
    if drawn.frozen_at is None or not drawn.lines:
        return 0
    acts = await work.imports.where(kind=RegisterKind.OBJECTS)
    return sum(act.applied_at is not None and act.applied_at > drawn.frozen_at for act in acts)


async def _departments(work: Work, drawn: Round) -> set[str]:
    """Give whose rosters are frozen: of a supplement only those of the failed departments."""
    if drawn.supplement_of is None:
        return set(drawn.departments)
    return set(failed_in(await before(work, drawn)))


async def _expert_fields(work: Work, drawn: Round) -> set[str]:
    return {field for line in await lines_of_round(work, drawn) for field in line.expert_fields}
