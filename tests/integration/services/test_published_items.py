"""Nothing outside a published, valid item is planned, drawn, dispatched or recorded."""

from datetime import date
from typing import Any

import pytest

from coordinator.domain.burden_ledger import Scope
from coordinator.domain.checklist_merge import Outcome
from coordinator.domain.dispatch import WhyLeftOut
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState, TaskState, VisitState
from coordinator.domain.registers.item_list import ProposalAct
from coordinator.services import annual_plan, appraisal, checklist_merge, registers
from coordinator.services.registers import ProposalOrder
from tests.builders import MARKET, a_line
from tests.integration.services.post_box import letters
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
async def test_an_unusable_item_is_left_out_and_the_rest_of_the_round_is_dispatched(
    drawn: Play, how: str
) -> None:
    await spoil(drawn, "mr-1", how)

    await drawn.publish(ROUND)

    reason = WhyLeftOut.ITEM_NOT_PUBLISHED if how == "unpublished" else WhyLeftOut.ITEM_LAPSED
    async with drawn.work(AUDITOR) as work:
        checks = await work.checks.where(round_id=ROUND)
        account = (await checklist_merge.merge_of(work, ROUND)).account()
        states = {visit.state for visit in await work.visits.where(round_id=ROUND)}
        tags = await work.audit_entries.where(tag="dispatch:check:left-out")
    sent = [letter.data for letter in await letters(drawn, "TaskPublished")]
    cards = {card["item"] for data in sent for card in data["checks"]}
    left_out = [check for check in checks if check.left_out]
    assert {(check.item, check.left_out) for check in left_out} == {("mr-1", reason)}
    assert len(left_out) == sum(check.item == "mr-1" for check in checks) == len(tags)
    assert cards == {check.item for check in checks} - {"mr-1"}
    assert account.references(Outcome.DEFERRED) == {reason.value: len(left_out)}
    assert account.number_of_checks == len(checks)
    assert states == {VisitState.PUBLISHED}


async def test_the_last_day_of_a_visit_must_be_valid_too(drawn: Play) -> None:
    async with drawn.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=ROUND)
    last_day = max(visit.date_to for visit in visits)
    await withdraw(drawn, "mr-1", last_day)

    await drawn.publish(ROUND)

    async with drawn.work(AUDITOR) as work:
        checks = await work.checks.where(round_id=ROUND, item="mr-1")
    assert {check.left_out for check in checks} == {WhyLeftOut.ITEM_LAPSED}


async def test_an_organ_with_nothing_left_to_check_stays_at_home(drawn: Play) -> None:
    async with drawn.work(AUDITOR) as work:
        checks = await work.checks.where(round_id=ROUND)
        lead = {visit.visit_id: visit for visit in await work.visits.where(round_id=ROUND)}
    organ = next(iter(lead.values())).lead_department
    for item in sorted({check.item for check in checks if check.department == organ}):
        await spoil(drawn, item, "expired")

    await drawn.publish(ROUND)
    drawn.clock.pass_time(days=20)
    for task in await drawn.tasks(ROUND):
        if task.state is not TaskState.WITHDRAWN:
            await drawn.accept(task)
            await drawn.report(task)

    async with drawn.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=ROUND)
        seats = await work.team.where(round_id=ROUND, department=organ)
        tasks = await work.tasks.where(round_id=ROUND, department=organ)
        counts = await work.burden_counts.where(scope=Scope.ORGAN, code=organ)
        leaders = await work.team.where(round_id=ROUND, leader=True)
    assert {task.state for task in tasks} == {TaskState.WITHDRAWN}
    assert all(organ not in each.departments and organ != each.lead_department for each in visits)
    assert sorted(seat.visit_id for seat in leaders) == sorted(visit.visit_id for visit in visits)
    assert seats == []
    assert sum(count.number for count in counts) == 0
    assert {visit.state for visit in visits} == {VisitState.FINISHED}


async def test_a_visit_with_nothing_left_to_check_is_withdrawn_and_gives_its_room_back(
    drawn: Play,
) -> None:
    async with drawn.work(AUDITOR) as work:
        checks = await work.checks.where(round_id=ROUND)
    for item in sorted({check.item for check in checks}):
        await spoil(drawn, item, "expired")

    await drawn.publish(ROUND)

    async with drawn.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=ROUND)
        counts = await work.burden_counts.where(scope=Scope.TOTAL)
        drawn_round = await work.rounds.get(ROUND)
        completion, _ = await appraisal.indicators(work, ROUND)
    assert await letters(drawn, "TaskPublished") == []
    assert {visit.state for visit in visits} == {VisitState.WITHDRAWN}
    assert sum(count.number for count in counts) == 0
    assert drawn_round.state is RoundState.DISCLOSED
    assert (completion.numerator, completion.denominator) == (0, len(visits))


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
