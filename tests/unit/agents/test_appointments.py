"""The day of a visit on a department's desk: as published, and as an amendment changed it."""

from datetime import UTC, date, datetime

from contracts.tasks import AppointmentCard, TaskAmended
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import a_task

VISIT = "2026-R1-0a0a0a0a0a0a"


def a_day(day: date, *, provisional: bool = False) -> AppointmentCard:
    return AppointmentCard(
        day=day,
        slot="am",
        slot_name="上午",
        from_time="08:00",
        to_time="10:30",
        provisional=provisional,
    )


async def test_the_desk_shows_the_day_and_an_amendment_moves_it(
    desk: Desk, at_work: AgentAtWork
) -> None:
    first, later = date(2026, 11, 23), date(2026, 11, 26)
    task = a_task().model_copy(update={"appointment": a_day(first)})
    await at_work.receive(task)
    await desk.log_in()
    before = (await desk.client.get("/")).text
    amended = TaskAmended(
        visit_id=VISIT,
        department="fire",
        version=3,
        amended_at=datetime(2026, 11, 20, 1, tzinfo=UTC),
        team=task.team,
        changes=(),
        appointment=a_day(later, provisional=True),
    )

    await at_work.receive(amended)

    page = (await desk.client.get(f"/visits/{VISIT}")).text
    [listed] = (await desk.client.get("/api/tasks", headers=desk.bearer)).json()
    assert "2026-11-23 08:00" in before
    assert "2026-11-26 上午 08:00" in page
    assert "暂定" in page
    assert listed["task"]["appointment"]["day"] == later.isoformat()


async def test_a_task_without_a_day_shows_its_window(desk: Desk, at_work: AgentAtWork) -> None:
    task = a_task()
    await at_work.receive(task)
    await desk.log_in()

    listed = (await desk.client.get("/")).text

    assert task.date_from.isoformat() in listed
    assert task.date_to.isoformat() in listed
