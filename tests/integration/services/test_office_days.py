"""Days are those of the office: a moment before eight in the morning has another date in UTC."""

from datetime import UTC, date, datetime

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import blacklist
from tests.builders import MARKET
from tests.builders_sanctions import a_case
from tests.play import Play, clerk

BEFORE_EIGHT = datetime(2026, 5, 12, 23, 30, tzinfo=UTC)  # 07:30 of the 13th in the county


async def test_a_notice_made_early_in_the_morning_is_not_delivered_the_day_before(
    adopted: Play,
) -> None:
    adopted.clock.at = BEFORE_EIGHT
    async with adopted.work(clerk(MARKET)) as work:
        await work.cases.save(a_case())
        listing = await blacklist.propose_listing(work, "case-1", "market-serious")
        await blacklist.notify_party(work, listing.listing_id)
        before = blacklist.Delivery(day=date(2026, 5, 12), way="direct")

        with pytest.raises(RuleBrokenError) as early:
            await blacklist.record_delivery(work, listing.listing_id, before)

    assert early.value.rule is Rule.DELIVERY_DAY_WRONG
    assert early.value.facts["first"] == "2026-05-13"
