"""Complaints of a year are counted in the database, and what they say stays there."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from coordinator.domain.complaints import ComplaintOutcome, counts_of
from coordinator.domain.lifecycle import ComplaintState
from coordinator.services.complaints import complaint_counts
from tests.plain_complaints import PlainComplaintGroups
from tests.play import Play, office
from tests.unit.domain.test_complaints import RECEIVED, answered

COMPLAINTS = [
    replace(each, complaint_id=f"c{number}", number=f"TS2026-{number:05d}")
    for number, each in enumerate(
        [
            RECEIVED,
            replace(RECEIVED, answer_due=date(2026, 2, 1)),
            answered(ComplaintOutcome.FOUNDED, date(2026, 6, 30)),
            answered(ComplaintOutcome.FOUNDED, date(2026, 6, 29)),
            answered(ComplaintOutcome.UNFOUNDED, date(2026, 7, 1)),
            replace(RECEIVED, state=ComplaintState.WITHDRAWN),
            replace(RECEIVED, received_date=date(2025, 12, 31)),
        ]
    )
]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
async def test_counts_agree_with_a_plain_recount_and_read_no_content(
    empty: Play, year: int
) -> None:
    async with empty.work(office()) as work:
        await work.complaints.add(COMPLAINTS)
        today = work.today()
    asked: list[str] = []
    engine = empty.around.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    async with empty.work(office()) as work:
        found = await complaint_counts(work, year)

    assert found == counts_of(year, await PlainComplaintGroups(COMPLAINTS).of_year(year, today))
    about = [each for each in asked if "complaint" in each]
    assert about
    assert not any("complaint.text" in each for each in about)
