"""Items: the list, and one item with every field, its versions and where it is planned."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.lifecycle import ListState, ProposalState
from coordinator.domain.registers import CheckItem
from coordinator.services.ports import Role, Work
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.items import (
    item_spec,
    load_items,
    methods_words,
    validity_of,
    validity_words,
    versions_of,
)
from coordinator.web.language import _, later
from coordinator.web.names import load_names
from coordinator.web.reach import own_matters

router = APIRouter()
ITEMS = "/console/registers/items"


@router.get(ITEMS)
async def items(console: InConsole) -> Response:
    """List the published items with what is in force, to come and ended."""
    async with console.reading() as work:
        known, names = await load_items(work)
        today = work.today()
        in_force = sum(item.is_valid_on(today) for item in known)
        intro = _("清单共 %(all)s 个事项，今日有效 %(now)s 个。清单以外的，一律不得检查。")
        return await console.show_list(
            work,
            work.items,
            item_spec(known, names, today, page=ITEMS),
            template="registers/items.html",
            names=names,
            intro=intro % {"all": len(known), "now": in_force},
            acts=_list_buttons(console),
            waiting=await work.item_proposals.count(
                state=ProposalState.PROPOSED, **own_matters(console.actor)
            ),
            drafts=await work.item_lists.count(state=ListState.DRAFT),
        )


@router.get(ITEMS + "/{code:path}")
async def one_item(code: str, console: InConsole) -> Response:
    """Show an item."""
    async with console.reading() as work:
        item = await work.items.get(code)
        names = await load_names(work)
        pending = await work.item_proposals.where(
            code=code, state=(ProposalState.PROPOSED, ProposalState.MERGED)
        )
        published = {
            each.list_id for each in await work.item_lists.where(state=ListState.PUBLISHED)
        }
        open_ones = [each for each in pending if each.list_id not in published]
        return await console.show(
            work,
            "registers/item.html",
            names=names,
            item=item,
            validity=validity_of(item, work.today()),
            valid=validity_words(item),
            methods=methods_words(item.methods, names),
            versions=await versions_of(work, code, names),
            lines=await _lines_with(work, code),
            pending=open_ones,
            acts=[] if open_ones else item_buttons(console, item),
        )


def item_buttons(console: Console, item: CheckItem) -> list[ActButton]:
    """Give what this person may propose about an item: only its own department may."""
    if console.actor.department != item.department:
        return []
    change = ActButton(
        label=later("提出变更"),
        href=f"/console/registers/item-form/{item.code}",
        danger=False,
        primary=True,
    )
    end, *_rest = console.buttons("propose-item-end", code=item.code)
    return [change, ActButton(label=end.label, href=end.href, danger=True, primary=False)]


def _list_buttons(console: Console) -> list[ActButton]:
    if console.actor.role is Role.DEPARTMENT:
        href, label = "/console/registers/item-form", later("提出新增事项")
    elif console.actor.role is Role.OFFICE:
        href, label = "/console/registers/item-merge", later("合并部门提议")
    else:
        return []
    return [ActButton(label=label, href=href, danger=False, primary=True)]


async def _lines_with(work: Work, code: str) -> list[PlanLine]:
    """Give the plan lines that check an item, the latest window first."""
    lines = [line for line in await work.plan_lines.where() if code in line.items]
    return sorted(lines, key=lambda line: line.window_from, reverse=True)
