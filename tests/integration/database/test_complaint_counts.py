"""The counts of complaints on PostgreSQL: equal to a plain recount, as on SQLite."""

from coordinator.domain.complaints import counts_of
from coordinator.services.complaints import complaint_counts
from tests.integration.sqlite.test_complaint_counts import COMPLAINTS
from tests.plain_complaints import PlainComplaintGroups
from tests.play import Play, office


async def test_counts_are_those_of_a_plain_recount(empty: Play) -> None:
    async with empty.work(office()) as work:
        await work.complaints.add(COMPLAINTS)
        found = await complaint_counts(work, 2026)
        groups = await PlainComplaintGroups(COMPLAINTS).of_year(2026, work.today())

    assert found == counts_of(2026, groups)
