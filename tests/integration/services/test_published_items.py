"""Nothing outside a published, valid item is planned, drawn, dispatched or recorded."""

from datetime import date
from typing import Any

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState, VisitState
from coordinator.domain.registers.item_list import ProposalAct
from coordinator.services import annual_plan, registers
from coordinator.services.registers import ProposalOrder
from tests.builders import MARKET, a_line
from tests.play import AUDITOR, ROUND, Play, clerk, office

HOWS = ("unpublished", "expired", "not-yet-valid")


async def spoil(play: Play, code: str, how: str) -> None:
    """Make an item unusable in April and May: unknown, ended in March, or from next year."""
    async with play.work(office()) as work:
        item = await work.items.get(code)
        await work.items.remove(code)
        if how == "expired":
            await work.items.save(item.model_copy(update={"valid_to": date(2026, 3, 31)}))
        elif how == "not-yet-valid":
            await work.items.save(item.model_copy(update={"valid_from": date(2027, 1, 1)}))


async def withdraw(play: Play, code: str, day: date) -> None:
    """End an item through a version of the list, from a day on."""
    order = ProposalOrder(act=ProposalAct.WITHDRAW, code=code, item=None, reason="依据已废止")
    async with play.work(clerk(MARKET)) as work:
        proposal = await registers.propose_item(work, order)
    async with play.work(office("office-a")) as work:
        draft = await registers.merge_proposals(work, [proposal.proposal_id])
    async with play.work(office("office-b")) as work:
        await registers.publish_item_list(work, draft.list_id, "平联办〔2026〕9号", day)


async def refusal(attempt: Any) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as refused:
        await attempt
    return refused.value


@pytest.mark.parametrize("how", HOWS)
async def test_a_plan_with_an_unusable_item_is_not_adopted(adopted: Play, how: str) -> None:
    draft = annual_plan.PlanDraft(
        plan_id="plan-b", year=2026, title="计划", lines=(a_line("B1"), a_line("B2"))
    )
    async with adopted.work(office("office-a")) as work:
        await annual_plan.draft_plan(work, draft)
        await annual_plan.submit_plan(work, "plan-b")
    await spoil(adopted, "mr-1", how)

    async with adopted.work(office("office-b")) as work:
        refused = await refusal(annual_plan.adopt_plan(work, "plan-b", "1号"))

    wanted = Rule.ITEM_NOT_PUBLISHED if how == "unpublished" else Rule.ITEM_NOT_VALID
    told: Any = refused.facts["breaches"]
    assert refused.rule is Rule.PLAN_BREACHES
    assert {each["line"] for each in told if each["rule"] == wanted} == {"B1", "B2"}


@pytest.mark.parametrize("how", HOWS)
async def test_a_line_with_an_unusable_item_opens_no_round(adopted: Play, how: str) -> None:
    await spoil(adopted, "mr-1", how)

    refused = await refusal(adopted.open_round(ROUND, "L1"))

    wanted = Rule.ITEM_NOT_PUBLISHED if how == "unpublished" else Rule.ITEM_NOT_VALID
    assert (refused.rule, refused.facts["line"], refused.facts["item"]) == (wanted, "L1", "mr-1")
    async with adopted.work(AUDITOR) as work:
        assert await work.rounds.find(ROUND) is None


@pytest.mark.parametrize("how", HOWS)
async def test_a_round_whose_item_became_unusable_is_not_frozen(adopted: Play, how: str) -> None:
    await adopted.open_round(ROUND, "L1")
    await spoil(adopted, "mr-1", how)

    refused = await refusal(adopted.freeze(ROUND))

    wanted = Rule.ITEM_NOT_PUBLISHED if how == "unpublished" else Rule.ITEM_NOT_VALID
    assert (refused.rule, refused.facts["item"]) == (wanted, "mr-1")
    async with adopted.work(AUDITOR) as work:
        assert (await work.rounds.get(ROUND)).state is RoundState.OPEN


@pytest.mark.parametrize("how", HOWS)
async def test_a_visit_with_an_unusable_item_is_not_dispatched(drawn: Play, how: str) -> None:
    await spoil(drawn, "mr-1", how)

    refused = await refusal(drawn.publish(ROUND))

    wanted = Rule.VISIT_ITEM_NOT_PUBLISHED if how == "unpublished" else Rule.VISIT_ITEM_NOT_VALID
    assert (refused.rule, refused.facts["item"]) == (wanted, "mr-1")
    async with drawn.work(AUDITOR) as work:
        states = {visit.state for visit in await work.visits.where(round_id=ROUND)}
        assert states == {VisitState.DRAWN}
        assert await work.outgoing.count(type="gov.onevisit.TaskPublished.v1") == 0


async def test_the_last_day_of_a_visit_must_be_valid_too(drawn: Play) -> None:
    async with drawn.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=ROUND)
    last_day = max(visit.date_to for visit in visits)
    await withdraw(drawn, "mr-1", last_day)

    refused = await refusal(drawn.publish(ROUND))

    assert refused.rule is Rule.VISIT_ITEM_NOT_VALID
    assert refused.facts["last_day"] == last_day.isoformat()


@pytest.mark.parametrize("how", HOWS)
async def test_a_finding_about_an_unusable_item_is_not_recorded(dispatched: Play, how: str) -> None:
    [task, *_] = [t for t in await dispatched.tasks(ROUND) if t.department == MARKET]
    message = await dispatched.findings(task)
    await spoil(dispatched, "mr-1", how)

    refused = await refusal(dispatched.receive(MARKET, message))

    wanted = Rule.VISIT_ITEM_NOT_PUBLISHED if how == "unpublished" else Rule.FINDING_ITEM_NOT_VALID
    assert (refused.rule, refused.facts["item"]) == (wanted, "mr-1")
    async with dispatched.work(AUDITOR) as work:
        assert await work.results.count(visit_id=task.visit_id) == 0


async def test_an_item_that_ended_before_the_visit_is_not_missed_in_the_report(
    dispatched: Play,
) -> None:
    [task, *_] = [t for t in await dispatched.tasks(ROUND) if t.department == MARKET]
    message = await dispatched.findings(task)
    await spoil(dispatched, "mr-1", "expired")
    rest = tuple(each for each in message.findings if each.item != "mr-1")

    await dispatched.receive(MARKET, message.model_copy(update={"findings": rest}))

    async with dispatched.work(AUDITOR) as work:
        assert (await work.tasks.get(task.task_id)).report_version == 1
        assert await work.results.count(visit_id=task.visit_id) == len(rest)
