"""What operators do about failed messages, on both databases: nothing is lost, nothing doubled."""

import json
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.amqp.disposition import dispose
from contracts.amqp.ports import Delivery, PermanentFailure
from contracts.amqp.retries import Retries
from contracts.draws import EntropyRequested
from contracts.sanctions import CreditEventAcknowledged
from contracts.topology import INBOUND_QUEUE, tasks_queue
from coordinator.adapters.db.inbox import DatabaseInbox, InboxSettings
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import LetterState
from coordinator.services import messages
from coordinator.services.ports import DeadLetter
from tests.play import AUDITOR, Play, office

WHY = "已更正"


class Desk:
    """An inbox whose handler refuses what it is told to, and the operators' view of it."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.refuses = True
        self.applied: list[Delivery] = []
        self.told: list[str] = []
        self.tells_wrongly = False
        settings = InboxSettings("failed", secret_types=frozenset({"Secret.v1"}), parked=self._tell)
        self.inbox = DatabaseInbox(play.around.engine, play.clock, settings, self._apply)

    async def _apply(self, _connection: AsyncConnection, delivery: Delivery) -> str:
        if self.refuses:
            raise PermanentFailure(f"refused number {len(delivery.body)}")
        self.applied.append(delivery)
        return "correlation"

    async def _tell(self, connection: AsyncConnection, delivery: Delivery) -> None:
        self.told.append(delivery.message_id)
        if self.tells_wrongly:
            await connection.exec_driver_sql("SELECT number FROM no_such_table")

    async def take(self, *deliveries: Delivery) -> None:
        for delivery in deliveries:
            await dispose(self.inbox, delivery)

    async def work_through_retries(self) -> None:
        await Retries(self.inbox).run_due()

    async def letters(self) -> list[DeadLetter]:
        async with self.play.work(AUDITOR) as work:
            return list(await work.dead_letters.where())

    async def only(self) -> DeadLetter:
        [letter] = await self.letters()
        return letter

    def acknowledgement(self, number: int = 1) -> Delivery:
        said = CreditEventAcknowledged(number=number, message_id="018f-1")
        return self.play.letter("county", said, number)


class FailedMessagesCompliance:
    """Retry one, a group, all; change, archive, restore; send again what found no queue."""

    @pytest.fixture
    def desk(self, empty: Play) -> Desk:
        return Desk(empty)

    async def test_a_retried_message_is_applied_once_and_keeps_its_story(self, desk: Desk) -> None:
        await desk.take(desk.acknowledgement())
        letter = await desk.only()
        desk.refuses = False

        async with desk.play.work(office()) as work:
            await messages.retry_letter(work, letter.dead_letter_id, WHY)
        assert (await desk.only()).state is LetterState.RETRYING
        await desk.work_through_retries()
        await desk.work_through_retries()

        assert [each.message_id for each in desk.applied] == [letter.message_id]
        after = await desk.only()
        assert (after.state, after.replay_count) == (LetterState.RETRIED, 1)
        async with desk.play.work(AUDITOR) as work:
            [entry] = await work.audit_entries.where(subject=letter.message_id)
        assert (entry.tag, entry.facts["reason"]) == ("messages:letter:retrying", WHY)

    async def test_a_parked_message_is_told_of_once_and_stays_parked_when_telling_fails(
        self, desk: Desk
    ) -> None:
        desk.tells_wrongly = True
        letter = desk.acknowledgement()

        await desk.take(letter, replace(letter, redelivered=True))

        assert desk.told == [letter.message_id]
        assert (await desk.only()).state is LetterState.PARKED

    async def test_one_that_fails_again_is_parked_again_with_the_new_reason(
        self, desk: Desk
    ) -> None:
        await desk.take(desk.acknowledgement())
        first = await desk.only()

        async with desk.play.work(office()) as work:
            await messages.retry_letter(work, first.dead_letter_id, WHY)
        await desk.work_through_retries()

        again = await desk.only()
        assert (again.state, again.replay_count) == (LetterState.PARKED, 1)
        assert not desk.applied

    async def test_a_group_is_retried_only_as_the_operator_saw_it(self, desk: Desk) -> None:
        await desk.take(*(desk.acknowledgement(number) for number in (1, 2, 3)))
        async with desk.play.work(AUDITOR) as work:
            [group] = await messages.letter_groups(work)
        assert group.number == 3
        await desk.take(desk.acknowledgement(4))
        desk.refuses = False

        with pytest.raises(RuleBrokenError) as refused:
            async with desk.play.work(office()) as work:
                await messages.retry_letters(work, group.fingerprint, group.number, WHY)
        assert refused.value.rule is Rule.LETTERS_CHANGED
        assert refused.value.facts == {"seen": 3, "found": 4}
        async with desk.play.work(office()) as work:
            assert await messages.retry_letters(work, "", 4, WHY) == 4
        await desk.work_through_retries()

        assert len(desk.applied) == 4
        assert {each.state for each in await desk.letters()} == {LetterState.RETRIED}

    async def test_what_was_sealed_was_never_kept_and_is_not_retried(self, desk: Desk) -> None:
        secret = replace(desk.acknowledgement(), type="Secret.v1")
        await desk.take(secret)
        letter = await desk.only()

        for act in (messages.retry_letter, lambda w, n, _: messages.body_to_change(w, n)):
            with pytest.raises(RuleBrokenError) as refused:
                async with desk.play.work(office()) as work:
                    await act(work, letter.dead_letter_id, WHY)
            assert refused.value.rule in (Rule.LETTER_SEALED, Rule.LETTER_NOT_CHANGEABLE)
        async with desk.play.work(office()) as work:
            assert await messages.retry_letters(work, "", 1, WHY) == 0

        assert (await desk.only()).state is LetterState.PARKED

    async def test_a_changed_message_is_a_new_one_that_names_the_old(self, desk: Desk) -> None:
        await desk.take(desk.acknowledgement())
        letter = await desk.only()
        desk.refuses = False

        async with desk.play.work(office()) as work:
            body = json.loads(await messages.body_to_change(work, letter.dead_letter_id))
            body["data"]["number"] = 7
            await messages.change_letter(work, letter.dead_letter_id, json.dumps(body), WHY)
        await desk.work_through_retries()

        [changed] = desk.applied
        assert changed.message_id != letter.message_id
        assert changed.headers["x-replay-of"] == letter.message_id
        said = json.loads(changed.body)
        assert (said["id"], said["data"]["number"]) == (changed.message_id, 7)
        assert changed.user_id == letter.user_id

    @pytest.mark.parametrize("text", ["[]", "{", '{"data": {"number": "x"}}', '{"a": "\\u0000"}'])
    async def test_a_change_that_breaks_the_contract_changes_nothing(
        self, desk: Desk, text: str
    ) -> None:
        await desk.take(desk.acknowledgement())
        letter = await desk.only()

        with pytest.raises(RuleBrokenError) as refused:
            async with desk.play.work(office()) as work:
                await messages.change_letter(work, letter.dead_letter_id, text, WHY)
        assert refused.value.rule is Rule.LETTER_BODY_INVALID
        await desk.work_through_retries()

        assert await desk.only() == letter
        assert not desk.applied

    async def test_archived_ones_wait_for_nobody_and_come_back_when_asked(self, desk: Desk) -> None:
        await desk.take(desk.acknowledgement())
        letter = await desk.only()

        async with desk.play.work(office()) as work:
            assert await messages.archive_letters(work, letter.fingerprint, 1, WHY) == 1
            assert (await messages.message_counts(work))["parked"] == 0
            with pytest.raises(RuleBrokenError) as refused:
                await messages.retry_letter(work, letter.dead_letter_id, WHY)
            assert refused.value.rule is Rule.MOVE_NOT_ALLOWED
            await messages.restore_letter(work, letter.dead_letter_id)

        assert (await desk.only()).state is LetterState.PARKED

    async def test_a_letter_of_ours_that_died_leaves_again_with_its_own_bytes(
        self, desk: Desk
    ) -> None:
        queue = tasks_queue("fire-rescue")
        outbox = DatabaseOutbox(desk.play.around.engine, desk.play.clock)
        async with desk.play.work(office()) as work:
            asked = EntropyRequested(
                round_id="R1", title="批次", attempts=16, deadline_at=work.now()
            )
            await work.post.to_department("fire-rescue", asked, subject="s", correlation="c")
        epoch = await outbox.acquire_lease("relay") or 0
        [message] = await outbox.pending(epoch, 10)
        await outbox.mark(epoch, [message.outbox_id], {})
        died = Delivery(
            message_id=message.message_id,
            type=message.type,
            user_id="coordinator",
            routing_key=message.routing_key,
            exchange=message.exchange,
            queue=queue,
            headers=message.headers,
            body=message.body,
            redelivered=True,
        )
        await desk.inbox.record(died, "rejected", queue)
        letter = await desk.only()

        async with desk.play.work(office()) as work:
            await messages.retry_letter(work, letter.dead_letter_id, WHY)
        [again] = await outbox.pending(epoch, 10)
        assert (again.body, again.sequence) == (message.body, message.sequence)
        await outbox.mark(epoch, [], {again.outbox_id: "no queue"})
        async with desk.play.work(office()) as work:
            assert await messages.send_unroutable(work, 1, WHY) == 1
        [once_more] = await outbox.pending(epoch, 10)
        await outbox.close()

        assert once_more == again

    async def test_only_the_office_steps_in(self, desk: Desk) -> None:
        await desk.take(desk.acknowledgement())
        letter = await desk.only()

        with pytest.raises(RuleBrokenError) as refused:
            async with desk.play.work(AUDITOR) as work:
                await messages.retry_letter(work, letter.dead_letter_id, WHY)

        assert refused.value.rule is Rule.ROLE_NOT_ALLOWED
        assert letter.queue == INBOUND_QUEUE
