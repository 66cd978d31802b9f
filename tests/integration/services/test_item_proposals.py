"""Proposals about items: handed in by their department, returned or merged by the office."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ProposalState
from coordinator.domain.registers import Checkpoint
from coordinator.domain.registers.item_list import (
    ProposalAct,
)
from coordinator.services import registers
from coordinator.services.ports import Actor, Work
from coordinator.services.registers import FileOrder, ProposalOrder
from tests.builders import FIRE, MARKET
from tests.fakes import FakeStore
from tests.integration.services.item_lists import (
    TODAY,
    A,
    a_county,
    a_good_item,
    an_end,
    an_order,
    propose,
    publish,
    refusal,
)
from tests.play import AUDITOR, clerk


@pytest.fixture
async def store() -> FakeStore:
    return await a_county()


@pytest.mark.parametrize(
    ("order", "by", "rule"),
    [
        (an_order(a_good_item("fr-1", FIRE, name="新")), clerk(MARKET), Rule.NOT_YOUR_DEPARTMENT),
        (an_order(a_good_item("fr-1", MARKET)), clerk(MARKET), Rule.NOT_YOUR_DEPARTMENT),
        (an_end("fr-1"), clerk(MARKET), Rule.NOT_YOUR_DEPARTMENT),
        (an_end("mr-1"), A, Rule.ROLE_NOT_ALLOWED),
        (an_end("mr-8"), clerk(MARKET), Rule.NOT_FOUND),
        (an_order(a_good_item("mr-8")), clerk(MARKET), Rule.NOT_FOUND),
        (an_order(a_good_item("mr-1"), ProposalAct.ADD), clerk(MARKET), Rule.ITEM_CODE_TAKEN),
        (an_order(a_good_item("mr-1")), clerk(MARKET), Rule.ITEM_UNCHANGED),
        (replace(an_end("mr-1"), reason=" "), clerk(MARKET), Rule.REASON_MISSING),
        (
            an_order(a_good_item("mr-9", methods=("望气",)), ProposalAct.ADD),
            clerk(MARKET),
            Rule.ITEM_FAULTS,
        ),
    ],
)
async def test_a_proposal_that_does_not_fit_is_refused(
    store: FakeStore, order: ProposalOrder, by: Actor, rule: Rule
) -> None:
    assert (await refusal(store, order, by)).rule is rule


async def test_an_item_has_one_open_proposal(store: FakeStore) -> None:
    first = await propose(store, an_end("mr-1"))

    refused = await refusal(store, an_order(a_good_item("mr-1", name="新")), clerk(MARKET))
    async with store.open_work(clerk(MARKET)) as work:
        await registers.withdraw_proposal(work, first.proposal_id)
    second = await propose(store, an_order(a_good_item("mr-1", name="新")))

    assert refused.rule is Rule.ITEM_ALREADY_PROPOSED
    assert second.state is ProposalState.PROPOSED


async def test_a_published_proposal_does_not_stop_the_next(store: FakeStore) -> None:
    await publish(store, an_order(a_good_item("mr-1", name="新")))

    again = await propose(store, an_order(a_good_item("mr-1", name="更新")))

    assert again.state is ProposalState.PROPOSED


async def test_a_returned_proposal_says_why_and_can_not_be_merged(store: FakeStore) -> None:
    proposal = await propose(store, an_end("mr-1"))
    async with store.open_work(A) as work:
        with pytest.raises(RuleBrokenError) as mute:
            await registers.return_proposal(work, proposal.proposal_id, "")
        returned = await registers.return_proposal(work, proposal.proposal_id, "请附依据")
        with pytest.raises(RuleBrokenError) as merged:
            await registers.merge_proposals(work, [proposal.proposal_id])

    assert mute.value.rule is Rule.REASON_MISSING
    assert (returned.state, returned.return_reason) == (ProposalState.RETURNED, "请附依据")
    assert merged.value.rule is Rule.MOVE_NOT_ALLOWED


async def test_two_proposals_that_ask_one_question_two_ways_are_not_merged(
    store: FakeStore,
) -> None:
    asked = Checkpoint(code="a", text="证照是否悬挂", shared_code="licence")
    other = asked.model_copy(update={"text": "许可证是否有效"})
    mine = await propose(store, an_order(a_good_item("mr-1", checkpoints=(asked,))))
    theirs = await propose(store, an_order(a_good_item("fr-1", FIRE, checkpoints=(other,))), FIRE)

    async with store.open_work(A) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await registers.merge_proposals(work, [mine.proposal_id, theirs.proposal_id])

    assert refused.value.rule is Rule.ITEM_FAULTS
    (told,) = refused.value.facts["breaches"]  # type: ignore[misc]
    assert told["rule"] is Rule.SHARED_CODE_CONFLICT
    assert {told["facts"]["item"], told["facts"]["other_item"]} == {"mr-1", "fr-1"}


async def test_a_second_merge_joins_the_same_draft_and_giving_it_up_frees_the_proposals(
    store: FakeStore,
) -> None:
    one, two = await propose(store, an_end("mr-1")), await propose(store, an_end("mr-2"))
    async with store.open_work(A) as work:
        first = await registers.merge_proposals(work, [one.proposal_id])
        second = await registers.merge_proposals(work, [two.proposal_id])
        await registers.unmerge_list(work, second.list_id, "重新研究")
        states = {each.state for each in await work.item_proposals.where()}

    assert first.list_id == second.list_id
    assert states == {ProposalState.PROPOSED}


OFFICE_VERBS: dict[str, Callable[[Work], Awaitable[object]]] = {
    "merge": lambda work: registers.merge_proposals(work, ["p"]),
    "return": lambda work: registers.return_proposal(work, "p", "理由"),
    "unmerge": lambda work: registers.unmerge_list(work, "l", "理由"),
    "publish": lambda work: registers.publish_item_list(work, "l", "5号", TODAY),
    "file": lambda work: registers.publish_file(work, [a_good_item()], FileOrder()),
    "link": lambda work: registers.link_row(work, 3, "mr-1"),
    "unlink": lambda work: registers.unlink_row(work, 3, "mr-1"),
}


@pytest.mark.parametrize("actor", [AUDITOR, clerk(MARKET)], ids=lambda actor: actor.name)
@pytest.mark.parametrize("verb", OFFICE_VERBS)
async def test_only_the_office_merges_returns_publishes_and_links(
    store: FakeStore, verb: str, actor: Actor
) -> None:
    async with store.open_work(actor) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await OFFICE_VERBS[verb](work)

    assert refused.value.rule is Rule.ROLE_NOT_ALLOWED
