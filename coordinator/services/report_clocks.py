"""The clock of a task's report: of how many days, and from when before anybody was there (2.7)."""

from collections.abc import Iterable
from datetime import date

from coordinator.domain.dispatch import (
    DepartmentTask,
    ReportDays,
    Visit,
    report_days,
    with_report_due,
)
from coordinator.domain.lifecycle import TaskState, VisitState
from coordinator.domain.scheduling import ScheduleState
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work


async def report_days_of(work: Work, visit: Visit, department: str) -> ReportDays:
    """Give the days of an organ's report and feedback: its lines say them, else the profile."""
    drawn = await work.rounds.get(visit.round_id)
    checks = await work.checks.where(visit_id=visit.visit_id, department=department, left_out=None)
    lines = await work.plan_lines.where(plan_id=drawn.plan_id, code=drawn.lines)
    policy = await policy_of_round(work, drawn)
    return report_days(checks, {line.code: line for line in lines}, policy.report)


async def with_expected_report(work: Work, task: DepartmentTask, visit: Visit) -> DepartmentTask:
    """Expect the report after the set day, or the last of the window; the visit itself decides.

    A day that is over counts as today: nobody can go there any earlier.
    """
    days = (await report_days_of(work, visit, task.department)).report
    if days is None:
        return task
    expected = await _set_day(work, visit) or visit.date_to
    return with_report_due(task, work.calendar.after(max(expected, work.today()), days))


async def expect_reports_anew(work: Work, visits: Iterable[Visit]) -> None:
    """Move the clocks of reports that are awaited to the day on which a visit now stands."""
    for visit in visits:
        if visit.state is not VisitState.RUNNING:
            continue
        awaited = await work.tasks.where(
            visit_id=visit.visit_id, state=TaskState.ACCEPTED, submitted_at=None
        )
        for task in awaited:
            moved = await with_expected_report(work, task, visit)
            if moved != task:
                await work.tasks.save(moved)


async def _set_day(work: Work, visit: Visit) -> date | None:
    """Give the day of an accepted schedule; a proposal holds for nobody."""
    schedule = await work.round_schedules.find(visit.round_id)
    if schedule is None or schedule.state is not ScheduleState.ACCEPTED:
        return None
    appointment = await work.appointments.find(visit.visit_id)
    return appointment.day if appointment else None
