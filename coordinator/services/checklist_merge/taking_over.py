"""The team of a withdrawn visit takes its successor over, department by department."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from coordinator.domain.dispatch import DepartmentTask, TeamMember, Visit, task_id
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TaskState
from coordinator.domain.object_replacing import ReplacementRequest
from coordinator.services.ports import Work


@dataclass
class Seats:
    """The seats and quotas of withdrawn visits; `order` says whose team is asked first."""

    seats: Sequence[TeamMember]
    quotas: Mapping[str, int]
    order: list[str]

    def prefer(self, visit_id: str) -> None:
        """Ask this visit's team first."""
        self.order = [visit_id, *(each for each in self.order if each != visit_id)]

    def of(self, department: str) -> list[TeamMember]:
        """Give the seats of a department in the first visit that has some."""
        for visit_id in self.order:
            found = [
                seat
                for seat in self.seats
                if (seat.visit_id, seat.department) == (visit_id, department)
            ]
            if found:
                return found
        return []

    def led(self, visit: Visit) -> Visit:
        """Let the department of the leader who was drawn lead, where it takes part."""
        leaders = [code for code in visit.departments if any(seat.leader for seat in self.of(code))]
        return replace(visit, lead_department=leaders[0]) if leaders else visit

    async def take(
        self, work: Work, visit: Visit, departments: Iterable[str], *, with_experts: bool
    ) -> None:
        """Seat the teams in a visit, each member under the unit of the record he was drawn for."""
        experts = sorted({seat.department for seat in self.seats if seat.expert})
        for department in departments:
            own = self.of(department)
            if not own:
                raise RuleBrokenError(
                    Rule.REPLACEMENT_WITHOUT_TEAM, department=department, round=visit.round_id
                )
            await work.team.add(_moved(seat, visit) for seat in own)
            await work.tasks.add([_task(visit, department, self.quotas[department])])
        for field in experts if with_experts else ():
            await work.team.add(_moved(seat, visit) for seat in self.of(field))


async def seats_of(work: Work, request: ReplacementRequest) -> Seats:
    """Give the teams of the visits that a replacement withdrew."""
    tasks = await work.tasks.where(visit_id=request.withdrawn)
    return Seats(
        seats=await work.team.where(visit_id=request.withdrawn),
        quotas={task.department: task.quota for task in tasks},
        order=list(request.withdrawn),
    )


def _moved(seat: TeamMember, visit: Visit) -> TeamMember:
    return replace(
        seat,
        member_id=f"{visit.visit_id}.{seat.department}.{seat.slot}",
        visit_id=visit.visit_id,
        unit=seat.drawn_unit,
        record_id=seat.drawn_in,
    )


def _task(visit: Visit, department: str, quota: int) -> DepartmentTask:
    return DepartmentTask(
        task_id=task_id(visit.visit_id, department),
        visit_id=visit.visit_id,
        round_id=visit.round_id,
        department=department,
        state=TaskState.DRAWN,
        quota=quota,
    )
