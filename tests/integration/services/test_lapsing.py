"""What lapses while visits are under way is told to who checks it, once, and taken back."""

from datetime import date
from typing import Any

from coordinator.services import dispatch
from tests.builders import MARKET
from tests.integration.services.post_box import letters
from tests.integration.services.test_published_items import withdraw
from tests.play import AUDITOR, ROUND, Play, office


async def tell(play: Play) -> int:
    async with play.work(office()) as work:
        return int(str((await dispatch.tell_lapsed(work))["told"]))


async def told(play: Play) -> list[dict[str, Any]]:
    return [letter.data for letter in await letters(play, "ItemsLapsed")]


async def tasks_with(play: Play, item: str) -> set[str]:
    async with play.work(AUDITOR) as work:
        checks = await work.checks.where(round_id=ROUND, item=item, left_out=None)
    return {each.visit_id for each in checks if each.department == MARKET}


async def test_an_item_withdrawn_within_the_days_of_visits_is_told_once(dispatched: Play) -> None:
    before = await tell(dispatched)
    async with dispatched.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=ROUND)
    ends = max(each.date_to for each in visits)
    await withdraw(dispatched, "mr-1", ends)

    first, again = await tell(dispatched), await tell(dispatched)

    concerned = await tasks_with(dispatched, "mr-1")
    sent = await told(dispatched)
    assert (before, first, again) == (0, len(concerned), 0)
    assert {each["visit_id"] for each in sent} == concerned
    assert {each["department"] for each in sent} == {MARKET}
    [item] = sent[0]["items"]
    assert item["item"] == "mr-1"
    assert date.fromisoformat(item["valid_to"]) < ends


async def test_what_is_valid_again_is_told_too(dispatched: Play) -> None:
    async with dispatched.work(office()) as work:
        item = await work.items.get("mr-1")
        visits = await work.visits.where(round_id=ROUND)
        ended = item.model_copy(update={"valid_to": min(each.date_from for each in visits)})
        await work.items.save(ended)
    first = await tell(dispatched)
    async with dispatched.work(office()) as work:
        await work.items.save(item)

    again = await tell(dispatched)

    assert first == again > 0
    assert (await told(dispatched))[-1]["items"] == []
