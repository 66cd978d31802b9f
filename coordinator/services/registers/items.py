"""The item list: departments propose, the office merges, another person publishes a version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import (
    LIST_MOVES,
    PROPOSAL_MOVES,
    ListState,
    ProposalState,
    move,
)
from coordinator.domain.lottery.ceremony import another_person
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.item_checks import item_faults, require_faultless
from coordinator.domain.registers.item_list import (
    ItemListVersion,
    ItemProposal,
    ListOrigin,
    ProposalAct,
    field_changes,
    list_of_file,
    merged_list,
)
from coordinator.services.access import require_department, require_office
from coordinator.services.ports import Responsibility, Work
from coordinator.services.registers.item_gates import (
    require_no_fault,
    require_usable,
    surroundings,
)
from coordinator.services.registers.item_versions import (
    list_as_published,
    publish_version,
    published_lists,
)


@dataclass(frozen=True, kw_only=True)
class ProposalOrder:
    """What a department's clerk hands in; `item` is None for a withdrawal."""

    act: ProposalAct
    code: str
    item: CheckItem | None
    reason: str
    section: str = ""


@dataclass(frozen=True, kw_only=True)
class FileOrder:
    """How a file becomes a version: its number, its day, whether it replaces departments' items.

    Without `effective_date` the list takes effect today, or when its earliest item begins.
    """

    file_number: str | None = None
    effective_date: date | None = None
    replace: bool = False
    source: str = ""


async def propose_item(work: Work, order: ProposalOrder) -> ItemProposal:
    """Hand in a proposal about an item of the own department; ITEM_FAULTS names every fault."""
    listed = await list_as_published(work)
    known = listed.get(order.code)
    owner = known or order.item
    if owner is None:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="check_item", key=order.code)
    actor = require_department(work, owner.department)
    _require_reason(order.reason, order.code)
    await _require_no_other(work, order.code)
    _require_fitting(order, known)
    if order.item is not None:
        around = surroundings(work, listed, order.code)
        require_faultless(order.item, item_faults(order.item, around))
    proposal = ItemProposal(
        proposal_id=work.new_id(),
        department=owner.department,
        section=order.section,
        act=order.act,
        code=order.code,
        name=(order.item or owner).name,
        item=order.item,
        reason=order.reason.strip(),
        state=ProposalState.PROPOSED,
        proposed_by=actor.name,
        proposed_at=work.now(),
    )
    await work.item_proposals.add([proposal])
    await work.audit("registers:item:proposed", order.code, act=order.act, reason=order.reason)
    return proposal


async def withdraw_proposal(work: Work, proposal_id: str) -> ItemProposal:
    """Take back a proposal of the own department that the office has not merged yet."""
    proposal = await work.item_proposals.get(proposal_id)
    require_department(work, proposal.department)
    return await _decide(work, proposal, ProposalState.WITHDRAWN)


async def return_proposal(work: Work, proposal_id: str, reason: str) -> ItemProposal:
    """Send a proposal back to its department with a reason."""
    require_office(work, Responsibility.LEGAL)
    proposal = await work.item_proposals.get(proposal_id)
    _require_reason(reason, proposal.code)
    return await _decide(
        work, replace(proposal, return_reason=reason.strip()), ProposalState.RETURNED
    )


async def merge_proposals(work: Work, proposal_ids: Sequence[str]) -> ItemListVersion:
    """Merge proposals into the draft of the next version; there is one draft at a time."""
    actor = require_office(work, Responsibility.LEGAL)
    if not proposal_ids:
        raise RuleBrokenError(Rule.LIST_WITHOUT_CHANGE)
    drafts = await work.item_lists.where(state=ListState.DRAFT)
    draft = ItemListVersion(
        list_id=drafts[0].list_id if drafts else work.new_id(),
        state=ListState.DRAFT,
        origin=ListOrigin.PROPOSALS,
        merged_by=actor.name,
        merged_at=work.now(),
    )
    for proposal_id in dict.fromkeys(proposal_ids):
        proposal = await work.item_proposals.get(proposal_id)
        await _decide(work, replace(proposal, list_id=draft.list_id), ProposalState.MERGED)
    await work.item_lists.save(draft)
    require_no_fault(work, await draft_content(work, draft, work.today()), await _merged(work))
    await work.audit("registers:item-list:merged", draft.list_id, proposals=list(proposal_ids))
    return draft


async def unmerge_list(work: Work, list_id: str, reason: str) -> None:
    """Give up a draft: its proposals wait again."""
    require_office(work, Responsibility.LEGAL)
    draft = await work.item_lists.get(list_id)
    move(LIST_MOVES, draft.state, ListState.PUBLISHED, of=list_id)  # only a draft can be given up
    _require_reason(reason, list_id)
    for proposal in await work.item_proposals.where(list_id=list_id):
        await _decide(work, replace(proposal, list_id=None), ProposalState.PROPOSED)
    await work.item_lists.remove(list_id)
    await work.audit("registers:item-list:unmerged", list_id, reason=reason)


async def publish_item_list(
    work: Work, list_id: str, file_number: str, effective_date: date
) -> ItemListVersion:
    """Publish a draft as the next numbered version; by nobody who merged a part of it."""
    actor = require_office(work)
    draft = await work.item_lists.get(list_id)
    move(LIST_MOVES, draft.state, ListState.PUBLISHED, of=list_id)
    for proposal in await work.item_proposals.where(list_id=list_id):
        another_person(proposal.decided_by, actor.name, "publish-item-list")
    number = given(file_number, "file_number", list_id).strip()
    await _require_free_number(work, number)
    await _require_not_early(work, effective_date)
    after = await draft_content(work, draft, effective_date)
    require_no_fault(work, after, await _merged(work))
    draft = replace(draft, file_number=number, effective_date=effective_date)
    return given(await publish_version(work, draft, after), "changes", list_id)


async def publish_file(
    work: Work, items: Sequence[CheckItem], order: FileOrder
) -> ItemListVersion | None:
    """Publish a list that comes as a file; None when it changes nothing (no new version then).

    A file is a list that its department has published: its items are added or changed, and others
    of the department end only where the file is said to replace them. ITEM_FAULTS for an item that
    no visit could be made with.
    """
    actor = require_office(work)
    if not items:
        return None
    require_usable(items)
    before = await list_as_published(work)
    after = list_of_file(before, items, effective_date=order.effective_date, replace=order.replace)
    if order.file_number and after != before:
        await _require_free_number(work, order.file_number)
    version = ItemListVersion(
        list_id=work.new_id(),
        state=ListState.DRAFT,
        origin=ListOrigin.FILE,
        merged_by=actor.name,
        merged_at=work.now(),
        file_number=order.file_number,
        effective_date=order.effective_date or _first_day(work, items),
        source=order.source,
    )
    return await publish_version(work, version, after)


async def draft_content(
    work: Work, draft: ItemListVersion, effective_date: date
) -> Mapping[str, CheckItem]:
    """Give the whole list that a draft would make if it took effect on a day."""
    proposals = await work.item_proposals.where(list_id=draft.list_id)
    return merged_list(await list_as_published(work), proposals, effective_date)


async def items_in_force(work: Work, day: date) -> Sequence[CheckItem]:
    """Give the published items that may be checked on a day."""
    return [item for item in await work.items.where() if item.is_valid_on(day)]


async def earliest_effective_date(work: Work) -> date:
    """Give the first day on which the next version may take effect."""
    days = [each.effective_date for each in await published_lists(work) if each.effective_date]
    return max([work.today(), *days])


async def _merged(work: Work) -> set[str]:
    """Give the codes whose content the merged proposals of the draft bring."""
    drafts = await work.item_lists.where(state=ListState.DRAFT)
    proposals = await work.item_proposals.where(list_id=[each.list_id for each in drafts])
    return {proposal.code for proposal in proposals if proposal.item is not None}


def _require_fitting(order: ProposalOrder, known: CheckItem | None) -> None:
    """Refuse to add what is there, to change what is not, and to change nothing."""
    if order.act is ProposalAct.ADD and known is not None:
        raise RuleBrokenError(Rule.ITEM_CODE_TAKEN, code=order.code, department=known.department)
    if order.act is not ProposalAct.ADD and known is None:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="check_item", key=order.code)
    if order.item is None:
        return
    if known is not None and order.item.department != known.department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=order.item.department, department=known.department
        )
    if known is not None and not field_changes(known, order.item):
        raise RuleBrokenError(Rule.ITEM_UNCHANGED, item=order.code)


async def _require_no_other(work: Work, code: str) -> None:
    pending = (ProposalState.PROPOSED, ProposalState.MERGED)
    published = {each.list_id for each in await published_lists(work)}
    for other in await work.item_proposals.where(code=code, state=pending):
        if other.list_id not in published:
            raise RuleBrokenError(
                Rule.ITEM_ALREADY_PROPOSED,
                item=code,
                act=other.act,
                proposed_by=other.proposed_by,
            )


async def _require_free_number(work: Work, file_number: str) -> None:
    for version in await work.item_lists.where(file_number=file_number):
        raise RuleBrokenError(
            Rule.LIST_NUMBER_TAKEN, file_number=file_number, version=version.number
        )


async def _require_not_early(work: Work, effective_date: date) -> None:
    earliest = await earliest_effective_date(work)
    if effective_date < earliest:
        raise RuleBrokenError(
            Rule.EFFECTIVE_DATE_TOO_EARLY,
            effective=effective_date.isoformat(),
            earliest=earliest.isoformat(),
        )


def _require_reason(reason: str, of: str) -> None:
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, outcome=of)


async def _decide(work: Work, proposal: ItemProposal, wanted: ProposalState) -> ItemProposal:
    state = move(PROPOSAL_MOVES, proposal.state, wanted, of=proposal.code)
    decided = replace(proposal, state=state, decided_by=work.actor.name, decided_at=work.now())
    await work.item_proposals.save(decided)
    facts = {"reason": decided.return_reason} if state is ProposalState.RETURNED else {}
    await work.audit(f"registers:item-proposal:{state}", proposal.code, **facts)
    return decided


def _first_day(work: Work, items: Sequence[CheckItem]) -> date:
    return max(work.today(), min(item.valid_from for item in items))
