"""The flow of one matter on both databases: what left, came, waits and failed, and no more."""

from dataclasses import replace
from datetime import datetime

import pytest

from contracts.amqp.disposition import dispose
from contracts.amqp.ports import Delivery, PermanentFailure
from contracts.draws import EntropyRequested, RevealRequested
from contracts.sanctions import CreditEventAcknowledged
from contracts.topology import inbound_queue_names, tasks_queue
from contracts.vocabulary import Mode
from coordinator.adapters.db.inbox import CONSUMER, DatabaseInbox, InboxSettings
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import flows, queues
from coordinator.services.ports.traffic import FlowEntry, Passing
from tests.play import AUDITOR, Play, office

MATTER = "2026-R1-v7"


async def _apply(_connection: object, delivery: Delivery) -> str:
    if delivery.message_id.startswith("bad"):
        raise PermanentFailure("refused")
    if delivery.message_id.startswith("early"):
        raise ValueError("not yet")
    return delivery.correlation_id


def covert_round(now: datetime) -> Round:
    return Round(
        round_id="2026-R1",
        title="暗查",
        plan_id="p",
        mode=Mode.COVERT,
        state=RoundState.DISPATCHED,
        attempt=1,
        lines=("L1",),
        departments=("fire",),
        opened_at=now,
        deadline_at=now,
        embargo_date=now.date(),
        previous="",
    )


class FlowsCompliance:
    """One outbox row and three deliveries of one matter, and one of another."""

    @pytest.fixture
    async def play(self, empty: Play) -> Play:
        inbox = DatabaseInbox(empty.around.engine, empty.clock, InboxSettings(CONSUMER), _apply)
        said = CreditEventAcknowledged(number=1, message_id="018f-1")
        letter = replace(empty.letter("county", said), queue=inbound_queue_names(2)[-1])
        for name, matter in (("good", MATTER), ("early", MATTER), ("bad", MATTER), ("x", "other")):
            await dispose(inbox, replace(letter, message_id=name, correlation_id=matter))
        async with empty.work(office()) as work:
            for round_id in ("R1", "R2"):
                asked = EntropyRequested(
                    round_id=round_id, title="批次", attempts=16, deadline_at=work.now()
                )
                await work.post.to_department("fire", asked, subject="s", correlation=MATTER)
        outbox = DatabaseOutbox(empty.around.engine, empty.clock)
        epoch = await outbox.acquire_lease("relay") or 0
        [first, _second] = await outbox.pending(epoch, 10)
        await outbox.mark(epoch, [first.outbox_id], {})
        await outbox.close()
        return empty

    async def _flow(self, play: Play, key: str, **page: int) -> list[FlowEntry]:
        async with play.work(AUDITOR) as work:
            return list((await flows.flow_of(work, key, **page)).values)

    async def test_all_that_belongs_to_a_matter_is_one_timeline(self, play: Play) -> None:
        found = await self._flow(play, MATTER)

        assert sorted((each.passing, each.state) for each in found) == [
            (Passing.FAILED, "parked"),
            (Passing.IN, "applied"),
            (Passing.OUT, "pending"),
            (Passing.OUT, "sent"),
            (Passing.WAITING, "waiting"),
        ]
        assert {each.correlation for each in found} == {MATTER}
        assert [each.at for each in found] == sorted(each.at for each in found)
        [failed] = [each for each in found if each.passing is Passing.FAILED]
        assert (failed.party, failed.note) == ("credit-county", "refused")
        [early] = [each for each in found if each.passing is Passing.WAITING]
        assert (early.party, early.number) == ("credit-county", 1)

    async def test_pages_follow_each_other_and_the_id_of_a_message_leads_to_its_matter(
        self, play: Play
    ) -> None:
        whole = await self._flow(play, MATTER)
        parts = [await self._flow(play, MATTER, offset=n, limit=2) for n in (0, 2, 4)]

        assert [each for part in parts for each in part] == whole
        async with play.work(AUDITOR) as work:
            for name in ("good", "early", "bad"):
                assert await flows.key_of_flow(work, name) == MATTER
            assert await flows.key_of_flow(work, "nobody's") == "nobody's"
        assert [each.message_id for each in await self._flow(play, "x")] == ["x"]

    async def test_queues_tell_what_has_not_left_and_why_the_broker_is_silent(
        self, play: Play
    ) -> None:
        async with play.work(AUDITOR) as work:
            report = await queues.queue_report(work)
            waiting = await work.traffic.waiting()

        [queue] = report.queues
        assert (queue.name, queue.outbox_pending) == (tasks_queue("fire"), 1)
        assert queue.outbox_oldest_at == waiting[0].oldest_at
        assert report.unasked is not None
        assert report.unasked.rule is Rule.QUEUES_NOT_SEEN

    async def test_bodies_are_the_offices_and_never_those_of_secret_messages(
        self, play: Play
    ) -> None:
        async with play.work(office()) as work:
            secret = RevealRequested(
                round_id="R1", attempt=1, commit_hash="ab", receipts=(), office_value="cd"
            )
            await work.post.to_department("fire", secret, subject="s", correlation=MATTER)
            [plain, *_rest, sealed] = [each.outbox_id for each in await work.outgoing.where()]
            _message, body = await flows.outgoing_message(work, plain)
            with pytest.raises(RuleBrokenError) as refused:
                await flows.outgoing_message(work, sealed)

        assert '"round_id": "R1"' in body
        assert refused.value.rule is Rule.LETTER_SEALED
        with pytest.raises(RuleBrokenError) as refused:
            async with play.work(AUDITOR) as work:
                await flows.outgoing_message(work, plain)
        assert refused.value.rule is Rule.ROLE_NOT_ALLOWED

    async def test_a_covert_round_keeps_bodies_and_reasons_until_its_record_is_open(
        self, play: Play
    ) -> None:
        async with play.work(office()) as work:
            await work.rounds.add([covert_round(work.now())])
            found = (await flows.flow_of(work, MATTER)).values
            body = next(each.reference for each in found if each.passing is Passing.OUT)
            with pytest.raises(RuleBrokenError) as refused:
                await flows.outgoing_message(work, body or 0)

        assert {each.note for each in found} == {None}
        assert refused.value.rule is Rule.COVERT_ROUND_OPEN
