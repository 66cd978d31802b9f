"""The ledger's figures on PostgreSQL: what SQLite says, it says too."""

from coordinator.domain.lifecycle import DueState
from coordinator.services import burden_figures, burden_warnings, leads
from coordinator.services.ports import PlacesBy
from tests.builders import MARKET, an_object
from tests.burden_moves import Move, make
from tests.county import found_county
from tests.fake_frames import frames_over
from tests.integration.services.test_joining import a_report, accepted, dues, own_visit
from tests.play import AUDITOR, ROUND, Play, clerk, office

THINGS = (
    an_object(1),
    an_object(2, region="640222", industry="C1310"),
    an_object(3, place="premises:7"),
    an_object(4, place="premises:7", industry="F5219"),
    an_object(5, status="closed", region="640223"),
)


async def test_places_are_counted_once_by_region_and_industry_and_in_all(empty: Play) -> None:
    async with empty.work(office()) as work:
        await work.objects.add(THINGS)

    async with empty.work(AUDITOR) as work:
        for by in PlacesBy:
            assert await work.frames.places(by) == await frames_over(*THINGS).places(by)
        assert await work.frames.places(PlacesBy.ALL) == {"": 3}


async def test_an_entry_is_released_once_whatever_is_asked(empty: Play) -> None:
    asked = [
        Move("put", 0, "mr", exempt=False),
        Move("put", 2, "fr", exempt=True),
        Move("grow", 0, "he", exempt=False),
        Move("ride", 0, "mr", exempt=False),
        Move("release", 0, "mr", exempt=False),
        Move("release", 0, "mr", exempt=False),
        Move("grow", 0, "fr", exempt=False),
    ]

    said, standing = await make(empty, asked, "x")

    assert said == standing
    assert said["x-p0", "total", ""] == (0, 1)


async def test_leads_join_visits_and_the_year_is_counted_as_on_sqlite(empty: Play) -> None:
    await found_county(empty)
    async with empty.work(AUDITOR) as work:
        things = [thing for thing in await work.objects.where() if thing.tags]
    for thing in things:
        await accepted(empty, a_report(empty, thing.object_id))
    await empty.drawn_round(ROUND, "L1", "L2")
    await empty.publish(ROUND)
    waiting = [due for due in await dues(empty) if due.state is DueState.WAITING]
    own = await own_visit(empty)
    async with empty.work(clerk(MARKET)) as work:
        entry = await leads.give_own_visit(work, waiting[0].due_id, own)

    joined = [due for due in await dues(empty) if due.state is DueState.JOINED]
    async with empty.work(AUDITOR) as work:
        entries = await work.burden_entries.where(round_id=ROUND)
        rows = [
            await burden_figures.annual_figures(work, 2026, by, [ROUND])
            for by in burden_figures.Grouping
        ]
        caps = empty.around.policy.burden
        piled = await burden_warnings.high_frequency(work, 2026, [ROUND], caps)

    assert joined
    assert sum(len(each.joined) for each in entries) == len(joined)
    assert {figures.total.now.visits for figures in rows} == {1}
    assert {figures.total.now.supervised for figures in rows} == {len(things) + 1}
    assert rows[0].total.now.exempt == {"complaint": 1}
    assert entry.place not in {each.place for each in piled}
