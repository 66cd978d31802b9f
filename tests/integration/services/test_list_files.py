"""Lists that come as files: a version each, nothing twice, and people's links outlive them."""

from datetime import date, timedelta

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import JointListRow
from coordinator.domain.registers.acts import Channel, RegisterAct, RegisterKind
from coordinator.services import registers
from coordinator.services.registers import Source
from tests.builders import FIRE, MARKET, NOW, an_item
from tests.play import AUDITOR, Play, office


def a_row(**changes: object) -> JointListRow:
    values = {
        "number": 1,
        "domain": "餐饮",
        "item_text": "登记事项检查",
        "object_type": "企业",
        "lead_departments": (MARKET,),
        "participants": (FIRE,),
        "source_row": 3,
    }
    return JointListRow.model_validate(values | changes)


async def take(play: Play, kind: RegisterKind, *values: object, **order: object) -> RegisterAct:
    mapping = {"list": order} if order else None
    source = Source(name="list.xlsx", channel=Channel.COMMAND, mapping=mapping)
    async with play.work(office()) as work:
        return await registers.take_in(work, kind, list(values), source)


async def test_an_item_list_as_a_file_is_a_version_with_its_number_and_day(adopted: Play) -> None:
    later = NOW.date() + timedelta(days=30)
    act = await take(
        adopted,
        RegisterKind.ITEM_LIST,
        an_item("mr-1", name="新名称"),
        file_number="平市监〔2026〕4号",
        effective_date=later.isoformat(),
    )

    async with adopted.work(AUDITOR) as work:
        *_former, version = await registers.published_lists(work)
        item = await work.items.get("mr-1")
    assert (act.number_added, act.number_changed) == (0, 1)
    assert (version.file_number, version.effective_date) == ("平市监〔2026〕4号", later)
    assert item.name == "事项mr-1"


async def test_the_same_item_list_again_is_all_unchanged_and_no_version(adopted: Play) -> None:
    async with adopted.work(AUDITOR) as work:
        items = list(await work.items.where())
        before = len(await registers.published_lists(work))

    act = await take(
        adopted,
        RegisterKind.ITEM_LIST,
        *(item.model_copy(update={"source": "again.xlsx#9"}) for item in items),
    )

    async with adopted.work(AUDITOR) as work:
        assert len(await registers.published_lists(work)) == before
    assert (act.number_added, act.number_changed) == (0, 0)
    assert act.number_unchanged == len(items)


async def test_a_file_with_a_taken_number_is_refused_whole(adopted: Play) -> None:
    await take(adopted, RegisterKind.ITEM_LIST, an_item("mr-7"), file_number="4号")

    with pytest.raises(RuleBrokenError) as refused:
        await take(adopted, RegisterKind.ITEM_LIST, an_item("mr-8"), file_number="4号")

    assert refused.value.rule is Rule.LIST_NUMBER_TAKEN
    async with adopted.work(AUDITOR) as work:
        assert await work.items.find("mr-8") is None


async def test_a_link_by_hand_outlives_the_same_list_again(adopted: Play) -> None:
    await take(adopted, RegisterKind.JOINT_LIST, a_row())
    async with adopted.work(office()) as work:
        await registers.link_row(work, 3, "mr-1")

    again = await take(adopted, RegisterKind.JOINT_LIST, a_row())

    async with adopted.work(AUDITOR) as work:
        assert (await work.joint_list.get(3)).linked_items == ("mr-1",)
    assert again.number_unchanged == 1


async def test_a_row_that_says_something_else_loses_its_links(adopted: Play) -> None:
    await take(adopted, RegisterKind.JOINT_LIST, a_row(linked_items=("mr-1",)))

    await take(adopted, RegisterKind.JOINT_LIST, a_row(item_text="消防安全检查"))

    async with adopted.work(AUDITOR) as work:
        assert (await work.joint_list.get(3)).linked_items == ()


async def test_a_row_is_linked_to_items_that_have_not_ended_and_unlinked_again(
    adopted: Play,
) -> None:
    await take(adopted, RegisterKind.JOINT_LIST, a_row())
    async with adopted.work(office()) as work:
        await work.items.save(an_item("mr-old", valid_to=date(2026, 1, 31)))
        with pytest.raises(RuleBrokenError) as old:
            await registers.link_row(work, 3, "mr-old")
        await registers.link_row(work, 3, "mr-1")
        unlinked = await registers.unlink_row(work, 3, "mr-1")
        with pytest.raises(RuleBrokenError) as again:
            await registers.unlink_row(work, 3, "mr-1")
        tags = [each.tag for each in await work.audit_entries.where(subject="3")]

    assert old.value.rule is Rule.ITEM_ENDED
    assert unlinked.linked_items == ()
    assert again.value.rule is Rule.ROW_NOT_LINKED
    assert tags == ["registers:joint-list:linked", "registers:joint-list:unlinked"]
