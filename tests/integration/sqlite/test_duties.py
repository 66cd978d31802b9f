"""Daily duties are done once per business day, by whichever process comes first."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.daily import do_open_duties
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListingState
from coordinator.domain.registers.acts import Channel, RegisterKind
from coordinator.services import blacklist, duties, listing_effects, registers
from tests.builders import MARKET, NOW, an_object
from tests.builders_sanctions import a_case, a_listing
from tests.play import Play, clerk, office

STALENESS = "stale-registers"


def _parts(play: Play) -> Coordinator:
    """Give the little of the wired coordinator that duties ask for."""
    return cast("Coordinator", SimpleNamespace(around=play.around))


def _months(play: Play) -> int:
    months = play.around.policy.registers.stale_months
    assert months is not None
    return months


def _days(months: int) -> int:
    """Give how many days calendar months are from now on: a year is 365, not 360."""
    assert months % 12 == 0
    return (NOW.replace(year=NOW.year + months // 12) - NOW).days


async def _done(play: Play) -> list[str]:
    return [run.duty for run in await do_open_duties(_parts(play))]


async def _stale_entries(play: Play) -> list[tuple[str, dict[str, Any]]]:
    async with play.work(office()) as work:
        found = await work.audit_entries.where(tag="registers:directory:stale")
    return [(each.subject, dict(each.facts)) for each in found]


async def _add_object(play: Play, number: int) -> None:
    async with play.work(office()) as work:
        await registers.save_entry(
            work, RegisterKind.OBJECTS, an_object(number), Channel.FORM, "test"
        )


async def test_every_duty_is_done_once_a_day_and_again_the_next_day(empty: Play) -> None:
    first = await _done(empty)
    again = await _done(empty)
    empty.clock.pass_time(days=1)
    tomorrow = await _done(empty)

    assert first == tomorrow == list(duties.DUTIES)
    assert again == []
    async with empty.work(office()) as work:
        assert await work.duty_runs.count() == 2 * len(duties.DUTIES)


async def test_two_processes_do_each_duty_once(empty: Play) -> None:
    done = await asyncio.gather(_done(empty), _done(empty))

    assert sorted([*done[0], *done[1]]) == sorted(duties.DUTIES)


async def test_a_duty_that_fails_stays_open_and_leaves_nothing(
    empty: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(work: Any) -> dict[str, object]:
        await work.audit("x:y:z", "half")
        raise ZeroDivisionError

    monkeypatch.setattr(duties, "DUTIES", {"broken": fail})

    with pytest.raises(ZeroDivisionError):
        await _done(empty)

    async with empty.work(office()) as work:
        assert await duties.open_duties(work) == ("broken",)
        assert await work.audit_entries.count() == 0


async def test_a_duty_that_fails_keeps_no_other_from_being_done(
    empty: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_work: Any) -> dict[str, object]:
        raise ZeroDivisionError

    async def do(_work: Any) -> dict[str, object]:
        return {}

    monkeypatch.setattr(duties, "DUTIES", {"first": do, "broken": fail, "last": do})

    with pytest.raises(ZeroDivisionError):
        await _done(empty)

    async with empty.work(office()) as work:
        assert await duties.open_duties(work) == ("broken",)


async def test_one_listing_that_fails_to_expire_keeps_nobody_else_listed(
    empty: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = {
        "state": ListingState.LISTED,
        "decision_number": "1号",
        "listed_at": NOW,
        "term_until": empty.clock.today(),
    }
    async with empty.work(office()) as work:
        await work.cases.add([a_case()])
        await work.listings.add([a_listing(listing_id=f"listing-{n}", **over) for n in "123"])
    expire = blacklist.expire_listing

    async def fail(work: Any, listing_id: str) -> Any:
        if listing_id == "listing-1":
            raise ZeroDivisionError
        return await expire(work, listing_id)

    monkeypatch.setattr(blacklist, "expire_listing", fail)
    with pytest.raises(ZeroDivisionError):
        await _done(empty)
    monkeypatch.undo()
    async with empty.work(office()) as work:
        still = [each.listing_id for each in await blacklist.expired_listings(work)]
        waiting = await duties.open_duties(work)
    await _done(empty)
    async with empty.work(office()) as work:
        run = await work.duty_runs.get((duties.EXPIRING, work.today()))

    assert (still, waiting) == (["listing-1"], (duties.EXPIRING,))
    assert sorted(run.outcome["expired"]) == ["listing-1", "listing-2", "listing-3"]


async def test_one_listing_that_fails_to_be_marked_keeps_no_other_unmarked(
    empty: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    subjects = [an_object(n) for n in (1, 2, 3)]
    on_list = {"state": ListingState.LISTED, "listed_at": NOW, "term_until": None}
    async with empty.work(office()) as work:
        await work.objects.add(subjects)
        await work.listings.add(
            a_listing(
                listing_id=f"listing-{number}",
                subject=each.object_id,
                decision_number=f"{number}号",
                **on_list,
            )
            for number, each in enumerate(subjects, start=1)
        )
    mark = registers.mark_serious

    async def fail(work: Any, mark_of: registers.SeriousMark) -> tuple[str, ...]:
        if mark_of.source == "1号":
            raise ZeroDivisionError
        return await mark(work, mark_of)

    monkeypatch.setattr(registers, "mark_serious", fail)
    with pytest.raises(ZeroDivisionError):
        await _done(empty)
    monkeypatch.undo()
    async with empty.work(office()) as work:
        left = await listing_effects.listings_to_mark(work)
        waiting = await duties.open_duties(work)
    again = await _done(empty)
    async with empty.work(office()) as work:
        marked = [each.serious_list for each in await work.objects.where()]

    assert (left, waiting) == (["listing-1"], (duties.MARKING,))
    assert (again, marked) == ([duties.MARKING], [True, True, True])


async def test_a_directory_untouched_for_the_profiles_months_is_put_on_record_once(
    empty: Play,
) -> None:
    months = _months(empty)
    await _add_object(empty, 1)
    empty.clock.pass_time(days=_days(months) - 1)
    await _done(empty)
    assert await _stale_entries(empty) == []

    for _day in range(3):
        empty.clock.pass_time(days=1)
        await _done(empty)

    assert await _stale_entries(empty) == [
        ("objects", {"months": months, "last": NOW.date().isoformat()})
    ]


async def test_a_directory_that_was_renewed_and_forgotten_again_is_put_on_record_again(
    empty: Play,
) -> None:
    months = _months(empty)
    for number in (1, 2):
        await _add_object(empty, number)
        await _done(empty)
        empty.clock.pass_time(days=_days(months) + 1)
        await _done(empty)

    assert [subject for subject, _facts in await _stale_entries(empty)] == ["objects", "objects"]


async def test_only_the_office_does_duties(empty: Play) -> None:
    async with empty.work(clerk(MARKET)) as work:
        with pytest.raises(RuleBrokenError) as caught:
            await duties.do_duty(work, STALENESS)

    assert caught.value.rule is Rule.ROLE_NOT_ALLOWED


async def test_the_day_of_a_run_is_the_offices_day(empty: Play) -> None:
    empty.clock.at += timedelta(hours=15)  # 00:30 of the next day in the county
    await _done(empty)

    async with empty.work(office()) as work:
        days = {run.day for run in await work.duty_runs.where()}
    assert days == {NOW.date() + timedelta(days=1)}
