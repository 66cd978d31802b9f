"""A schedule on PostgreSQL: proposed, accepted, told, moved and mended as on SQLite."""

from datetime import date

from coordinator.domain.registers import Absence
from coordinator.domain.scheduling import ScheduleState, SetBy
from coordinator.services import dispatch, team_draw
from tests.county import found_county
from tests.integration.services.post_box import letters
from tests.integration.services.test_scheduling import (
    appointments,
    propose,
    scheduled,
    visits,
)
from tests.play import AUDITOR, ROUND, Play, office


async def away(play: Play, person: str, day: date) -> None:
    async with play.work(office()) as work:
        officer = await work.inspectors.get(person)
        absence = Absence(from_date=day, to_date=day, reason="病假")
        await work.inspectors.save(officer.model_copy(update={"absences": (absence,)}))


async def test_a_schedule_is_proposed_told_and_mended_as_on_sqlite(empty: Play) -> None:
    await found_county(empty)
    await empty.drawn_round(ROUND, "L1", "L2")
    proposed = await propose(empty)
    first = await appointments(empty)
    await scheduled(empty)
    await empty.publish(ROUND)

    told = {each.data["visit_id"]: each.data for each in await letters(empty, "TaskPublished")}
    known, set_to = await visits(empty), await appointments(empty)
    visit_id = min(set_to, key=lambda code: (set_to[code].day, code))
    async with empty.work(AUDITOR) as work:
        seat = min(await work.team.where(visit_id=visit_id), key=lambda each: each.member_id)
    await away(empty, seat.person_id, set_to[visit_id].day)
    async with empty.work(AUDITOR) as work:
        unfit = await team_draw.unfit_members(work, [known[visit_id]])
        broken = await dispatch.broken_now(work, ROUND)
    async with empty.work(office()) as work:
        await dispatch.replan_round(work, ROUND, "1 人病假")
    mended = await appointments(empty)

    assert proposed.state is ScheduleState.PROPOSED
    assert {code: each.day for code, each in first.items()} == {
        code: each.day for code, each in set_to.items()
    }
    assert {told[code]["appointment"]["day"] for code in set_to} == {
        each.day.isoformat() for each in set_to.values()
    }
    assert seat.person_id in {each.member.person_id for each in unfit}
    assert visit_id in broken
    assert mended[visit_id].day != set_to[visit_id].day
    assert mended[visit_id].set_by is SetBy.REPLANNED
