"""Adoption by two persons with every breach at once; registers that renew and link."""

from dataclasses import replace

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.registers import JointListRow
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import annual_plan, lottery, registers
from coordinator.services.annual_plan import PlanDraft
from tests.builders import FIRE, MARKET, a_department, a_line, a_source, an_item, an_object
from tests.fakes import FakeStore
from tests.play import Play, fail_after, office

A, B = office("office-a"), office("office-b")


def a_draft(*codes: str) -> PlanDraft:
    lines = tuple(a_line(code, plan_id="other") for code in codes)
    return PlanDraft(plan_id="plan-2026", year=2026, title="计划", lines=lines)


@pytest.fixture
async def store() -> FakeStore:
    store = FakeStore()
    async with store.open_work(A) as work:
        await work.departments.save(a_department(MARKET), a_department(FIRE))
        await work.items.save(an_item("mr-1", MARKET), an_item("fr-1", FIRE))
        await annual_plan.draft_plan(work, a_draft("L1", "L2"))
    return store


async def test_a_draft_keeps_its_lines_under_its_own_plan(store: FakeStore) -> None:
    async with store.open_work(A) as work:
        lines = await work.plan_lines.where(plan_id="plan-2026")

    assert [line.code for line in lines] == ["L1", "L2"]


async def test_who_submitted_does_not_adopt(store: FakeStore) -> None:
    async with store.open_work(A) as work:
        with pytest.raises(RuleBrokenError) as early:
            await annual_plan.adopt_plan(work, "plan-2026", "1号")
        await annual_plan.submit_plan(work, "plan-2026")
        with pytest.raises(RuleBrokenError) as alone:
            await annual_plan.adopt_plan(work, "plan-2026", "1号")
    async with store.open_work(B) as work:
        adopted = await annual_plan.adopt_plan(work, "plan-2026", "1号")
        with pytest.raises(RuleBrokenError) as again:
            await annual_plan.adopt_plan(work, "plan-2026", "2号")

    assert early.value.rule is Rule.MOVE_NOT_ALLOWED
    assert alone.value.rule is Rule.TWO_PERSONS_NEEDED
    assert again.value.rule is Rule.MOVE_NOT_ALLOWED
    assert (adopted.state, adopted.number, adopted.adopted_by) == (
        PlanState.ADOPTED,
        "1号",
        B.name,
    )


async def test_a_breach_that_appears_after_submission_stops_adoption(store: FakeStore) -> None:
    async with store.open_work(A) as work:
        await annual_plan.submit_plan(work, "plan-2026")
        await work.items.remove("fr-1")
    async with store.open_work(B) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await annual_plan.adopt_plan(work, "plan-2026", "1号")

    assert refused.value.rule is Rule.PLAN_BREACHES
    found = {(each["line"], each["rule"]) for each in refused.value.facts["breaches"]}  # type: ignore[attr-defined]
    assert found == {
        (line, rule)
        for line in ("L1", "L2")
        for rule in (Rule.ITEM_NOT_PUBLISHED, Rule.DEPARTMENT_WITHOUT_ITEM)
    }


async def test_a_line_code_that_no_record_can_carry_is_a_breach_of_the_plan(
    store: FakeStore,
) -> None:
    async with store.open_work(A) as work:
        await work.plan_lines.save(a_line("L.3"))
        with pytest.raises(RuleBrokenError) as refused:
            await annual_plan.submit_plan(work, "plan-2026")

    assert [each["line"] for each in refused.value.facts["breaches"]] == ["L.3"]  # type: ignore[attr-defined]


async def test_a_taken_line_code_stores_nothing_of_the_draft(store: FakeStore) -> None:
    draft = replace(a_draft("L2", "L3"), plan_id="plan-2027")

    with pytest.raises(RuleBrokenError) as refused:
        await fail_after(store.open_work, lambda work: annual_plan.draft_plan(work, draft))

    assert refused.value.rule is Rule.ALREADY_EXISTS
    async with store.open_work(A) as work:
        assert await work.plans.find("plan-2027") is None


async def test_only_an_adopted_plan_is_drawn_from(store: FakeStore) -> None:
    order = lottery.RoundOrder(round_id="R1", title="批次", plan_id="plan-2026", lines=("L1",))

    async with store.open_work(A) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await lottery.open_round(work, order)
    assert refused.value.rule is Rule.MOVE_NOT_ALLOWED


async def test_importing_again_renews_and_every_import_leaves_its_report(adopted: Play) -> None:
    renewed = an_object(1, name="新名称")

    async with adopted.work(office()) as work:
        before = await work.objects.count()
        act = await registers.take_in(work, RegisterKind.OBJECTS, [renewed], a_source())

        assert await work.objects.count() == before
        assert await work.objects.get(renewed.object_id) == renewed
        assert await work.imports.get(act.import_id) == act


async def test_a_registered_key_is_not_replaced_by_registering_again(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        before = await work.departments.get(FIRE)
        await registers.register_departments(work, [a_department(FIRE, public_key="{}")])

        assert await work.departments.get(FIRE) == before


async def test_a_row_linked_by_hand_keeps_its_first_item_first(adopted: Play) -> None:
    row = JointListRow(
        number=1,
        domain="餐饮",
        item_text="登记事项检查",
        object_type="企业",
        lead_departments=(MARKET,),
        participants=(FIRE,),
        linked_items=("he-1",),
        source_row=3,
    )
    async with adopted.work(office()) as work:
        await work.joint_list.save(row)
        for item in ("mr-1", "fr-1", "he-2", "mr-1"):
            await registers.link_row(work, 3, item)

        assert (await work.joint_list.get(3)).linked_items == ("he-1", "mr-1", "fr-1", "he-2")
        with pytest.raises(RuleBrokenError) as refused:
            await registers.link_row(work, 3, "unpublished")
    assert refused.value.rule is Rule.NOT_FOUND
