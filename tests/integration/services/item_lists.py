"""Steps of an item list on its way, on a county whose first version came as a file."""

from datetime import date

import pytest

from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.item_list import (
    ItemListVersion,
    ItemProposal,
    ProposalAct,
)
from coordinator.services import registers
from coordinator.services.ports import Actor
from coordinator.services.registers import FileOrder, ProposalOrder
from tests.builders import FIRE, MARKET, NOW, an_item
from tests.fakes import FakeStore
from tests.play import AUDITOR, clerk, office

A, B = office("office-a"), office("office-b")
TODAY = NOW.date()
JULY = date(2026, 7, 1)


def a_good_item(code: str = "mr-1", department: str = MARKET, **changes: object) -> CheckItem:
    return an_item(code, department, **{"methods": ("现场",), **changes})


def an_order(item: CheckItem, act: ProposalAct = ProposalAct.CHANGE) -> ProposalOrder:
    return ProposalOrder(act=act, code=item.code, item=item, reason="法律修订")


def an_end(code: str) -> ProposalOrder:
    return ProposalOrder(act=ProposalAct.WITHDRAW, code=code, item=None, reason="依据已废止")


async def a_county() -> FakeStore:
    """A county whose first version was published as a file."""
    store = FakeStore()
    store.at = NOW
    items = [a_good_item("mr-1"), a_good_item("mr-2"), a_good_item("fr-1", FIRE)]
    async with store.open_work(A) as work:
        await registers.publish_file(work, items, FileOrder(source="items.xlsx"))
    return store


async def propose(store: FakeStore, order: ProposalOrder, by: str = MARKET) -> ItemProposal:
    async with store.open_work(clerk(by)) as work:
        return await registers.propose_item(work, order)


async def publish(
    store: FakeStore, *orders: ProposalOrder, day: date = TODAY, number: str = "平联办〔2026〕5号"
) -> ItemListVersion:
    """Propose, merge and publish."""
    proposals = [await propose(store, order) for order in orders]
    async with store.open_work(A) as work:
        draft = await registers.merge_proposals(work, [each.proposal_id for each in proposals])
    async with store.open_work(B) as work:
        return await registers.publish_item_list(work, draft.list_id, number, day)


async def refusal(store: FakeStore, order: ProposalOrder, by: Actor) -> RuleBrokenError:
    async with store.open_work(by) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await registers.propose_item(work, order)
    return refused.value


async def register(store: FakeStore) -> dict[str, CheckItem]:
    async with store.open_work(AUDITOR) as work:
        return {item.code: item for item in await work.items.where()}
