"""Who has taken in which change of an entry, and who is silent for too long."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.sanctions import ListingAcknowledged
from coordinator.domain.blacklist import ListingAcknowledgement, ListingEvent
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.access import require_office
from coordinator.services.ports import Participant, ParticipantKind, Work
from coordinator.services.shut_outs import shut_outs


@dataclass(frozen=True)
class Receipt:
    """Whether one receiver has a change of an entry.

    Credit systems and departments acknowledge it themselves; `sent_at` tells when the broker took
    the message for a department, which is all that is known of what was told before departments
    acknowledged. Nobody waits for whom the office shut out, at `shut_out_at`, before it answered.
    """

    receiver: str
    is_system: bool
    acknowledged_at: datetime | None
    is_silent: bool
    sent_at: datetime | None = None
    shut_out_at: datetime | None = None


@dataclass(frozen=True)
class _Missing:
    """Who ought to take an event in and has not."""

    systems: tuple[str, ...]
    departments: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.systems or self.departments)


@dataclass(frozen=True)
class _Taken:
    """Who took in which events, and when: systems by number of the log, departments by event.

    `gone` are those who take part no longer, since when.
    """

    systems: Mapping[tuple[str, int], datetime]
    departments: Mapping[tuple[str, str], datetime]
    gone: Mapping[Participant, datetime]

    def missing(self, event: ListingEvent) -> _Missing:
        """Name everybody who has not taken an event in, whoever is shut out among them."""
        asked = event.departments if event.asks_departments else ()
        return _Missing(
            tuple(code for code in event.systems if (code, event.number) not in self.systems),
            tuple(code for code in asked if (event.event_id, code) not in self.departments),
        )

    def awaited(self, event: ListingEvent) -> _Missing:
        """Name those who are still waited for: who is shut out can't take anything in."""
        missing = self.missing(event)
        return _Missing(
            tuple(code for code in missing.systems if self.system_gone(code) is None),
            tuple(code for code in missing.departments if self.department_gone(code) is None),
        )

    def system_gone(self, code: str) -> datetime | None:
        """Give since when a credit system is shut out."""
        return self.gone.get(Participant(ParticipantKind.CREDIT_SYSTEM, code))

    def department_gone(self, code: str) -> datetime | None:
        """Give since when a department is shut out."""
        return self.gone.get(Participant(ParticipantKind.DEPARTMENT, code))

    def complete_at(self, event: ListingEvent) -> datetime:
        """Give when the last receiver took an event in that nobody misses any more."""
        times = [self.systems[code, event.number] for code in event.systems]
        if event.asks_departments:
            times += [self.departments[event.event_id, code] for code in event.departments]
        return max(times, default=event.told_at)


async def receive_acknowledgement(
    work: Work, department: str, message: ListingAcknowledged
) -> None:
    """Note that a department has taken in one change of an entry, once."""
    event_id = f"{message.listing_id}.{message.sequence}"
    event = await work.listing_events.get(event_id)
    if department not in event.departments:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="listing_event", key=f"{event_id}/{department}")
    key = f"{event_id}.{department}"
    if await work.listing_acknowledgements.find(key) is not None:
        return
    acknowledgement = ListingAcknowledgement(
        acknowledgement_id=key,
        event_id=event_id,
        listing_id=event.listing_id,
        department=department,
        acknowledged_at=work.now(),
    )
    await work.listing_acknowledgements.add([acknowledgement])


async def receipts_of(
    work: Work, listing_id: str
) -> Sequence[tuple[ListingEvent, Sequence[Receipt]]]:
    """Give every change of an entry in order, with who has it."""
    events = sorted(
        await work.listing_events.where(listing_id=listing_id), key=lambda each: each.sequence
    )
    taken, sent = await _acknowledged(work, events), await _sent(work, events)
    limit = _silent_before(work)
    return [
        (
            each,
            [
                *_of_systems(each, taken, limit),
                *_of_departments(each, taken, sent, limit),
            ],
        )
        for each in events
    ]


async def unacknowledged(work: Work, listing_id: str) -> Sequence[str]:
    """Name the credit systems that take part and have not taken in every change of an entry."""
    return sorted(
        {
            each.receiver
            for _event, receipts in await receipts_of(work, listing_id)
            for each in receipts
            if each.is_system and each.acknowledged_at is None and each.shut_out_at is None
        }
    )


async def note_silence(work: Work) -> Mapping[str, object]:
    """Put every receiver on record that is silent for longer than the policy's hours, once.

    A change that only somebody shut out misses stays open, for whoever may take part again.
    """
    require_office(work)
    waiting = await work.listing_events.where(acknowledged_at=None)
    taken = await _acknowledged(work, waiting)
    limit = _silent_before(work)
    noted = []
    for each in waiting:
        if not taken.missing(each):
            done = taken.complete_at(each)
            await work.listing_events.save(replace(each, acknowledged_at=done))
        elif each.told_at <= limit and await _note(work, each, taken.awaited(each)):
            noted.append(each.event_id)
    return {"silent": noted}


async def silent_events(work: Work) -> Sequence[ListingEvent]:
    """Give the changes that some receiver ought to have acknowledged by now."""
    waiting = await work.listing_events.where(acknowledged_at=None)
    taken = await _acknowledged(work, waiting)
    limit = _silent_before(work)
    return [each for each in waiting if each.told_at <= limit and taken.awaited(each)]


async def _note(work: Work, event: ListingEvent, missing: _Missing) -> bool:
    """Put those on record that were not yet; says whether there were any."""
    fresh = tuple(code for code in missing.systems if code not in event.silent)
    quiet = tuple(code for code in missing.departments if code not in event.silent_departments)
    if not fresh and not quiet:
        return False
    await work.listing_events.save(
        replace(
            event,
            silent=(*event.silent, *fresh),
            silent_departments=(*event.silent_departments, *quiet),
        )
    )
    await work.audit(
        "blacklist:acknowledgement:silent",
        event.listing_id,
        systems=list(fresh),
        departments=list(quiet),
        event=event.kind,
    )
    return True


def _silent_before(work: Work) -> datetime:
    return work.now() - timedelta(hours=work.policy.sanctions.acknowledgement_hours)


def _of_systems(event: ListingEvent, taken: _Taken, limit: datetime) -> Iterable[Receipt]:
    awaited = taken.awaited(event).systems
    for code in event.systems:
        at = taken.systems.get((code, event.number))
        silent = code in awaited and event.told_at <= limit
        gone = taken.system_gone(code) if at is None else None
        yield Receipt(code, True, at, silent, shut_out_at=gone)


def _of_departments(
    event: ListingEvent, taken: _Taken, sent: Mapping[str, datetime], limit: datetime
) -> Iterable[Receipt]:
    awaited = taken.awaited(event).departments
    for code, message in event.departments.items():
        at = taken.departments.get((event.event_id, code))
        silent = code in awaited and event.told_at <= limit
        gone = taken.department_gone(code) if at is None else None
        yield Receipt(code, False, at, silent, sent_at=sent.get(message), shut_out_at=gone)


async def _acknowledged(work: Work, events: Iterable[ListingEvent]) -> _Taken:
    known = tuple(events)
    numbers = tuple(each.number for each in known)
    ids = tuple(each.event_id for each in known)
    if not known:
        return _Taken({}, {}, {})
    return _Taken(
        {
            (each.system, each.number): each.acknowledged_at
            for each in await work.credit_acknowledgements.where(number=numbers)
        },
        {
            (each.event_id, each.department): each.acknowledged_at
            for each in await work.listing_acknowledgements.where(event_id=ids)
        },
        await shut_outs(work),
    )


async def _sent(work: Work, events: Iterable[ListingEvent]) -> Mapping[str, datetime]:
    messages = tuple(each for event in events for each in event.departments.values())
    if not messages:
        return {}
    return {
        each.message_id: each.sent_at
        for each in await work.outgoing.where(message_id=messages)
        if each.sent_at is not None
    }
