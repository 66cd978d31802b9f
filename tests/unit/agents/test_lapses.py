"""An item that lapses while a visit is under way is neither asked nor recorded outside its days."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.tasks import ItemsLapsed, LapsedItemCard
from department_agents.refusals import AnswerRefusedError, Flaw
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import a_check, a_finding, a_report, a_task
from tests.unit.agents.test_desk import FORM, VISIT

TOLD = datetime(2026, 11, 21, 1, tzinfo=UTC)
LAPSED = LapsedItemCard(
    item="F-02",
    item_name="消防设施检查",
    valid_from=date(2020, 1, 1),
    valid_to=date(2026, 11, 20),
)
BOTH = [a_finding(), a_finding("F-02")]


def told(*items: LapsedItemCard, at: datetime = TOLD) -> ItemsLapsed:
    return ItemsLapsed(visit_id=VISIT, department="fire", told_at=at, items=items)


async def begun(at_work: AgentAtWork) -> Any:
    """Accept a visit with two items, of which one ended yesterday; gives the counter's take."""
    checks = (a_check(), a_check("F-02", item_name="消防设施检查"))
    await at_work.receive(a_task(checks=checks))
    await at_work.receive(told(LAPSED))
    take = at_work.agent.counter.take
    await take("TaskAccepted", {"visit_id": VISIT, "accepted_by": "王五"})
    return take


async def flaws(take: Any, **changes: Any) -> list[tuple[Flaw, str]]:
    with pytest.raises(AnswerRefusedError) as refused:
        await take("FindingsSubmitted", a_report(**changes))
    return [(one.flaw, one.expected) for one in refused.value.refusals]


async def test_a_lapsed_item_is_not_missed_and_refused_with_its_days(at_work: AgentAtWork) -> None:
    take = await begun(at_work)

    recorded = await flaws(take, findings=BOTH)
    await take("FindingsSubmitted", a_report())

    assert recorded == [(Flaw.ITEM_LAPSED, "2020-01-01/2026-11-20")]


async def test_on_its_last_day_it_is_still_asked(at_work: AgentAtWork) -> None:
    take = await begun(at_work)
    last_day = {"visited_date": "2026-11-20"}

    missed = await flaws(take, **last_day)
    await take("FindingsSubmitted", a_report(findings=BOTH, **last_day))

    assert [flaw for flaw, _ in missed] == [Flaw.FINDING_MISSING]


async def test_what_was_told_last_counts_even_if_it_came_first(at_work: AgentAtWork) -> None:
    take = await begun(at_work)
    await at_work.receive(told(at=datetime(2026, 11, 21, 3, tzinfo=UTC)))
    await at_work.receive(told(LAPSED, at=datetime(2026, 11, 21, 2, tzinfo=UTC)))

    assert [flaw for flaw, _ in await flaws(take)] == [Flaw.FINDING_MISSING]


async def test_the_desk_leaves_it_out_and_says_why(desk: Desk, at_work: AgentAtWork) -> None:
    await begun(at_work)
    await desk.log_in()
    here = f"/visits/{VISIT}"

    page = (await desk.client.get(here)).text
    day_before = await desk.submit(f"{here}/findings", FORM | {"visited_date": "2026-11-20"})
    sent = await desk.submit(f"{here}/findings", FORM)

    assert "消防设施检查”在检查当日没有效力（有效期 2020-01-01 至 2026-11-20）" in page
    assert 'name="c0.checked"' in page
    assert 'name="c1.checked"' not in page
    assert 'name="c1.checked"' in day_before.text  # on that day it was still asked
    assert sent.status_code == 303, sent.text
