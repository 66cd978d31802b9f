"""The published item list: what may be checked, its versions, and the duty lists."""

from dataclasses import replace
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListState
from coordinator.domain.registers.item_list import ItemListVersion
from coordinator.services import registers
from coordinator.services.ports import Work
from coordinator.web.annexes import item_list_annex, send_annex
from coordinator.web.console.registers.duties import duties_spec
from coordinator.web.items import (
    change_words,
    item_spec,
    load_items,
    methods_words,
    validity_of,
    validity_words,
    version_spec,
    version_title,
    versions_of,
)
from coordinator.web.language import CHINESE, _, speaking
from coordinator.web.lists import Listed, ListSpec, ListView, Paged, answer
from coordinator.web.names import Names, load_names
from coordinator.web.public.frame import OnSite, Site
from coordinator.web.public.plans import printing_of

router = APIRouter()
_MOST_DIGITS = 9


@router.get("/items")
async def items(site: OnSite) -> Response:
    """List what may be checked now or soon, on which legal basis."""
    async with site.reading() as work:
        every, names = await load_items(work)
        today = work.today()
        shown = [item for item in every if validity_of(item, today) != "ended"]
        spec = item_spec(shown, names, today, page="/items")
        fixed = {"code": tuple(item.code for item in shown)}
        versions = await registers.published_lists(work)
        listed = _listed(site, work.items, replace(spec, fixed=fixed), names)
        return await _show_list(
            site, listed, "public/items.html", edition=versions[-1] if versions else None
        )


@router.get("/items/{code:path}")
async def one_item(code: str, site: OnSite) -> Response:
    """Show an item: bases, checkpoints, validity, and every version that touched it."""
    async with site.reading() as work:
        item = await work.items.get(code)
        names = await load_names(work)
        return site.show(
            "public/item.html",
            names=names,
            item=item,
            validity=validity_of(item, work.today()),
            valid=validity_words(item),
            methods=methods_words(item.methods, names),
            versions=await versions_of(work, code, names),
        )


@router.get("/item-lists")
async def item_lists(site: OnSite) -> Response:
    """List the published versions."""
    async with site.reading() as work:
        spec = version_spec("/item-lists", state=ListState.PUBLISHED)
        listed = _listed(site, work.item_lists, spec, await load_names(work))
        return await _show_list(site, listed, "public/item_lists.html")


@router.get("/item-lists/{number}")
async def one_list(number: str, site: OnSite) -> Response:
    """Show a version with what it changed."""
    async with site.reading() as work:
        version = await _published(work, number)
        names = await load_names(work)
        return site.show(
            "public/item_list.html",
            names=names,
            edition=version,
            title=version_title(version),
            changes=[change_words(each, names) for each in version.changes],
        )


@router.get("/item-lists/{number}/annex-1.{ending}")
async def annex(number: str, ending: Literal["xlsx", "pdf"], site: OnSite) -> Response:
    """Send a version as annex 1 事项清单, in the nine columns of the official lists."""
    async with site.reading() as work:
        version = await _published(work, number)
        content = await registers.content_of(work, int(number))
        names = await load_names(work)
    printing = printing_of(site, f"/item-lists/{number}")
    data = item_list_annex(tuple(content.values()), names, printing, _subtitle(version))
    return send_annex(site.parts.documents, data, f"item-list-{number}", ending)


@router.get("/duties")
async def duties(site: OnSite) -> Response:
    """List the published duty lists of all posts."""
    async with site.reading() as work:
        names = await load_names(work)
        spec = duties_spec(names, "/duties", state=ListState.PUBLISHED)
        return await _show_list(
            site, _listed(site, work.duty_lists, spec, names), "public/duties.html"
        )


@router.get("/duties/{duty_list_id}")
async def one_duty_list(duty_list_id: str, site: OnSite) -> Response:
    """Show the published duties of a post."""
    async with site.reading() as work:
        found = await work.duty_lists.get(duty_list_id)
        if found.state is not ListState.PUBLISHED:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="duty_list", key=duty_list_id)
        return site.show("public/duty_list.html", names=await load_names(work), duty_list=found)


def _listed(site: Site, collection: Paged[Any], spec: ListSpec[Any], names: Names) -> Listed[Any]:
    return Listed(collection=collection, spec=spec, names=names, documents=site.parts.documents)


async def _show_list(site: Site, listed: Listed[Any], template: str, **context: Any) -> Response:
    found = await answer(listed, site.request)
    if not isinstance(found, ListView):
        return found
    return site.show(template, view=found, names=listed.names, **context)


async def _published(work: Work, number: str) -> ItemListVersion:
    """Find a published version by its number; drafts have none."""
    wanted = int(number) if number.isdecimal() and len(number) < _MOST_DIGITS else 0
    for version in await work.item_lists.where(number=wanted, state=ListState.PUBLISHED):
        return version
    raise RuleBrokenError(Rule.NOT_FOUND, kind="item_list_version", key=number)


def _subtitle(version: ItemListVersion) -> str:
    with speaking(CHINESE):
        words = _("%(title)s，%(day)s 起生效") % {
            "title": version_title(version),
            "day": version.effective_date,
        }
        return " · ".join(filter(None, (version.file_number, words)))
