"""Versions of the item list: numbered by two persons, kept whole, enacted on their day."""

from datetime import date, timedelta
from typing import Any

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListState
from coordinator.domain.registers import Checkpoint
from coordinator.domain.registers.item_list import (
    ChangeKind,
    ListOrigin,
    ProposalAct,
)
from coordinator.services import registers
from coordinator.services.registers import FileOrder
from tests.builders import NOW
from tests.fakes import FakeStore
from tests.integration.services.item_lists import (
    JULY,
    TODAY,
    A,
    B,
    a_county,
    a_good_item,
    an_end,
    an_order,
    propose,
    publish,
    register,
)
from tests.play import AUDITOR


@pytest.fixture
async def store() -> FakeStore:
    return await a_county()


async def test_a_file_is_published_as_the_first_version_with_all_its_items(
    store: FakeStore,
) -> None:
    async with store.open_work(AUDITOR) as work:
        (version,) = await registers.published_lists(work)
        content = await registers.content_of(work, 1)

    assert (version.number, version.origin, version.source) == (1, ListOrigin.FILE, "items.xlsx")
    assert (version.number_of_items, version.count(ChangeKind.ADDED)) == (3, 3)
    assert sorted(content) == ["fr-1", "mr-1", "mr-2"]
    assert content == await register(store)


async def test_the_same_file_again_makes_no_version(store: FakeStore) -> None:
    later = a_good_item("mr-1", source="again.xlsx", valid_from=TODAY)
    async with store.open_work(A) as work:
        assert await registers.publish_file(work, [later], FileOrder()) is None
        assert len(await registers.published_lists(work)) == 1


async def test_a_file_with_items_that_no_visit_could_be_made_with_is_refused(
    store: FakeStore,
) -> None:
    twice = (Checkpoint(code="c-1", text="一"), Checkpoint(code="c-1", text="二"))
    faulty = a_good_item("mr-8", checkpoints=twice, valid_to=date(2020, 1, 1))

    async with store.open_work(A) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await registers.publish_file(work, [a_good_item("mr-7"), faulty], FileOrder())

    told: Any = refused.value.facts["breaches"]
    assert refused.value.rule is Rule.ITEM_FAULTS
    assert [(each["rule"], each["line"]) for each in told] == [
        (Rule.ITEM_VALIDITY_INVERTED, "mr-8"),
        (Rule.CHECKPOINT_REPEATED, "mr-8"),
    ]
    assert "mr-7" not in await register(store)


async def test_a_file_ends_the_items_it_lacks_only_when_it_is_to_replace_them(
    store: FakeStore,
) -> None:
    file = [a_good_item("mr-1", name="新名称"), a_good_item("mr-3")]
    async with store.open_work(A) as work:
        second = await registers.publish_file(work, file, FileOrder(file_number="2号"))
    between = await register(store)
    async with store.open_work(A) as work:
        third = await registers.publish_file(work, file, FileOrder(replace=True))

    assert second is not None
    assert third is not None
    assert {c.code: c.kind for c in second.changes} == {
        "mr-1": ChangeKind.CHANGED,
        "mr-3": ChangeKind.ADDED,
    }
    assert between["mr-1"].name == "新名称"
    assert between["mr-2"].valid_to is None
    assert [(c.code, c.kind) for c in third.changes] == [("mr-2", ChangeKind.WITHDRAWN)]
    assert (await register(store))["mr-2"].valid_to == TODAY - timedelta(days=1)


async def test_from_proposal_to_publication_by_two_persons(store: FakeStore) -> None:
    new = a_good_item("mr-9", valid_from=date(2026, 1, 1))

    version = await publish(
        store,
        an_order(new, ProposalAct.ADD),
        an_order(a_good_item("mr-1", name="新名称")),
        an_end("mr-2"),
    )

    assert (version.number, version.state) == (2, ListState.PUBLISHED)
    assert (version.merged_by, version.published_by) == (A.name, B.name)
    assert {c.code: c.kind for c in version.changes} == {
        "mr-1": ChangeKind.CHANGED,
        "mr-2": ChangeKind.WITHDRAWN,
        "mr-9": ChangeKind.ADDED,
    }
    items = await register(store)
    assert items["mr-9"].valid_from == TODAY
    assert items["mr-1"].name == "新名称"
    assert items["mr-1"].valid_from == date(2026, 1, 1)
    assert items["mr-2"].valid_to == TODAY - timedelta(days=1)
    async with store.open_work(AUDITOR) as work:
        in_force = await registers.items_in_force(work, TODAY)
    assert [item.code for item in in_force] == ["fr-1", "mr-1", "mr-9"]


async def test_who_merged_does_not_publish(store: FakeStore) -> None:
    proposal = await propose(store, an_end("mr-2"))
    async with store.open_work(A) as work:
        draft = await registers.merge_proposals(work, [proposal.proposal_id])
        with pytest.raises(RuleBrokenError) as refused:
            await registers.publish_item_list(work, draft.list_id, "5号", TODAY)

    assert refused.value.rule is Rule.TWO_PERSONS_NEEDED


async def test_who_merged_a_part_does_not_publish_because_another_merged_the_rest(
    store: FakeStore,
) -> None:
    first, second = await propose(store, an_end("mr-1")), await propose(store, an_end("mr-2"))
    async with store.open_work(A) as work:
        await registers.merge_proposals(work, [first.proposal_id])
    async with store.open_work(B) as work:
        draft = await registers.merge_proposals(work, [second.proposal_id])

    for person in (A, B):
        async with store.open_work(person) as work:
            with pytest.raises(RuleBrokenError) as refused:
                await registers.publish_item_list(work, draft.list_id, "5号", TODAY)
        assert refused.value.rule is Rule.TWO_PERSONS_NEEDED


async def test_content_changes_on_the_effective_date_and_not_before(store: FakeStore) -> None:
    new = a_good_item("mr-9")
    await publish(
        store,
        an_order(a_good_item("mr-1", name="新名称")),
        an_order(new, ProposalAct.ADD),
        day=JULY,
    )
    before = await register(store)

    store.at = NOW + (JULY - TODAY)
    async with store.open_work(A) as work:
        enacted = await registers.enact_due_lists(work)
        again = await registers.enact_due_lists(work)

    assert before["mr-1"].name == "事项mr-1"
    assert before["mr-9"].valid_from == JULY
    assert (enacted, again) == (1, 0)
    assert (await register(store))["mr-1"].name == "新名称"


async def test_an_end_published_meanwhile_survives_an_earlier_change(store: FakeStore) -> None:
    await publish(store, an_order(a_good_item("mr-1", name="新名称")), day=JULY)
    await publish(store, an_end("mr-1"), day=date(2026, 9, 1), number="6号")

    store.at = NOW + (JULY - TODAY)
    async with store.open_work(A) as work:
        await registers.enact_due_lists(work)

    item = (await register(store))["mr-1"]
    assert (item.name, item.valid_to) == ("新名称", date(2026, 8, 31))


async def test_an_item_that_comes_again_keeps_its_last_days(store: FakeStore) -> None:
    await publish(store, an_end("mr-2"), day=date(2026, 6, 1))
    again = a_good_item("mr-2", name="再次列入")
    await publish(store, an_order(again, ProposalAct.ADD), day=JULY, number="6号")
    before = await register(store)

    store.at = NOW + (JULY - TODAY)
    async with store.open_work(A) as work:
        await registers.enact_due_lists(work)

    assert before["mr-2"].is_valid_on(TODAY)
    item = (await register(store))["mr-2"]
    assert (item.name, item.valid_from, item.valid_to) == ("再次列入", JULY, None)


async def test_a_published_version_stays_as_it_was(store: FakeStore) -> None:
    async with store.open_work(AUDITOR) as work:
        first = (await registers.published_lists(work))[0], await registers.content_of(work, 1)

    await publish(store, an_order(a_good_item("mr-1", name="新名称")), an_end("mr-2"))

    async with store.open_work(AUDITOR) as work:
        kept = (await registers.published_lists(work))[0], await registers.content_of(work, 1)
    assert kept == first


@pytest.mark.parametrize(
    ("number", "day", "rule"),
    [
        ("5号", TODAY - timedelta(days=1), Rule.EFFECTIVE_DATE_TOO_EARLY),
        ("5号", date(2026, 6, 30), Rule.EFFECTIVE_DATE_TOO_EARLY),
        ("旧号", date(2026, 8, 1), Rule.LIST_NUMBER_TAKEN),
        (" ", date(2026, 8, 1), Rule.VALUE_MISSING),
    ],
)
async def test_number_and_day_of_a_version_must_fit_the_versions_before(
    store: FakeStore, number: str, day: date, rule: Rule
) -> None:
    await publish(store, an_end("mr-1"), day=JULY, number="旧号")
    proposal = await propose(store, an_end("mr-2"))
    async with store.open_work(A) as work:
        draft = await registers.merge_proposals(work, [proposal.proposal_id])

    async with store.open_work(B) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await registers.publish_item_list(work, draft.list_id, number, day)

    assert refused.value.rule is rule


async def test_every_step_is_on_the_audit_chain(store: FakeStore) -> None:
    await publish(store, an_end("mr-2"))

    async with store.open_work(AUDITOR) as work:
        tags = [entry.tag for entry in await work.audit_entries.where()]

    assert tags == [
        "registers:item-list:published",
        "registers:item-list:enacted",
        "registers:item:proposed",
        "registers:item-proposal:merged",
        "registers:item-list:merged",
        "registers:item-list:published",
        "registers:item-list:enacted",
    ]
