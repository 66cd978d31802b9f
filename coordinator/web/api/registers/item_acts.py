"""Acts upon the item list: propose, return, merge, publish; rows linked; duties published."""

from typing import Any

from pydantic import Field

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import CheckItem, JointListRow
from coordinator.domain.registers.duties import DutyList
from coordinator.domain.registers.item_list import ItemListVersion, ItemProposal, ProposalAct
from coordinator.services import registers
from coordinator.services.ports import Role, Work
from coordinator.services.registers import DutyDraft, ProposalOrder
from coordinator.web.acts import Act, Entry, Keys, channel_of
from coordinator.web.api.registers.item_entries import (
    DutyDateEntry,
    DutyEntry,
    EndEntry,
    ItemEntry,
    MergeEntry,
    NewItemEntry,
    PublishEntry,
    WhyEntry,
)
from coordinator.web.language import later


class LinkEntry(Entry):
    """The published item that a row of the joint list means."""

    item: str = Field(
        title=later("事项编码"), description=later("已发布且未失效的事项。"), min_length=1
    )


def _row(keys: Keys) -> int:
    if not keys["row"].isdecimal():
        raise RuleBrokenError(Rule.NOT_FOUND, kind="joint_list_row", key=keys["row"])
    return int(keys["row"])


def _own(work: Work) -> str:
    return work.actor.department or "-"


async def _add(work: Work, keys: Keys, entry: NewItemEntry) -> ItemProposal:
    wanted = entry.item(entry.code, _own(work), channel_of(keys).value)
    return await _propose(work, ProposalAct.ADD, wanted, entry)


async def _change(work: Work, keys: Keys, entry: ItemEntry) -> ItemProposal:
    wanted = entry.item(keys["code"], _own(work), channel_of(keys).value)
    return await _propose(work, ProposalAct.CHANGE, wanted, entry)


async def _propose(work: Work, act: ProposalAct, item: CheckItem, entry: ItemEntry) -> ItemProposal:
    order = ProposalOrder(
        act=act, code=item.code, item=item, reason=entry.reason, section=entry.section
    )
    return await registers.propose_item(work, order)


async def _end(work: Work, keys: Keys, entry: EndEntry) -> ItemProposal:
    order = ProposalOrder(
        act=ProposalAct.WITHDRAW,
        code=keys["code"],
        item=None,
        reason=entry.reason,
        section=entry.section,
    )
    return await registers.propose_item(work, order)


async def _take_back(work: Work, keys: Keys, _entry: None) -> ItemProposal:
    return await registers.withdraw_proposal(work, keys["proposal_id"])


async def _return(work: Work, keys: Keys, entry: WhyEntry) -> ItemProposal:
    return await registers.return_proposal(work, keys["proposal_id"], entry.reason)


async def _merge(work: Work, _keys: Keys, entry: MergeEntry) -> ItemListVersion:
    return await registers.merge_proposals(work, entry.proposals)


async def _unmerge(work: Work, keys: Keys, entry: WhyEntry) -> None:
    await registers.unmerge_list(work, keys["list_id"], entry.reason)


async def _publish(work: Work, keys: Keys, entry: PublishEntry) -> ItemListVersion:
    return await registers.publish_item_list(
        work, keys["list_id"], entry.file_number, entry.effective_date
    )


async def _first_day(work: Work, _keys: Keys) -> dict[str, Any]:
    return {"effective_date": await registers.earliest_effective_date(work)}


async def _link(work: Work, keys: Keys, entry: LinkEntry) -> JointListRow:
    return await registers.link_row(work, _row(keys), entry.item)


async def _unlink(work: Work, keys: Keys, entry: LinkEntry) -> JointListRow:
    return await registers.unlink_row(work, _row(keys), entry.item)


async def _draft_duties(work: Work, _keys: Keys, entry: DutyEntry) -> DutyList:
    draft = DutyDraft(department=_own(work), **entry.model_dump())
    return await registers.draft_duties(work, draft)


async def _publish_duties(work: Work, keys: Keys, entry: DutyDateEntry) -> DutyList:
    return await registers.publish_duties(work, keys["duty_list_id"], entry.effective_date)


async def _today(work: Work, _keys: Keys) -> dict[str, Any]:
    return {"effective_date": work.today()}


_PROPOSALS = "/console/registers/item-proposals"
_PROPOSAL = _PROPOSALS + "/{proposal_id}"
_LIST = "/console/registers/item-lists/{list_id}"
_ROW, _DUTIES = "/console/registers/joint-list/{row}", "/console/registers/duties"

ACTS = (
    Act(
        name="propose-item",
        path="/item-proposals",
        label=later("提出新增事项"),
        consequence=later("提议报送办公室，合并、发布之前不能据以检查。"),
        role=Role.DEPARTMENT,
        run=_add,
        entry=NewItemEntry,
        on_console=False,
    ),
    Act(
        name="propose-item-change",
        path="/items/{code}/change",
        label=later("提出变更"),
        consequence=later("现行内容不变，直到含有本变更的清单生效。"),
        role=Role.DEPARTMENT,
        run=_change,
        entry=ItemEntry,
        on_console=False,
    ),
    Act(
        name="propose-item-end",
        path="/items/{code}/end",
        label=later("提出取消事项"),
        consequence=later("新一版清单生效之日起，该事项不再列入计划、不再抽取、下达和录入。"),
        role=Role.DEPARTMENT,
        run=_end,
        entry=EndEntry,
        danger=True,
        back=_PROPOSALS,
        origin="/console/registers/items/{code}",
    ),
    Act(
        name="withdraw-item-proposal",
        path="/item-proposals/{proposal_id}/withdraw",
        label=later("撤回提议"),
        consequence=later("提议不再等待合并；之后可以重新提出。"),
        role=Role.DEPARTMENT,
        run=_take_back,
        back=_PROPOSAL,
    ),
    Act(
        name="return-item-proposal",
        path="/item-proposals/{proposal_id}/return",
        label=later("退回部门"),
        consequence=later("部门会看到理由，修改后可以重新提出。"),
        role=Role.OFFICE,
        run=_return,
        entry=WhyEntry,
        back=_PROPOSAL,
    ),
    Act(
        name="merge-item-proposals",
        path="/item-lists",
        label=later("合并成清单草稿"),
        consequence=later("所选提议编入下一版清单的草稿；由另一人核对、发布之前不生效。"),
        role=Role.OFFICE,
        run=_merge,
        entry=MergeEntry,
        back="/console/registers/item-lists/{subject}",
        origin="/console/registers/item-merge",
    ),
    Act(
        name="unmerge-item-list",
        path="/item-lists/{list_id}/unmerge",
        label=later("放弃草稿"),
        consequence=later("草稿删除，其中的提议重新等待合并。"),
        role=Role.OFFICE,
        run=_unmerge,
        entry=WhyEntry,
        danger=True,
        back="/console/registers/item-merge",
        origin=_LIST,
    ),
    Act(
        name="publish-item-list",
        path="/item-lists/{list_id}/publish",
        label=later("发布清单"),
        consequence=later(
            "这一版清单编号公布，从此不再改动；须由合并人以外的另一人发布。取消的事项自生效日起在任何环节都不得使用。"
        ),
        role=Role.OFFICE,
        run=_publish,
        entry=PublishEntry,
        start=_first_day,
        back=_LIST,
    ),
    Act(
        name="link-joint-row",
        path="/joint-list/{row}/link",
        label=later("关联事项"),
        consequence=later("这一行从此代表所选的已发布事项，可以列入计划。"),
        role=Role.OFFICE,
        run=_link,
        entry=LinkEntry,
        back=_ROW,
    ),
    Act(
        name="unlink-joint-row",
        path="/joint-list/{row}/unlink",
        label=later("解除关联"),
        consequence=later("没有关联事项的行保留、显示，但不能列入计划。"),
        role=Role.OFFICE,
        run=_unlink,
        entry=LinkEntry,
        back=_ROW,
    ),
    Act(
        name="draft-duties",
        path="/duty-lists",
        label=later("起草权责清单"),
        consequence=later("同一岗位未发布的草稿会被替换；发布之前不公开。"),
        role=Role.DEPARTMENT,
        run=_draft_duties,
        entry=DutyEntry,
        back=_DUTIES + "/{subject}",
        origin=_DUTIES,
    ),
    Act(
        name="publish-duties",
        path="/duty-lists/{duty_list_id}/publish",
        label=later("发布权责清单"),
        consequence=later(
            "这一版编号公布，从此不再改动，是照单免责的依据。须由起草人以外的审批人发布。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_publish_duties,
        entry=DutyDateEntry,
        start=_today,
        back=_DUTIES + "/{duty_list_id}",
    ),
)
