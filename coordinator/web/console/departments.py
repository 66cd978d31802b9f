"""Departments: who takes part, with how many officers, and what waits with them."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.lifecycle import TaskState
from coordinator.services.ports import Department
from coordinator.web.console.frame import InConsole

router = APIRouter()

_OPEN = (
    TaskState.PUBLISHED,
    TaskState.ACCEPTED,
    TaskState.PENDING_REVIEW,
    TaskState.RETURNED,
    TaskState.PENDING_DISCLOSURE,
)


@dataclass(frozen=True)
class Line:
    """One department with its counts."""

    department: Department
    items: int
    inspectors: int
    open_tasks: int
    disclosed: int
    waiting_messages: int


@router.get("/console/departments")
async def departments(console: InConsole) -> Response:
    """Show the departments in their order."""
    async with console.reading() as work:
        lines = [
            Line(
                each,
                items=await work.items.count(department=each.code),
                inspectors=await work.inspectors.count(department=each.code),
                open_tasks=await work.tasks.count(department=each.code, state=_OPEN),
                disclosed=await work.tasks.count(department=each.code, state=TaskState.DISCLOSED),
                waiting_messages=await work.outgoing.count(recipient=each.code, state="pending"),
            )
            for each in sorted(await work.departments.where(), key=lambda each: each.position)
        ]
        systems = await work.credit_systems.where()
        received = [
            (each, await work.credit_acknowledgements.count(system=each.code)) for each in systems
        ]
        return await console.show(
            work,
            "departments/departments.html",
            lines=lines,
            systems=received,
            events=await work.credit_events.count(),
        )
