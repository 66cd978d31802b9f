"""How old the directories are: days since the last act, against the months of the profile."""

from datetime import date

from coordinator.domain.appraisal import Fact, FactRow
from coordinator.domain.registers.acts import DIRECTORIES, ActState, RegisterKind
from coordinator.domain.registers.conditions import months_before
from coordinator.services.ports import Query, Work


async def register_ages(work: Work, stale_months: int | None) -> dict[Fact, list[FactRow]]:
    """Give the directories that hold anything, and those that an act has touched in time.

    An act in the last `stale_months` counts, whatever it changed; None: any act at all. `note` is
    the days since the last act, `day` its day; a directory that no act ever touched has neither.
    """
    entries = await work.appraisals.entries()
    held = [await _row(work, kind) for kind in DIRECTORIES if entries[kind]]
    earliest = months_before(work.today(), stale_months) if stale_months else date.min
    renewed = [row for row in held if row.day is not None and row.day > earliest]
    return {Fact.REGISTERS_HELD: held, Fact.REGISTERS_RENEWED: renewed}


async def _row(work: Work, kind: RegisterKind) -> FactRow:
    query = Query(
        equals={"kind": kind, "state": ActState.APPLIED},
        order="applied_at",
        descending=True,
        limit=1,
    )
    acts = (await work.imports.page(query)).values
    last = acts[0].applied_at if acts else None
    return FactRow(
        kind="register",
        key=kind.value,
        title="",
        note=str((work.now() - last).days) if last else "",
        department="",
        round_id="",
        day=work.day_of(last) if last else None,
    )
