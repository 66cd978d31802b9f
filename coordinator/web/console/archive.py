"""Archive packages and their chain: what each holds, is it as it was, until when it stays."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from coordinator.domain.archive import Package
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PackageState
from coordinator.services import archive as services
from coordinator.services.ports import Work
from coordinator.web.archive_words import section_word
from coordinator.web.archives import packed_packages
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.console.task_numbers import Numbered
from coordinator.web.dependencies import Overseer
from coordinator.web.language import current_language, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.reach import open_rounds
from coordinator.web.words import states_of

router = APIRouter()


@dataclass(frozen=True)
class SectionView:
    """A part of a package: its words, how much it holds, its digest."""

    word: str
    number: int
    digest: str


@router.get("/console/archive")
async def packages(console: InConsole, _person: Overseer) -> Response:
    """List the archive packages."""
    async with console.reading() as work:
        numbered = Numbered(work, work.packages)
        spec: ListSpec[Package] = ListSpec(
            title=later("归档"),
            columns=_columns(numbered),
            filters=_filters(),
            fixed={"round_id": await open_rounds(work)},
            order="number",
            descending=True,
            empty=later("还没有归档的任务。"),
            empty_next=later("一次检查的全部结果公示后，整卷自动签名归档。"),
            search_label=later("任务编号"),
        )
        return await console.show_list(work, numbered, spec)


def _columns(numbered: Numbered[Package]) -> tuple[Column[Package], ...]:
    return (
        Column(
            later("序号"),
            "number",
            "link",
            order="number",
            href=lambda each: f"/console/archive/{each.number}",
        ),
        Column(
            later("任务"),
            lambda each, _names: numbered.number_of(each),
            kind="code",
            href=lambda each: f"/console/visits/{each.visit_id}",
        ),
        Column(later("补充"), lambda each, _names: each.supplements or "", "number"),
        Column(later("归档时间"), "archived_at", "time"),
        Column(later("类别"), "kind", "state:package-kind"),
        Column(later("保存至"), "retain_until", "date", order="retain_until"),
        Column(later("状态"), "state", "state:package"),
        Column(later("字节"), lambda each, _names: len(each.body), kind="number"),
        Column(later("指纹"), lambda each, _names: each.digest[:16], kind="code"),
    )


def _filters() -> tuple[Filter, ...]:
    return (
        Filter("kind", later("全部类别"), states_of("package-kind")),
        Filter("state", later("全部状态"), states_of("package")),
        Filter("retain_until", later("保存期满于（日期）"), how="until", typed=True),
    )


@router.get("/console/archive/{number}")
async def one_package(number: int, console: InConsole, _person: Overseer) -> Response:
    """Show a package: whether it is as it was, its parts, the task's duties, its term."""
    async with console.reading() as work:
        found = await _seen(work, number)
        of_task = await services.packages_of(work, found.visit_id)
        body: Mapping[str, Any] = json.loads(found.body) if found.body else {}
        return await console.show(
            work,
            "archive/package.html",
            found=found,
            visit=await work.visits.get(found.visit_id),
            of_task=of_task,
            flaws=await services.flaws_of(work, found, services.office_keys(work)),
            sections=_sections(found, body),
            duties=_duties(of_task),
            evidence=_evidence(work),
            files=await work.stored_evidence.where(visit_id=found.visit_id),
            held=await _held(work, found),
            acts=_buttons(console, found),
        )


@router.get("/console/archive/{number}/package.zip")
async def download(number: int, console: InConsole, _person: Overseer) -> Response:
    """Send all packages of the task, with what checks them; it is noted who took them out."""
    async with console.reading() as work:
        await _seen(work, number)
    async with console.parts.open_work(console.actor) as work:
        found = await services.package_files(work, number)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}.zip"'}
    return StreamingResponse(
        packed_packages(found, console.parts.documents.package_guide(found.visit_id)),
        media_type="application/zip",
        headers=headers,
    )


async def _seen(work: Work, number: int) -> Package:
    """Give a package; one of a covert round that is not open yet is as if it were not there."""
    found = await work.packages.get(number)
    if found.round_id not in await open_rounds(work):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="archive_package", key=number)
    return found


async def _held(work: Work, found: Package) -> Sequence[str]:
    """Name what keeps a task whose term is over; of any other nobody asks yet."""
    over = found.retain_until is not None and found.retain_until < work.today()
    if not over or found.state is PackageState.DESTROYED:
        return ()
    return await services.what_holds(work, found.visit_id)


def _sections(found: Package, body: Mapping[str, Any]) -> list[SectionView]:
    parts = body.get("sections", {})
    return [
        SectionView(section_word(name), len(content), found.sections.get(name, ""))
        for name, content in parts.items()
        if content
    ]


def _duties(packages: Sequence[Package]) -> list[Mapping[str, Any]]:
    """Give the duties as the last package that names them has them."""
    for package in reversed(packages):
        named = json.loads(package.body)["sections"].get("duties") if package.body else None
        if named is not None:
            return list(named)
    return []


def _evidence(work: Work) -> dict[str, str]:
    english = current_language() == "en"
    table = work.policies.duty_evidence()
    return {each.code: each.name_en if english else each.name for each in table}


def _buttons(console: Console, found: Package) -> list[ActButton]:
    keys = {"number": str(found.number)}
    if found.state is PackageState.KEPT:
        return console.buttons("propose-destruction", **keys) if found.retain_until else []
    if found.state is PackageState.DESTRUCTION_PROPOSED:
        return console.buttons("destroy-package", "keep-package", **keys)
    return []
