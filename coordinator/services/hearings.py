"""Collective hearings 集体会商: each note on a version of a report is kept, the last stands."""

from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.review import Hearing, HearingNote, hearing_key
from coordinator.services.ports import Work


async def hearings_on(work: Work, task: DepartmentTask) -> list[Hearing]:
    """Give the notes on a department's standing report, the last one last."""
    found = await work.hearings.where(
        visit_id=task.visit_id, department=task.department, version=task.report_version
    )
    return sorted(found, key=lambda each: each.noted_at)


async def keep_note(work: Work, task: DepartmentTask, note: HearingNote) -> Hearing:
    """Keep one more note on a department's standing report."""
    number = len(await hearings_on(work, task)) + 1
    hearing = Hearing(
        hearing_id=hearing_key(task.visit_id, task.department, task.report_version, number),
        visit_id=task.visit_id,
        department=task.department,
        version=task.report_version,
        held_date=note.held_date,
        participants=note.participants,
        text=note.text,
        noted_by=work.actor.name,
        noted_at=work.now(),
    )
    await work.hearings.add([hearing])
    await work.audit(
        "review:hearing:noted",
        task.visit_id,
        department=task.department,
        people=len(note.participants),
        number=number,
    )
    return hearing
