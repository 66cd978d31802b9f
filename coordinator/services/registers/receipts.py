"""Receipts of uploads in messages: what became of them, told once to their department."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from contracts.register_rows import Directory
from contracts.registers import MOST_PROBLEMS, RegisterImported, RegisterProblem, UploadState
from coordinator.domain.errors import given
from coordinator.domain.registers.acts import ActState, ImportProblem, RegisterAct
from coordinator.services.ports import Query, Work

_STATES: Mapping[ActState, UploadState] = MappingProxyType(
    {
        ActState.APPLIED: UploadState.APPLIED,
        ActState.FAILED: UploadState.REFUSED,
        ActState.CANCELLED: UploadState.CANCELLED,
    }
)


async def end_upload(work: Work, act: RegisterAct) -> None:
    """Answer the department of an upload that has just ended, and let its rows go."""
    chunks = await work.register_chunks.where(import_id=act.import_id)
    await work.register_chunks.save(*(replace(chunk, rows=()) for chunk in chunks))
    complete = bool(chunks) and len(chunks) == chunks[0].number_of_chunks
    receipt = await _receipt(work, act, complete=complete)
    department = given(act.department, "department", act.import_id)
    await work.post.to_department(department, receipt, subject=act.source, correlation=act.source)


async def _receipt(work: Work, act: RegisterAct, *, complete: bool) -> RegisterImported:
    query = Query(equals={"import_id": act.import_id}, order="number", limit=MOST_PROBLEMS)
    problems = await work.import_problems.page(query)
    return RegisterImported(
        upload_id=act.source,
        directory=Directory(act.kind.value),
        state=_STATES[act.state],
        complete=complete,
        number_of_rows=act.number_of_rows,
        number_accepted=act.number_accepted,
        number_refused=act.number_refused,
        number_added=act.number_added,
        number_changed=act.number_changed,
        number_unchanged=act.number_unchanged,
        number_of_problems=problems.total,
        problems=tuple(_told(problem) for problem in problems.values),
        reason=(act.failure or {}).get("rule"),
    )


def _told(problem: ImportProblem) -> RegisterProblem:
    return RegisterProblem(
        row=problem.row,
        field=problem.column,
        value=problem.value,
        rule=problem.rule.value,
        expected=problem.expected,
        severity=problem.severity.value,
    )
