"""Proposals about items: the list, one with what it changes, and the office's merge."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.lifecycle import ListState, ProposalState
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.item_list import (
    ChangeKind,
    ItemChange,
    ItemProposal,
    ProposalAct,
    field_changes,
)
from coordinator.services import registers
from coordinator.services.access import require_office
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.items import change_words, methods_words, validity_words
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names
from coordinator.web.reach import own_matters, require_own
from coordinator.web.words import states_of

router = APIRouter()
PROPOSALS = "/console/registers/item-proposals"
_KINDS = {
    ProposalAct.ADD: ChangeKind.ADDED,
    ProposalAct.CHANGE: ChangeKind.CHANGED,
    ProposalAct.WITHDRAW: ChangeKind.WITHDRAWN,
}


@router.get(PROPOSALS)
async def proposals(console: InConsole) -> Response:
    """List the proposals; a department sees its own."""
    async with console.reading() as work:
        names = await load_names(work)
        spec: ListSpec[ItemProposal] = ListSpec(
            title=later("事项提议"),
            columns=(
                Column(
                    later("事项"),
                    "name",
                    "link",
                    href=lambda each: f"{PROPOSALS}/{each.proposal_id}",
                    note=lambda each, _names: each.code,
                ),
                Column(later("提议"), "act", "state:proposal-act"),
                Column(later("部门"), lambda each, _names: (each.department,), "departments"),
                Column(later("提出理由"), "reason", "long"),
                Column(later("提出人"), lambda each, names: names.person(each.proposed_by)),
                Column(later("提出时间"), "proposed_at", "time", order="proposed_at"),
                Column(later("状态"), "state", "state:proposal"),
            ),
            filters=(
                Filter("state", later("全部状态"), states_of("proposal")),
                Filter("act", later("全部提议"), states_of("proposal-act")),
                Filter("department", later("全部部门"), names.department_options()),
            ),
            fixed=own_matters(console.actor),
            order="proposed_at",
            descending=True,
            empty=later("还没有事项提议。"),
            empty_next=later("部门在事项清单页提出新增、变更或取消。"),
            search_label=later("事项名称或编码"),
        )
        return await console.show_list(work, work.item_proposals, spec, names=names)


@router.get(PROPOSALS + "/{proposal_id}")
async def one_proposal(proposal_id: str, console: InConsole) -> Response:
    """Show a proposal with what it changes in the list as published."""
    async with console.reading() as work:
        proposal = await work.item_proposals.get(proposal_id)
        require_own(console.actor, proposal.department)
        names = await load_names(work)
        listed = await registers.list_as_published(work)
        versions = await work.item_lists.where(list_id=proposal.list_id or "-")
        content = proposal.item or listed.get(proposal.code)
        return await console.show(
            work,
            "registers/item_proposal.html",
            names=names,
            proposal=proposal,
            words=change_words(_change(proposal, listed), names),
            item=content,
            valid=validity_words(content) if content else "",
            methods=methods_words(content.methods, names) if content else "",
            edition=versions[0] if versions else None,
            acts=_buttons(console, proposal),
        )


@router.get("/console/registers/item-merge")
async def merge(console: InConsole) -> Response:
    """Show the office what departments propose, to choose what goes into the next version."""
    async with console.reading() as work:
        require_office(work)
        names = await load_names(work)
        listed = await registers.list_as_published(work)
        waiting = await work.item_proposals.where(state=ProposalState.PROPOSED)
        ordered = sorted(waiting, key=lambda each: (each.department, each.code))
        return await console.show(
            work,
            "registers/item_merge.html",
            names=names,
            proposals=[(each, change_words(_change(each, listed), names)) for each in ordered],
            drafts=await work.item_lists.where(state=ListState.DRAFT),
        )


def _change(proposal: ItemProposal, listed: Mapping[str, CheckItem]) -> ItemChange:
    """Give what a proposal would change now."""
    known, wanted = listed.get(proposal.code), proposal.item
    return ItemChange(
        kind=_KINDS[proposal.act],
        code=proposal.code,
        department=proposal.department,
        name=proposal.name,
        fields=field_changes(known, wanted) if known and wanted else (),
    )


def _buttons(console: Console, proposal: ItemProposal) -> list[ActButton]:
    if proposal.state is not ProposalState.PROPOSED:
        return []
    wanted = ["return-item-proposal"]
    if console.actor.department == proposal.department:
        wanted.append("withdraw-item-proposal")
    return console.buttons(*wanted, proposal_id=proposal.proposal_id)
