"""Which message goes to whom: the agent's whole work on one page."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from contracts import clocks, draws, follow_up, registers, results, sanctions, sequences, tasks
from contracts.amqp.ports import Delivery, PermanentFailure
from contracts.catalogue import entry_of
from contracts.vocabulary import Wire
from department_agents.clock import Clock
from department_agents.fieldwork import Fieldwork
from department_agents.gaps import Gaps
from department_agents.keys import PublishedKeys
from department_agents.lapses import keep_lapses
from department_agents.letters import Letters
from department_agents.listings import Listings
from department_agents.lottery import Lottery
from department_agents.measures import Measures
from department_agents.notices import keep_notice
from department_agents.post import Letter, open_letter
from department_agents.reminders import Reminders
from department_agents.store.database import News, announce
from department_agents.store.rows import HandoverRow
from department_agents.uploads import Uploads

# Any: each handler names its own message; the map below is what pairs them.
Handle = Callable[[AsyncSession, Letter[Any]], Awaitable[None]]

# What goes on into the back office, besides being kept here.
HANDED_OVER: frozenset[type[Wire]] = frozenset(
    {
        tasks.TaskPublished,
        tasks.TaskOpened,
        tasks.TaskAmended,
        tasks.PrecheckRefreshed,
        tasks.ItemsLapsed,
        tasks.TaskWithdrawn,
        draws.EntropyReminded,
        draws.RoundCancelled,
        results.ReportRefused,
        results.ResultReturned,
        results.ResultShared,
        results.DisclosureWithdrawn,
        sanctions.RectificationOrdered,
        clocks.ClockReminded,
        follow_up.RectificationReminded,
        follow_up.CopyNoticeSent,
        follow_up.CopyNoticeReminded,
        follow_up.CopyNoticeWithdrawn,
        follow_up.CaseTransferred,
        sanctions.MeasureOrdered,
        sanctions.MeasureAmended,
        sanctions.MeasureReminded,
        sanctions.MeasureLifted,
        registers.RegisterImported,
    }
)


@dataclass(frozen=True, slots=True)
class Desks:
    """The parts of a department that take messages in."""

    lottery: Lottery
    reminders: Reminders
    fieldwork: Fieldwork
    measures: Measures
    letters: Letters
    listings: Listings
    uploads: Uploads
    gaps: Gaps


class Handlers:
    """Opens each delivery, hands it to its handler and queues it for the back office."""

    def __init__(self, desks: Desks, published: PublishedKeys, clock: Clock) -> None:
        self._published = published
        self._clock = clock
        self._handlers = _handlers(desks, self._notice)

    async def apply(self, session: AsyncSession, delivery: Delivery) -> None:
        """Apply one delivery inside its transaction; raises PermanentFailure or something that
        may pass.
        """
        letter = open_letter(delivery, self._published.current())
        kind = type(letter.message)
        handle = self._handlers.get(kind)
        if handle is None:
            raise PermanentFailure(f"{kind.__name__} is not for a department")
        await handle(session, letter)
        if kind in HANDED_OVER:
            session.add(_handover(letter))
            announce(session, News.HANDOVER)

    async def _notice(self, session: AsyncSession, letter: Letter[Any]) -> None:
        await keep_notice(session, letter, self._clock.now())


def _handlers(desks: Desks, notice: Handle) -> Mapping[type[Wire], Handle]:
    return {
        **_of_draws(desks, notice),
        **_of_tasks(desks, notice),
        **_of_consequences(desks, notice),
        registers.RegisterImported: desks.uploads.keep_receipt,
        sequences.SequencesVoided: desks.gaps.go_on_behind,
    }


def _of_draws(desks: Desks, notice: Handle) -> Mapping[type[Wire], Handle]:
    return {
        draws.EntropyRequested: desks.lottery.publish_head,
        draws.RoundFrozen: desks.lottery.sign_receipt,
        draws.RevealRequested: desks.lottery.reveal,
        draws.EntropyReminded: desks.reminders.answer_again,
        draws.RoundCancelled: notice,
        draws.RevealAccepted: notice,
        draws.DrawRecordPublished: notice,
        draws.SeedRevealed: desks.lottery.check_disclosure,
    }


def _of_tasks(desks: Desks, notice: Handle) -> Mapping[type[Wire], Handle]:
    return {
        tasks.TaskPublished: desks.fieldwork.receive,
        tasks.TaskOpened: desks.fieldwork.open,
        tasks.TaskAmended: desks.fieldwork.amend,
        tasks.PrecheckRefreshed: desks.fieldwork.take_precheck,
        tasks.ItemsLapsed: keep_lapses,
        tasks.TaskWithdrawn: desks.fieldwork.withdraw,
        results.ReportRefused: desks.fieldwork.sent.refuse,
        results.ResultReturned: desks.fieldwork.take_back,
        results.ResultShared: desks.fieldwork.keep_shared,
        results.ResultDisclosed: notice,
        results.DisclosureWithdrawn: notice,
    }


def _of_consequences(desks: Desks, notice: Handle) -> Mapping[type[Wire], Handle]:
    return {
        sanctions.RectificationOrdered: notice,
        sanctions.PenaltyDecided: notice,
        sanctions.PenaltyPublished: notice,
        sanctions.PenaltyPublicationEnded: notice,
        follow_up.PenaltyRevoked: notice,
        follow_up.AbnormalListEntered: notice,
        follow_up.AbnormalListRemoved: notice,
        clocks.ClockReminded: desks.letters.remind_of_clock,
        follow_up.RectificationReminded: desks.letters.remind_of_order,
        follow_up.CopyNoticeSent: desks.letters.receive_notice,
        follow_up.CopyNoticeReminded: desks.letters.remind,
        follow_up.CopyNoticeWithdrawn: desks.letters.withdraw,
        follow_up.CaseTransferred: desks.letters.receive_transfer,
        sanctions.EntityListed: desks.listings.take_in,
        sanctions.EntityCorrected: desks.listings.take_in,
        sanctions.EntityDelisted: desks.listings.take_in,
        sanctions.MeasureOrdered: desks.measures.receive,
        sanctions.MeasureAmended: desks.measures.amend,
        sanctions.MeasureReminded: desks.measures.remind,
        sanctions.MeasureLifted: desks.measures.lift,
    }


def _handover(letter: Letter[Wire]) -> HandoverRow:
    return HandoverRow(
        message_id=letter.message_id,
        type=entry_of(letter.message).name,
        body=letter.message.model_dump_json(),
    )
