"""High frequency is answered for before a plan is submitted and before visits are sent out."""

import pytest

from coordinator.domain.annual_plan import Selection
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState, RoundState
from coordinator.services import annual_plan, checklist_merge, dispatch, handlers
from tests.builders import a_line
from tests.integration.services.page_clients import act, page, people
from tests.integration.services.test_joining_pages import CHIEF
from tests.integration.services.test_plan_lines_drawn import AUTUMN
from tests.play import AUDITOR, ROUND, Play, office

REASON = "同一季度的法定检查，窗口不能合并"


async def refusal_to_publish(play: Play) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as refused:
        async with play.work(office()) as work:
            await handlers.publish_visits(work, ROUND)
    return refused.value


async def entered_before(play: Play, number: int) -> list[str]:
    """Let so many places of the drawn round have been entered a few days before."""
    async with play.work(office()) as work:
        visits = (await work.visits.where(round_id=ROUND))[:number]
        for visit in visits:
            contact = checklist_merge.Contact(
                place=visit.place,
                department=visit.lead_department,
                day=work.today(),
                code="complaint",
                note="12345 转办",
            )
            await checklist_merge.log_contact(work, contact)
    return [visit.place for visit in visits]


async def test_visits_to_places_of_high_frequency_are_not_sent_out_without_a_reason(
    drawn: Play,
) -> None:
    places = await entered_before(drawn, 2)

    refused = await refusal_to_publish(drawn)
    async with drawn.work(office()) as work:
        warned = await dispatch.frequency_of_round(work, ROUND)
        await dispatch.answer_for_round(work, ROUND, REASON)
    await drawn.publish(ROUND)

    assert refused.rule is Rule.HIGH_FREQUENCY_UNANSWERED
    assert refused.facts == {"subject": ROUND, "found": 2, "number": 2}
    assert sorted(each.place for each in warned) == sorted(places)
    async with drawn.work(AUDITOR) as work:
        assert (await work.rounds.get(ROUND)).state is RoundState.DISPATCHED
        [told] = await work.audit_entries.where(tag="burden:frequency:answered")
    assert (told.facts["places"], told.facts["reason"]) == (2, REASON)


async def test_a_reason_does_not_answer_for_what_is_warned_of_later(drawn: Play) -> None:
    await entered_before(drawn, 1)
    async with drawn.work(office()) as work:
        await dispatch.answer_for_round(work, ROUND, REASON)
    await entered_before(drawn, 2)

    refused = await refusal_to_publish(drawn)

    assert refused.facts == {"subject": ROUND, "found": 2, "number": 1}


async def test_where_nothing_is_warned_of_there_is_nothing_to_answer(drawn: Play) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        async with drawn.work(office()) as work:
            await dispatch.answer_for_round(work, ROUND, REASON)

    assert refused.value.rule is Rule.NOTHING_TO_ANSWER


async def test_the_page_of_a_round_lists_the_places_and_takes_the_reason(drawn: Play) -> None:
    await entered_before(drawn, 1)
    [client] = await people(drawn, CHIEF)

    before = await page(client, f"/console/rounds/{ROUND}")
    await act(client, f"/rounds/{ROUND}/high-frequency", reason=REASON)
    seen = (await client.get(f"/v1/rounds/{ROUND}/high-frequency")).json()

    assert "本批次有 1 处场所达到预警" in before
    assert f"/console/acts/answer-round-frequency/{ROUND}" in before
    assert (seen["number"], seen["reasons"]) == (1, [REASON])
    assert REASON in await page(client, f"/console/rounds/{ROUND}")


async def test_a_plan_that_visits_somebody_often_for_certain_needs_a_reason(adopted: Play) -> None:
    often = a_line(
        "B1",
        selection=Selection.ALL,
        strata={},
        times_a_year=2,
        later_windows=(AUTUMN,),
    )
    draft = annual_plan.PlanDraft(
        plan_id="b",
        year=2026,
        title="计划",
        lines=(often,),
        overrides={"plan.general_ratio_max": "1"},
    )
    async with adopted.work(office("office-a")) as work:
        await annual_plan.draft_plan(work, draft)

    with pytest.raises(RuleBrokenError) as refused:
        async with adopted.work(office("office-a")) as work:
            await annual_plan.submit_plan(work, "b")
    async with adopted.work(office("office-a")) as work:
        await annual_plan.answer_for_plan(work, "b", REASON)
        plan = await annual_plan.submit_plan(work, "b")

    assert refused.value.rule is Rule.HIGH_FREQUENCY_UNANSWERED
    assert plan.state is PlanState.SUBMITTED
