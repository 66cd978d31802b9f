"""The clocks of whoever waits to leave a list, and who has taken in that somebody left."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.clocks import ClockReminded
from contracts.sanctions import ListingAcknowledged
from contracts.vocabulary import DelistingReason
from coordinator.domain.blacklist import Listing
from coordinator.domain.credit_repair import RepairChannel
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListingState
from coordinator.domain.overdue import Light, OpenClock
from coordinator.services import blacklist, credit_repair, handlers, overdue
from coordinator.services.ports import Actor, Participant, ParticipantKind, Role
from coordinator.services.shut_outs import participant_tag
from tests.builders import HEALTH, MARKET, NOW, POLICY, a_department, an_object
from tests.builders_sanctions import a_case, a_listing, a_listing_event
from tests.fakes import FakeStore
from tests.play import AUDITOR, approver, clerk, office

CHIEF, DEPUTY, DUTIES = approver(MARKET), approver(MARKET, "deputy"), office("daily-duties")
PUBLIC = Actor(name="public", role=Role.OFFICE)
DECIDED = NOW.date() - timedelta(days=500)
LISTED = a_listing(
    state=ListingState.LISTED,
    decision_number="1号",
    decision_date=DECIDED,
    decided_by=CHIEF.name,
    confirmed_by=DEPUTY.name,
    listed_at=NOW - timedelta(days=500),
    term_until=DECIDED + timedelta(days=1095),
    sequence=1,
)
APPLICATION = credit_repair.Application(applicant="甲", statement="已改正", evidence="照片")


@pytest.fixture
async def store() -> FakeStore:
    """Give a county with two organs where one subject is listed."""
    store = FakeStore(at=NOW)
    async with store.open_work(clerk(MARKET)) as work:
        await work.cases.save(a_case())
        await work.departments.save(a_department(MARKET), a_department(HEALTH))
        await work.objects.save(an_object(1))
        await work.listings.save(LISTED)
    return store


async def do(store: FakeStore, actor: Actor, act: Callable[[Any], Awaitable[Any]]) -> Any:
    async with store.open_work(actor) as work:
        return await act(work)


async def asked_to_delist(store: FakeStore, number: str = "撤1号") -> Listing:
    found: Listing = await do(
        store,
        CHIEF,
        lambda w: blacklist.request_delisting(
            w, LISTED.listing_id, DelistingReason.REVOKED, number
        ),
    )
    return found


async def clocks(store: FakeStore) -> dict[str, OpenClock]:
    found = await do(store, AUDITOR, overdue.open_clocks)
    return {each.kind: each for each in found}


def _reminders(store: FakeStore) -> list[tuple[str, ClockReminded]]:
    return [(to, each) for to, each in store.post.sent if isinstance(each, ClockReminded)]


def go_to(store: FakeStore, day: date) -> None:
    store.at = datetime.combine(day, store.at.timetz())


async def test_a_requested_delisting_has_a_day_by_which_a_second_person_answers(
    store: FakeStore,
) -> None:
    asked = await asked_to_delist(store)
    due = await do(store, AUDITOR, lambda w: _after(w, POLICY.delisting_working_days))
    running = (await clocks(store))["delisting"]

    go_to(store, due.due_date + timedelta(days=3))
    late = (await clocks(store))["delisting"]
    kept = await do(
        store, DEPUTY, lambda w: blacklist.reject_delisting(w, LISTED.listing_id, "依据充分")
    )

    assert (asked.delisting_requested_at, asked.delisting_due) == (NOW, due.due_date)
    assert asked.delisting_basis == due.basis
    assert (running.light, late.light) == (Light.RUNNING, Light.RED)
    assert (running.department, running.subject) == (MARKET, LISTED.listing_id)
    assert (kept.delisting_requested_at, kept.delisting_due) == (None, None)
    assert "delisting" not in await clocks(store)


async def test_the_clock_of_a_delisting_ends_with_it_and_keeps_when_it_was_asked_for(
    store: FakeStore,
) -> None:
    await asked_to_delist(store)

    gone = await do(store, DEPUTY, lambda w: handlers.confirm_delisting(w, LISTED.listing_id))

    assert gone.state is ListingState.DELISTED
    assert gone.delisting_requested_at == NOW
    assert "delisting" not in await clocks(store)


async def test_a_public_application_has_its_clock_from_the_day_it_came(store: FakeStore) -> None:
    asked = await do(
        store,
        PUBLIC,
        lambda w: credit_repair.apply_in_public(w, LISTED.listing_id, "1号", APPLICATION),
    )
    days = POLICY.credit_repair.decision_working_days if POLICY.credit_repair else 0
    due = await do(store, AUDITOR, lambda w: _after(w, days))

    clock = (await clocks(store))["repair"]

    assert (asked.channel, asked.is_taken_up) == (RepairChannel.PUBLIC, False)
    assert (clock.due_date, clock.department) == (due.due_date, MARKET)
    assert asked.decision_basis == due.basis


async def test_the_organ_is_reminded_of_both_when_they_are_due_and_when_they_are_late(
    store: FakeStore,
) -> None:
    await asked_to_delist(store)
    due = (await clocks(store))["delisting"].due_date
    numbers = []
    for days in (-1, 0, 1, 3, 30):
        go_to(store, due + timedelta(days=days))
        await do(store, DUTIES, overdue.remind_departments)
        numbers.append(len(_reminders(store)))

    told = _reminders(store)
    assert numbers == [0, 1, 1, 2, 2]
    assert {to for to, _ in told} == {MARKET}
    assert [(m.clock, m.about, m.number, m.days_over) for _, m in told] == [
        ("delisting", LISTED.listing_id, 1, 0),
        ("delisting", LISTED.listing_id, 2, 3),
    ]
    assert told[0][1].name == LISTED.subject_name


async def test_departments_acknowledge_a_change_once_and_whoever_does_not_is_noted(
    store: FakeStore,
) -> None:
    event = a_listing_event(
        systems=(), silent=(), departments={MARKET: "m-1", HEALTH: "m-2"}, asks_departments=True
    )
    answer = ListingAcknowledged(listing_id=event.listing_id, sequence=event.sequence)

    async def taken(department: str) -> None:
        await do(store, office("inbound"), lambda w: handlers.handle(w, department, answer))

    await do(store, AUDITOR, lambda w: w.listing_events.save(event))
    await taken(MARKET)
    await taken(MARKET)
    store.at += timedelta(hours=POLICY.sanctions.acknowledgement_hours)
    first = await do(store, DUTIES, blacklist.note_silence)
    again = await do(store, DUTIES, blacklist.note_silence)
    silent = await do(store, AUDITOR, blacklist.silent_events)
    [(_event, receipts)] = await do(
        store, AUDITOR, lambda w: blacklist.receipts_of(w, event.listing_id)
    )
    with pytest.raises(RuleBrokenError) as stranger:
        await taken("ecology-environment")
    await taken(HEALTH)
    await do(store, DUTIES, blacklist.note_silence)
    [done] = store.collections["listing_events"].values.values()

    assert (first, again) == ({"silent": [event.event_id]}, {"silent": []})
    assert [each.event_id for each in silent] == [event.event_id]
    assert {each.receiver: (each.acknowledged_at, each.is_silent) for each in receipts} == {
        MARKET: (NOW, False),
        HEALTH: (None, True),
    }
    assert stranger.value.rule is Rule.NOT_FOUND
    assert done.silent_departments == (HEALTH,)
    assert done.acknowledged_at == store.at


async def test_what_departments_were_told_before_they_acknowledged_raises_no_alarm(
    store: FakeStore,
) -> None:
    event = a_listing_event(systems=(), silent=())
    await do(store, AUDITOR, lambda w: w.listing_events.save(event))
    store.at += timedelta(hours=2 * POLICY.sanctions.acknowledgement_hours)

    noted = await do(store, DUTIES, blacklist.note_silence)
    [done] = store.collections["listing_events"].values.values()

    assert noted == {"silent": []}
    assert done == replace(event, acknowledged_at=event.told_at)


async def _after(work: Any, days: int) -> Any:
    return work.calendar.after(work.today(), days)


async def test_nobody_waits_for_a_receiver_that_was_shut_out_until_it_takes_part_again(
    store: FakeStore,
) -> None:
    event = a_listing_event(
        systems=("county", "city"),
        departments={MARKET: "m-1", HEALTH: "m-2"},
        asks_departments=True,
    )
    gone = (
        Participant(ParticipantKind.CREDIT_SYSTEM, "city"),
        Participant(ParticipantKind.DEPARTMENT, HEALTH),
    )

    async def told(what: str) -> None:
        for each in gone:
            tag = participant_tag(what)
            await do(store, DUTIES, lambda w, e=each, t=tag: w.audit(t, e.code, kind=e.kind.value))

    await do(store, AUDITOR, lambda w: w.listing_events.save(event))
    store.at += timedelta(hours=2 * POLICY.sanctions.acknowledgement_hours)
    await told("shut-out")
    at = store.at
    missing = await do(store, AUDITOR, lambda w: blacklist.unacknowledged(w, event.listing_id))
    [(_event, receipts)] = await do(
        store, AUDITOR, lambda w: blacklist.receipts_of(w, event.listing_id)
    )
    await do(store, DUTIES, blacklist.note_silence)
    [noted] = store.collections["listing_events"].values.values()
    await told("provisioned")
    again = await do(store, AUDITOR, lambda w: blacklist.unacknowledged(w, event.listing_id))

    assert missing == ["county"]
    assert {each.receiver: (each.is_silent, each.shut_out_at) for each in receipts} == {
        "county": (True, None),
        "city": (False, at),
        MARKET: (True, None),
        HEALTH: (False, at),
    }
    assert (noted.silent, noted.silent_departments) == (("county",), (MARKET,))
    assert again == ["city", "county"]
