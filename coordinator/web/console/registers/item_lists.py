"""Versions of the item list: all of them, and one with what it changed."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListState
from coordinator.domain.registers.item_checks import shared_code_conflicts
from coordinator.domain.registers.item_list import ItemListVersion, difference
from coordinator.services import registers
from coordinator.services.ports import Role, Work
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.errors import sentence
from coordinator.web.items import change_words, version_spec, version_title
from coordinator.web.names import load_names

router = APIRouter()
LISTS = "/console/registers/item-lists"
_MOST_DIGITS = 9


@router.get(LISTS)
async def item_lists(console: InConsole) -> Response:
    """List the versions, published ones and the draft."""
    async with console.reading() as work:
        return await console.show_list(work, work.item_lists, version_spec(LISTS))


@router.get(LISTS + "/{wanted}")
async def one_list(wanted: str, console: InConsole) -> Response:
    """Show a version with its difference to the one before; a draft as it would be today."""
    async with console.reading() as work:
        version = await find_version(work, wanted)
        names = await load_names(work)
        changes = version.changes
        if version.number is None:
            before = await registers.list_as_published(work)
            after = await registers.draft_content(work, version, work.today())
            changes = difference(before.values(), after.values())
        else:
            after = await registers.content_of(work, version.number)
        return await console.show(
            work,
            "registers/item_list.html",
            names=names,
            edition=version,
            title=version_title(version),
            changes=[change_words(each, names) for each in changes],
            conflicts=[
                ("", sentence(fault.rule, fault.facts))
                for fault in shared_code_conflicts(after.values())
            ],
            proposals=await work.item_proposals.where(list_id=version.list_id),
            acts=_buttons(console, version),
            log=[
                entry
                for entry in await work.audit_entries.where(subject=version.list_id)
                if console.actor.role is not Role.DEPARTMENT
            ],
        )


async def find_version(work: Work, wanted: str) -> ItemListVersion:
    """Find a version by its number, or by its id."""
    found = await work.item_lists.find(wanted)
    if found is None and wanted.isdecimal() and len(wanted) < _MOST_DIGITS:
        numbered = await work.item_lists.where(number=int(wanted))
        found = numbered[0] if numbered else None
    if found is None:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="item_list_version", key=wanted)
    return found


def _buttons(console: Console, version: ItemListVersion) -> list[ActButton]:
    if version.state is not ListState.DRAFT:
        return []
    alone = version.merged_by == console.actor.name
    wanted = ("unmerge-item-list",) if alone else ("publish-item-list", "unmerge-item-list")
    return console.buttons(*wanted, list_id=version.list_id)
