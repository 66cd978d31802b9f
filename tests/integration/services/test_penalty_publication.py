"""A penalty shows with its result for its severity's period; everybody learns its end."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.sanctions import PenaltyPublicationEnded, PenaltyPublished
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import ReviewKind
from coordinator.domain.lifecycle import ExchangeState, PublicationState
from coordinator.domain.penalty_publication import Period, PublicationEnd, RepairRequest
from coordinator.domain.policy import ExchangeKind
from coordinator.services import disclosure, duties, exchange, follow_up, handlers
from coordinator.services.follow_up import DecisionUndone
from tests.builders import MARKET
from tests.builders_sanctions import a_case, a_publication, a_repair
from tests.integration.services.follow_up_story import found, sent
from tests.integration.services.platforms import PUBLICITY, Platforms
from tests.integration.services.test_follow_up import decision
from tests.play import AUDITOR, Play, approver, clerk, office

CLERK, CHIEF = clerk(MARKET), approver(MARKET)
REQUEST = RepairRequest(applicant="张", statement="已改正", evidence="照片", verification="属实")


async def punished(play: Play, **changes: object) -> str:
    """Play to a penalty of a published result; gives the case."""
    play.clock.go_to(max(play.clock.today(), date(2026, 4, 8)))
    result = await found(play)
    async with play.work(CLERK) as work:
        case = await follow_up.open_case(work, result.result_id, "线索")
    async with play.work(CHIEF) as work:
        await follow_up.file_case(work, case.case_id, "涉嫌违法", filed=True)
        made = decision(play.clock.today(), **changes)
        await handlers.decide_penalty(work, case.case_id, made)
    return case.case_id


async def publication(play: Play, case_id: str) -> Any:
    async with play.work(AUDITOR) as work:
        [one] = await work.penalty_publications.where(case_id=case_id)
    return one


async def events(play: Play, kind: str) -> int:
    async with play.work(AUDITOR) as work:
        return sum(each.type.startswith(kind) for each in await work.credit_events.where())


async def duty(play: Play) -> Any:
    async with play.work(office()) as work:
        done = await duties.do_duty(work, "renew-penalties")
    assert done is not None
    return done.outcome


async def test_a_penalty_shows_until_its_period_is_over_and_all_learn_its_end(
    dispatched: Play,
) -> None:
    case_id = await punished(dispatched)
    now = await publication(dispatched, case_id)
    async with dispatched.work(office()) as work:
        await exchange.collect_records(work)
    dispatched.clock.go_to(now.shown_until)
    before = await duty(dispatched)
    dispatched.clock.go_to(now.shown_until + timedelta(days=1))

    after = await duty(dispatched)

    over = await publication(dispatched, case_id)
    async with dispatched.work(office()) as work:
        await exchange.collect_records(work)
        told = await work.exchange_records.where(subject=f"{now.publication_id}@1")
    assert now.state is PublicationState.SHOWN
    assert (before["ended"], after["ended"], after["taken_up"]) == (0, 1, 0)
    assert (over.state, over.end) == (PublicationState.ENDED, PublicationEnd.TERM)
    assert await events(dispatched, PenaltyPublished.__name__) == 1
    assert await events(dispatched, PenaltyPublicationEnded.__name__) == 1
    assert MARKET in await sent(dispatched, PenaltyPublicationEnded.__name__)
    assert {each.kind for each in told} == {ExchangeKind.PENALTY, ExchangeKind.PENALTY_END}


async def test_a_repair_by_two_persons_ends_it_after_the_minimum_and_not_before(
    dispatched: Play,
) -> None:
    case_id = await punished(dispatched)
    now = await publication(dispatched, case_id)
    key = now.publication_id
    granted = disclosure.RepairDecision(number="平市监修〔2026〕1号", reason="属实", granted=True)
    async with dispatched.work(CLERK) as work:
        with pytest.raises(RuleBrokenError) as early:
            await disclosure.ask_penalty_repair(work, key, REQUEST)
    dispatched.clock.go_to(now.earliest_date)

    async with dispatched.work(CLERK) as work:
        await disclosure.ask_penalty_repair(work, key, REQUEST)
    async with dispatched.work(CHIEF) as work:
        over = await disclosure.decide_penalty_repair(work, key, granted)

    assert early.value.rule is Rule.PUBLICATION_MINIMUM
    assert (over.end, over.end_document) == (PublicationEnd.REPAIRED, granted.number)
    assert await events(dispatched, PenaltyPublicationEnded.__name__) == 1


async def test_a_revoked_decision_shows_no_more_and_a_light_one_of_no_months_never(
    dispatched: Play,
) -> None:
    case_id = await punished(dispatched, severity="light", publication_months=0)
    light = await publication(dispatched, case_id)
    undone = DecisionUndone(
        undone_by=ReviewKind.COURT,
        document="判决",
        document_date=dispatched.clock.today(),
        reason="程序",
    )

    async with dispatched.work(CHIEF) as work:
        await handlers.revoke_decision(work, case_id, undone)

    over = await publication(dispatched, case_id)
    assert light.state is PublicationState.NOT_SHOWN
    assert (over.end, over.end_document) == (PublicationEnd.REVOKED, "判决")
    assert await events(dispatched, "Penalty") == 0


async def test_no_decision_younger_than_the_first_publication_is_looked_at(adopted: Play) -> None:
    today = adopted.clock.today()
    days = {"former": today - timedelta(days=9), "same-day": today, "young": today + timedelta(1)}
    async with adopted.work(office()) as work:
        await work.cases.add(a_case(case_id=key, decided_date=day) for key, day in days.items())
        before = await disclosure.penalties_to_take_up(work)
        made = a_publication(case_id="former", made_at=work.now())
        await work.penalty_publications.add([made])
        after = await disclosure.penalties_to_take_up(work)

    assert before == ["former", "same-day", "young"]
    assert after == ["same-day"]


async def test_a_decision_without_publication_is_taken_up_and_waits_for_its_severity(
    dispatched: Play,
) -> None:
    case_id = await punished(dispatched)
    async with dispatched.work(office()) as work:
        case = await work.cases.get(case_id)
        [old] = await work.penalty_publications.where(case_id=case_id)
        await work.penalty_publications.remove(old.publication_id)
        await work.cases.save(replace(case, severity=None, publication_months=None))
    outcome = await duty(dispatched)
    waiting = await publication(dispatched, case_id)

    async with dispatched.work(CHIEF) as work:
        period = Period(severity="serious", months=12)
        stated = await disclosure.state_severity(work, waiting.publication_id, period)

    assert outcome["taken_up"] == 1
    assert (waiting.state, waiting.lacks_severity) == (PublicationState.WAITING, True)
    assert (stated.state, stated.severity) == (PublicationState.SHOWN, "serious")


async def test_a_repaired_listing_brings_the_end_forward_to_the_minimum(dispatched: Play) -> None:
    case_id = await punished(dispatched)
    now = await publication(dispatched, case_id)
    repair = a_repair(decision_number="平市监修〔2026〕2号")
    async with dispatched.work(CHIEF) as work:
        await disclosure.end_with_listing(work, repair, case_id)
    shortened = await publication(dispatched, case_id)
    dispatched.clock.go_to(now.earliest_date + timedelta(days=1))

    outcome = await duty(dispatched)

    over = await publication(dispatched, case_id)
    assert (shortened.state, shortened.shown_until) == (PublicationState.SHOWN, now.earliest_date)
    assert outcome["ended"] == 1
    assert (over.end, over.end_document) == (PublicationEnd.REPAIRED, repair.decision_number)


async def taken_back(play: Play, shown: Any) -> Any:
    """Withdraw the result of a penalty that shows; gives what was published of it."""
    async with play.work(CLERK) as work:
        [result] = await work.disclosures.where(result_id=shown.result_id, withdrawn_at=None)
        await disclosure.request_withdrawal(work, result.disclosure_id, "repeated")
    async with play.work(approver(MARKET, "deputy")) as work:
        await disclosure.confirm_withdrawal(work, result.disclosure_id)
    return result


async def published_anew(play: Play, result: Any) -> int:
    """Publish a withdrawn result once more; gives how many penalties show with it."""
    number = result.version + 1
    anew = replace(result, disclosure_id=f"d-anew-{number}", version=number)
    async with play.work(CLERK) as work:
        await work.disclosures.add([anew])
        return await disclosure.publish_penalties(work, result.visit_id, MARKET)


async def test_a_penalty_goes_and_comes_back_with_its_result(dispatched: Play) -> None:
    case_id = await punished(dispatched)
    now = await publication(dispatched, case_id)
    result = await taken_back(dispatched, now)

    gone = await publication(dispatched, case_id)

    assert (gone.state, gone.end) == (PublicationState.WAITING, PublicationEnd.WITHDRAWN)
    assert await events(dispatched, PenaltyPublicationEnded.__name__) == 1
    shown = await published_anew(dispatched, result)
    back = await publication(dispatched, case_id)
    assert (shown, back.state, back.times_shown) == (1, PublicationState.SHOWN, 2)


async def test_a_penalty_that_went_and_came_back_between_two_exchanges_ends_for_platforms_too(
    dispatched: Play, tmp_path: Path
) -> None:
    platforms = Platforms(dispatched, tmp_path)
    now = await publication(dispatched, await punished(dispatched))
    await platforms.exchange()
    withdrawn_at = dispatched.clock.now()
    result = await taken_back(dispatched, now)
    dispatched.clock.go_to(dispatched.clock.today() + timedelta(days=1))
    await published_anew(dispatched, result)

    await platforms.exchange()

    last = [each for each in platforms.told(PUBLICITY) if each["kind"].startswith("penalty")]
    names = [each["record"].removeprefix(f"{PUBLICITY}.") for each in last]
    key = now.publication_id
    assert names == [f"penalty-end.{key}@1", f"penalty.{key}@2"]
    assert last[0]["data"]["reason"] == PublicationEnd.WITHDRAWN
    assert last[0]["data"]["ended_at"] == withdrawn_at.isoformat()
    assert not any((await platforms.exchange()).values())


async def test_every_end_of_a_penalty_that_went_twice_is_told_and_of_what_never_left_none(
    dispatched: Play, tmp_path: Path
) -> None:
    platforms = Platforms(dispatched, tmp_path)
    now = await publication(dispatched, await punished(dispatched))
    await platforms.exchange()
    await published_anew(dispatched, await taken_back(dispatched, now))
    await taken_back(dispatched, now)

    await platforms.exchange()

    kept = await platforms.records(platform=PUBLICITY, kind=ExchangeKind.PENALTY_END)
    states = {each.subject: each.state for each in kept}
    assert states == {
        f"{now.publication_id}@1": ExchangeState.SENT,
        f"{now.publication_id}@2": ExchangeState.CANCELLED,
    }
