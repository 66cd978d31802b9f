"""A visit of its own is an entry like any other: officers, number, code, notice, coded results."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import DueState
from coordinator.domain.own_visits import Outcome
from coordinator.services import handlers, leads
from tests.builders import FIRE, MARKET
from tests.integration.services.page_clients import page, people
from tests.integration.services.test_joining import (
    CLEAN,
    a_visit_of,
    dues,
    lead_at,
    own_visit,
)
from tests.integration.services.test_joining_pages import CLERK
from tests.play import AUDITOR, ROUND, Play, clerk


async def alone(play: Play) -> Any:
    """Give a lead's check, at a place whose visit is already sent out."""
    await play.publish(ROUND)
    return await lead_at(play, await a_visit_of(play))


async def refusal(play: Play, due_id: str, **changes: Any) -> RuleBrokenError:
    order = replace(await own_visit(play), **changes)
    with pytest.raises(RuleBrokenError) as refused:
        async with play.work(clerk(MARKET)) as work:
            await leads.give_own_visit(work, due_id, order)
    return refused.value


async def officers_of(play: Play, department: str) -> tuple[str, ...]:
    async with play.work(AUDITOR) as work:
        found = await work.inspectors.where(department=department)
    return tuple(each.inspector_id for each in found)


async def test_it_gets_a_number_a_code_and_a_notice_that_the_enterprise_can_check(
    drawn: Play,
) -> None:
    due = await alone(drawn)
    order = await own_visit(drawn)
    async with drawn.work(clerk(MARKET)) as work:
        entry = await leads.give_own_visit(work, due.due_id, order)
        kept = await work.own_visits.get(entry.entry_id)
        numbers = {visit.task_number for visit in await work.visits.where(round_id=ROUND)}
        leader = await work.inspectors.get(kept.officers[0])
    [client] = await people(drawn, CLERK)

    shown = await page(client, f"/console/due-checks/{due.due_id}")
    notice = await client.get(f"/console/due-checks/{due.due_id}/notice.pdf")
    public = await page(client, f"/v/{kept.visit_code}")
    drawn.clock.pass_time(days=1)
    day_after = await page(client, f"/v/{kept.visit_code}")

    assert kept.officers == order.officers
    assert kept.task_number not in numbers
    assert kept.task_number in shown
    assert f"/v/{kept.visit_code}" in shown
    assert notice.status_code == 200
    assert notice.content.startswith(b"%PDF")
    assert "检查码有效" in public
    assert "不是抽签抽中的" in public
    assert leader.name in public
    assert "这个检查码现在无效" in day_after


async def test_it_stands_in_the_file_of_the_enterprise_unless_it_was_called_off(
    drawn: Play,
) -> None:
    due = await alone(drawn)
    order = await own_visit(drawn)
    async with drawn.work(clerk(MARKET)) as work:
        await leads.give_own_visit(work, due.due_id, order)
        subject = (await work.objects.get(due.object_id)).credit_subject
    [client] = await people(drawn, CLERK)
    path = f"/console/enterprises/{subject}"

    before = await page(client, path)
    async with drawn.work(clerk(MARKET)) as work:
        await handlers.call_off_own_visit(work, due.due_id, "当事人停业")
    after = await page(client, path)

    link = f"/console/due-checks/{due.due_id}"
    assert (link in before, link in after) == (True, False)


async def test_a_code_of_a_visit_that_was_called_off_is_not_valid(drawn: Play) -> None:
    due = await alone(drawn)
    order = await own_visit(drawn)
    async with drawn.work(clerk(MARKET)) as work:
        entry = await leads.give_own_visit(work, due.due_id, order)
        code = (await work.own_visits.get(entry.entry_id)).visit_code
        await handlers.call_off_own_visit(work, due.due_id, "当事人停业")
    [client] = await people(drawn, CLERK)

    assert "这个检查码现在无效" in await page(client, f"/v/{code}")


async def test_officers_may_be_named_by_the_numbers_of_their_certificates(drawn: Play) -> None:
    due = await alone(drawn)
    order = await own_visit(drawn)
    async with drawn.work(clerk(MARKET)) as work:
        people = [await work.inspectors.get(code) for code in order.officers]
        numbers = tuple(each.certificate_number for each in people)
        named = replace(order, officers=numbers)
        entry = await leads.give_own_visit(work, due.due_id, named)
        kept = await work.own_visits.get(entry.entry_id)

    assert kept.officers == order.officers


async def test_one_officer_alone_does_not_go(drawn: Play) -> None:
    due = await alone(drawn)
    order = await own_visit(drawn, number=1)

    refused = await refusal(drawn, due.due_id, officers=order.officers * 2)

    assert refused.rule is Rule.TOO_FEW_OFFICERS
    assert (refused.facts["present"], refused.facts["wanted"]) == (1, 2)


@pytest.mark.parametrize("why", ["unknown", "certificate", "leave", "recusal"])
async def test_only_who_may_go_by_the_directory_goes(drawn: Play, why: str) -> None:
    due = await alone(drawn)
    order = await own_visit(drawn)
    person = order.officers[1]
    changes: dict[str, Any] = {"officers": order.officers}
    async with drawn.work(AUDITOR) as work:
        known = await work.inspectors.get(person)
    if why == "unknown":
        changes["officers"] = (order.officers[0], (await officers_of(drawn, FIRE))[0])
        person = changes["officers"][1]
    async with drawn.work(clerk(MARKET)) as work:
        if why == "certificate":
            over = known.model_copy(update={"certificate_to": date(2026, 1, 1)})
            await work.inspectors.save(over)
        if why == "leave":
            away = {"from_date": order.day, "to_date": order.day, "reason": "年假"}
            await work.inspectors.save(
                type(known).model_validate({**known.model_dump(), "absences": [away]})
            )
        if why == "recusal":
            await work.recusals.save(
                (await work.recusals.where())[0].model_copy(
                    update={"person_id": person, "object_id": due.object_id}
                )
            )

    refused = await refusal(drawn, due.due_id, **changes)

    assert refused.rule is Rule.OWN_VISIT_OFFICER_UNFIT
    assert (refused.facts["person"], refused.facts["why"]) == (person, why)


async def test_a_place_of_high_frequency_needs_a_reason_before_contact(drawn: Play) -> None:
    due = await alone(drawn)

    refused = await refusal(drawn, due.due_id, frequency_reason="")

    assert refused.rule is Rule.HIGH_FREQUENCY_UNANSWERED
    async with drawn.work(AUDITOR) as work:
        assert await work.own_visits.count() == 0


async def test_what_it_found_is_said_in_the_codes_of_the_table(drawn: Play) -> None:
    due = await alone(drawn)
    order = await own_visit(drawn)
    async with drawn.work(clerk(MARKET)) as work:
        await leads.give_own_visit(work, due.due_id, order)
    bad = {
        Rule.CODE_UNKNOWN: replace(CLEAN, result_codes=("属实",)),
        Rule.RESULTS_CONTRADICT: replace(CLEAN, result_codes=("1", "3")),
        Rule.PROBLEM_WITHOUT_WORDS: Outcome(result_codes=("3",), follow_up=("rectify",)),
    }

    for rule, outcome in bad.items():
        with pytest.raises(RuleBrokenError) as refused:
            async with drawn.work(clerk(MARKET)) as work:
                await leads.finish_own_visit(work, due.due_id, outcome)
        assert refused.value.rule is rule
    async with drawn.work(clerk(MARKET)) as work:
        done = await leads.finish_own_visit(work, due.due_id, CLEAN)

    [kept] = await dues(drawn)
    assert done.state is DueState.DONE
    assert (kept.result_codes, kept.follow_up, kept.outcome) == (("1",), ("none",), CLEAN.note)
    assert timedelta(0) == drawn.clock.today() - (kept.own_date or date.min)
