"""Marks of the register that a listing made: a file that says otherwise does not undo them."""

from contracts.vocabulary import DelistingReason
from coordinator.domain.registers import InspectionObject
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import blacklist, handlers, listing_effects, registers
from tests.builders import MARKET, a_source
from tests.play import AUDITOR, Play, approver, clerk, office

NUMBER = "平市监列〔2026〕1号"


async def listed(play: Play, thing: InspectionObject) -> str:
    """List an object's subject on a court's document, and give the listing's id."""
    document = blacklist.CourtDocument(
        subject=thing.object_id,
        subject_name=thing.name,
        list_code="market-serious",
        court="平川县人民法院",
        number="（2026）宁0221刑初1号",
        dated=play.clock.today(),
        facts="生产、销售不符合安全标准的食品",
    )
    async with play.work(clerk(MARKET)) as work:
        proposed = await blacklist.propose_by_court(work, document)
        await blacklist.notify_party(work, proposed.listing_id)
        way = blacklist.Delivery(day=work.today(), way="direct")
        await blacklist.record_delivery(work, proposed.listing_id, way)
    play.clock.pass_time(days=30)
    async with play.work(approver(MARKET)) as work:
        await blacklist.decide_listing(work, proposed.listing_id, NUMBER)
    async with play.work(approver(MARKET, "deputy")) as work:
        await handlers.confirm_listing(work, proposed.listing_id)
    return proposed.listing_id


async def seen(play: Play, object_id: str) -> tuple[bool, list[str]]:
    async with play.work(AUDITOR) as work:
        thing = await work.objects.get(object_id)
    return thing.serious_list, [each.source for each in thing.events]


async def test_a_file_does_not_undo_a_listing_and_a_delisting_leaves_no_mark(adopted: Play) -> None:
    async with adopted.work(AUDITOR) as work:
        thing = next(iter(await work.objects.where()))
    branch = thing.model_copy(update={"object_id": "other:branch:1", "owner": thing.object_id})
    listing_id = await listed(adopted, thing)

    async with adopted.work(office()) as work:
        await registers.take_in(work, RegisterKind.OBJECTS, [thing, branch], a_source())
    taken = await seen(adopted, thing.object_id)
    async with adopted.work(office()) as work:
        waiting = await listing_effects.listings_to_mark(work)
        done = [await listing_effects.keep_marks(work) for _ in range(2)]
        left = await listing_effects.listings_to_mark(work)

    assert taken == (False, [])
    assert (waiting, left) == ([listing_id], [])
    assert done == [{"marked": [listing_id]}, {"marked": []}]
    for object_id in (thing.object_id, branch.object_id):
        assert await seen(adopted, object_id) == (True, [NUMBER])
    only_events_lost = thing.model_copy(update={"serious_list": True})
    async with adopted.work(office()) as work:
        await registers.take_in(work, RegisterKind.OBJECTS, [only_events_lost], a_source())
    async with adopted.work(approver(MARKET)) as work:
        reason = DelistingReason.REVOKED
        await blacklist.request_delisting(work, listing_id, reason, "平市监移〔2026〕1号")
    async with adopted.work(approver(MARKET, "deputy")) as work:
        await handlers.confirm_delisting(work, listing_id)
    for object_id in (thing.object_id, branch.object_id):
        assert await seen(adopted, object_id) == (False, [])
