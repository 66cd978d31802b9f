"""Order and keeping on both databases: gaps are filled or voided, what is over is forgotten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from contracts.amqp.connection import BrokerUnavailableError
from contracts.amqp.disposition import dispose
from contracts.draws import EntropyRequested
from contracts.sequences import QueueKind, ResendRequested, SequencesVoided, VoidReason
from contracts.topology import CREDIT_LOG_QUEUE, events_queue, tasks_queue
from coordinator.adapters.db.credit_stream import CreditStream, LastInStream, complete_stream
from coordinator.adapters.db.engine import writing
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.adapters.db.outbox_rows import OUTBOX, STATES, remove
from coordinator.adapters.db.storage import _DEAD, _INBOX
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import LetterState
from coordinator.services import messages, retention
from coordinator.services.ports import Resend, Stored
from tests.builders import FIRE, NOW
from tests.builders_sanctions import DISCLOSED
from tests.compliance.failed_messages import Desk
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, Play, office

QUEUE = tasks_queue(FIRE)
REQUEST = EntropyRequested(round_id="R1", title="批次", attempts=16, deadline_at=NOW)


class OrderDesk(Desk):
    """A play's outbox with messages to one department, sent as if a relay had been there."""

    async def send(self, number_of_messages: int) -> None:
        async with self.play.work(office()) as work:
            for _ in range(number_of_messages):
                await work.post.to_department(FIRE, REQUEST, subject="R1", correlation="R1")
        await self.relay()

    async def relay(self) -> None:
        async with writing(self.play.around.engine).begin() as connection:
            now = self.play.clock.machine_now()
            pending = STATES.c.state == "pending"
            await connection.execute(
                update(STATES).where(pending).values(state="sent", sent_at=now)
            )

    async def lose(self, *sequences: int) -> None:
        """Let the outbox forget these messages, as retention does."""
        async with writing(self.play.around.engine).begin() as connection:
            of_these = OUTBOX.c.sequence.in_(sequences) & (OUTBOX.c.recipient == QUEUE)
            await remove(connection, of_these)

    async def ask(self, first: int, last: int) -> None:
        request = ResendRequested(queue=QueueKind.TASKS, first=first, last=last)
        await self.play.receive(FIRE, request)

    async def pending(self, queue: str) -> list[int]:
        async with self.play.around.engine.connect() as connection:
            rows = await connection.execute(
                select(OUTBOX.c.sequence)
                .where(OUTBOX.c.recipient == queue, OUTBOX.c.state == "pending")
                .order_by(OUTBOX.c.outbox_id)
            )
            return list(rows.scalars())

    async def voided(self) -> list[tuple[int, int, str]]:
        said = [
            SequencesVoided.model_validate(letter.data)
            for letter in await letters(self.play, "SequencesVoided")
        ]
        return [(each.first, each.last, each.reason.value) for each in said]

    async def rows(self, table: object) -> int:
        async with self.play.around.engine.connect() as connection:
            counted = select(func.count()).select_from(table)  # type: ignore[arg-type] # a table
            return int((await connection.execute(counted)).scalar_one())

    async def forget(self) -> dict[str, int]:
        async with self.play.work(office()) as work:
            return dict(await retention.forget_old_messages(work))


class QueueOrderCompliance:
    """Resending, voids, retention, and the stream that is completed from the log."""

    @pytest.fixture
    def desk(self, empty: Play) -> OrderDesk:
        return OrderDesk(empty)

    async def test_a_gap_is_sent_again_with_the_same_ids_and_bytes(self, desk: OrderDesk) -> None:
        await desk.send(5)
        before = {each.sequence: each for each in await letters(desk.play)}

        await desk.ask(2, 4)

        after = {each.sequence: each for each in await letters(desk.play)}
        assert await desk.pending(QUEUE) == [2, 3, 4]
        assert after == before
        assert await desk.voided() == []
        async with desk.play.work(AUDITOR) as work:
            [resend] = await work.resends.where()
            [entry] = await work.audit_entries.where(tag="messages:sequences:resent")
        assert (resend.first, resend.last, resend.number_resent, resend.number_voided) == (
            2,
            4,
            3,
            0,
        )
        assert entry.facts == {"queue": QUEUE, "first": 2, "last": 4, "resent": 3, "voided": 0}

    async def test_what_is_not_kept_or_was_never_sent_is_declared_void(
        self, desk: OrderDesk
    ) -> None:
        await desk.send(6)
        await desk.lose(1, 2, 4, 6)

        await desk.ask(1, 9)

        assert await desk.pending(QUEUE) == [3, 5]
        assert await desk.voided() == [
            (1, 2, VoidReason.NOT_KEPT),
            (4, 4, VoidReason.NOT_KEPT),
            (6, 6, VoidReason.NOT_KEPT),
            (7, 9, VoidReason.NEVER_SENT),
        ]
        assert await desk.pending(events_queue(FIRE)) == [1, 2, 3, 4]

    async def test_nobody_asks_for_more_than_the_contract_says(self, desk: OrderDesk) -> None:
        await desk.send(1)

        await desk.ask(1, 10**6)

        assert await desk.voided() == [(2, 1000, VoidReason.NEVER_SENT)]

    async def test_the_same_messages_are_not_sent_again_at_once_and_at_growing_distances(
        self, desk: OrderDesk
    ) -> None:
        await desk.send(5)
        await desk.ask(2, 4)
        await desk.relay()

        with pytest.raises(RuleBrokenError) as refused:
            await desk.ask(4, 5)
        await desk.ask(5, 5)
        desk.play.clock.at += timedelta(seconds=15)
        await desk.ask(4, 4)
        desk.play.clock.at += timedelta(seconds=15)
        with pytest.raises(RuleBrokenError):
            await desk.ask(4, 4)
        desk.play.clock.at += timedelta(seconds=15)
        await desk.ask(4, 4)

        assert refused.value.rule is Rule.RESEND_TOO_OFTEN
        assert refused.value.facts["until"] == desk.play.clock.at - timedelta(seconds=30)

    async def test_no_queue_is_sent_again_more_than_so_much_in_an_hour(
        self, desk: OrderDesk
    ) -> None:
        await desk.send(2)
        async with desk.play.work(office()) as work:
            most = work.policies.resend_rules().asked_most_per_hour
            much = {"first": 10, "last": 11, "number_resent": most - 1, "number_voided": 0}
            now = work.machine_now()
            before = Resend(resend_id="R", department=FIRE, queue=QUEUE, requested_at=now, **much)
            await work.resends.add([before])

        with pytest.raises(RuleBrokenError):
            await desk.ask(1, 2)
        desk.play.clock.at += timedelta(hours=1, seconds=1)
        await desk.ask(1, 2)

        assert await desk.pending(QUEUE) == [1, 2]

    async def test_what_is_sent_again_stands_behind_what_others_wait_for(
        self, desk: OrderDesk
    ) -> None:
        await desk.send(2)
        async with desk.play.work(office()) as work:
            await work.post.to_department("market", REQUEST, subject="R1", correlation="R1")
        await desk.ask(1, 2)

        outbox = DatabaseOutbox(desk.play.around.engine, desk.play.clock)
        pending = await outbox.pending(await outbox.acquire_lease("relay") or 0, 10)
        await outbox.close()

        assert [(each.recipient, each.sequence) for each in pending] == [
            (tasks_queue("market"), 1),
            (QUEUE, 1),
            (QUEUE, 2),
        ]

    async def test_only_messages_that_are_over_and_old_are_forgotten(self, desk: OrderDesk) -> None:
        desk.refuses = False
        await desk.send(2)
        await desk.take(desk.acknowledgement(1))
        async with desk.play.work(office()) as work:
            await work.post.to_department(FIRE, REQUEST, subject="R1", correlation="R1")
        desk.refuses = True
        await desk.take(desk.acknowledgement(2), desk.acknowledgement(3))
        parked = await desk.letters()
        async with desk.play.work(office()) as work:
            await messages.archive_letter(work, parked[0].dead_letter_id, "旧")

        await self._pass(desk, days=100)
        young = await desk.forget()
        await self._pass(desk, days=100)
        old = await desk.forget()

        assert young == {"sent": 0, "taken-in": 0, "letters": 0}
        assert old == {"sent": 2, "taken-in": 1, "letters": 1}
        assert await desk.pending(QUEUE) == [3]
        assert [each.state for each in await desk.letters()] == [LetterState.PARKED]
        async with desk.play.work(AUDITOR) as work:
            [entry] = await work.audit_entries.where(tag="messages:retention:forgotten")
        assert entry.facts == old

    async def test_a_message_whose_letter_is_parked_is_kept_with_it(self, desk: OrderDesk) -> None:
        await desk.send(1)
        [letter] = await letters(desk.play)
        dead = replace(desk.acknowledgement(), message_id=letter.message_id, queue=QUEUE)
        await desk.inbox.record(dead, "delivery_limit", QUEUE)
        await self._pass(desk, days=400)

        assert (await desk.forget())["sent"] == 0

    async def test_forgetting_goes_by_bounded_batches_the_oldest_first(
        self, desk: OrderDesk
    ) -> None:
        await desk.send(3)
        await self._pass(desk, days=1)
        await desk.send(2)
        await self._pass(desk, days=400)

        async with desk.play.work(office()) as work:
            went = await work.storage.forget(Stored.SENT, timedelta(days=1), 3)

        assert went == 3
        assert sorted(each.sequence for each in await letters(desk.play)) == [4, 5]

    async def test_a_copy_that_comes_back_while_it_is_known_has_no_second_effect(
        self, desk: OrderDesk
    ) -> None:
        desk.refuses = False
        message = desk.acknowledgement()
        await desk.take(message)
        await self._pass(desk, days=179)
        await desk.forget()

        await dispose(desk.inbox, message)

        assert len(desk.applied) == 1
        assert await desk.rows(_INBOX) == 1
        assert await desk.rows(_DEAD) == 0

    async def test_what_the_stream_lost_leaves_once_more_in_order_before_anything_new(
        self, desk: OrderDesk
    ) -> None:
        stream = await self._disclosed(desk, 4)
        await desk.relay()
        await self._disclosed(desk, 1)
        before = await self._log_rows(desk)

        with pytest.raises(BrokerUnavailableError):
            await complete_stream(stream, _ends_with(2))

        again = await self._log_rows(desk)
        assert [row[:2] for row in again if row[2] == "pending"] == [
            row[:2] for row in before if row[0] >= 3
        ]
        assert await stream.number_sent() == 2

    async def test_a_stream_that_has_lost_nothing_is_left_alone(self, desk: OrderDesk) -> None:
        stream = await self._disclosed(desk, 3)
        await desk.relay()
        before = await self._log_rows(desk)

        await complete_stream(stream, _ends_with(3))

        assert await self._log_rows(desk) == before

    async def test_the_stream_is_completed_although_the_outbox_has_forgotten(
        self, desk: OrderDesk
    ) -> None:
        stream = await self._disclosed(desk, 2)
        await desk.relay()
        await self._pass(desk, days=400)
        await desk.forget()

        with pytest.raises(BrokerUnavailableError):
            await complete_stream(stream, _ends_with(0))

        assert [row[0] for row in await self._log_rows(desk)] == [1, 2]

    async def _pass(self, desk: OrderDesk, *, days: int) -> None:
        desk.play.clock.at += timedelta(days=days)

    async def _disclosed(self, desk: OrderDesk, number_of_events: int) -> CreditStream:
        async with desk.play.work(office()) as work:
            for _ in range(number_of_events):
                await work.post.to_credit(DISCLOSED, subject="v", correlation="v")
        around = desk.play.around
        return CreditStream(around.engine, around.clock, around.signer)

    async def _log_rows(self, desk: OrderDesk) -> Sequence[tuple[int, str, str, bytes]]:
        async with desk.play.around.engine.connect() as connection:
            rows = await connection.execute(
                select(OUTBOX)
                .where(OUTBOX.c.recipient == CREDIT_LOG_QUEUE)
                .order_by(OUTBOX.c.outbox_id)
            )
            return [
                (int(row.headers["x-credit-number"]), row.message_id, row.state, row.body)
                for row in rows
            ]


def _ends_with(number: int) -> LastInStream:
    async def last(_expected: int) -> int:
        return number

    return last
