"""Acts upon the registers: the list, and one page per act from its reading to its result."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.errors import Rule
from coordinator.domain.registers.acts import (
    ActState,
    Difference,
    ImportProblem,
    RegisterAct,
    RegisterKind,
)
from coordinator.services.ports import Actor, Role, Work
from coordinator.services.registers.importing import preview_import
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.console.registers.fields import field_label, field_words
from coordinator.web.console.registers.history import Change, differences
from coordinator.web.downloads import xlsx_file
from coordinator.web.errors import sentence
from coordinator.web.import_report import problem_report
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, Listed, ListSpec, ListView, answer
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import own_matters, seen_import
from coordinator.web.receiving import uploadable
from coordinator.web.words import state, states_of

router = APIRouter()

_SAMPLE = 20
_KNOWN = {rule.value: rule for rule in Rule}
_PAGES = {
    RegisterKind.ITEM_LIST: "/console/registers/items",
    RegisterKind.CALENDAR: "/console/calendar",
    RegisterKind.REGIONS: "/console/regions",
    RegisterKind.DEPARTMENTS: "/console/departments",
    RegisterKind.INDUSTRIES: "/console/registers",
}


@dataclass(frozen=True)
class Sample:
    """One entry that an import would add or change, in words."""

    key: str
    name: str
    row: int
    added: bool
    changes: Sequence[Change]


def register_page(kind: RegisterKind) -> str:
    """Give where a register is shown."""
    return _PAGES.get(kind, f"/console/registers/{kind.value}")


def import_page(act: RegisterAct) -> str:
    """Give where an act is shown."""
    return "/console/registers/imports/" + quote(act.import_id, safe="")


@router.get("/console/registers/imports")
async def imports(console: InConsole) -> Response:
    """List the acts upon the registers, the latest first; a department sees its own."""
    async with console.reading() as work:
        return await console.show_list(
            work,
            work.imports,
            import_spec(console.actor),
            template="registers/imports.html",
            may_upload=bool(uploadable(console.actor)),
        )


def import_spec(actor: Actor) -> ListSpec[RegisterAct]:
    """Give the list of acts that somebody may see."""
    return ListSpec(
        title=later("登记库变更"),
        columns=(
            Column(
                later("来源"),
                lambda each, _names: source_words(each),
                "link",
                href=import_page,
                note=lambda each, _names: _way(each),
                order="source",
            ),
            Column(later("时间"), "imported_at", "time", order="imported_at"),
            Column(later("经手人"), lambda each, names: names.person(each.imported_by)),
            Column(later("状态"), "state", "state:register-act"),
            Column(later("行数"), "number_of_rows", "number"),
            Column(later("新增"), "number_added", "number"),
            Column(later("变更"), "number_changed", "number"),
            Column(later("不接收"), "number_refused", "number"),
        ),
        filters=(
            Filter("kind", later("全部登记库"), states_of("register")),
            Filter("channel", later("全部途径"), states_of("channel")),
            Filter("state", later("全部状态"), states_of("register-act")),
        ),
        fixed=own_matters(actor),
        order="imported_at",
        descending=True,
        empty=later("登记库还没有变更过。"),
        empty_next=later("上传一份名录，或用 onevisit import 导入。"),
        search_label=later("文件或经手人"),
    )


def _way(act: RegisterAct) -> str:
    return f"{state('register', act.kind).word} · {state('channel', act.channel).word}"


def source_words(act: RegisterAct) -> str:
    """Name where an act came from: its file, or the way where there is none."""
    return act.source or state("channel", act.channel).word


@router.get("/console/registers/imports/{import_id}")
async def one_import(import_id: str, console: InConsole) -> Response:
    """Show an act: its progress, what it would change and what is wrong, or what it did."""
    async with console.reading() as work:
        act = await seen_import(work, console.actor, import_id)
        names = await load_names(work)
        problems = await _problems(console, work, act, names)
        if not isinstance(problems, ListView):
            return problems
        return await console.show(
            work,
            "registers/import.html",
            names=names,
            act=act,
            view=problems,
            percent=percent_of(act),
            sample=await _sample(work, act, names),
            failure=failure_words(act),
            register_page=register_page(act.kind),
            may_decide=_may_decide(console.actor, act),
        )


@router.get("/console/registers/imports/{import_id}/report.xlsx")
async def report(import_id: str, console: InConsole) -> Response:
    """Send every problem of an import, whatever their number, in both languages."""
    async with console.reading() as work:
        act = await seen_import(work, console.actor, import_id)
        body = await problem_report(work, act.import_id, console.parts.documents.workbook)
    return xlsx_file(body, "problems")


def percent_of(act: RegisterAct) -> int | None:
    """Give how much of the file is read, from 0 to 100; None where its size is not known."""
    if act.bytes_total <= 0:
        return None
    return min(100, 100 * act.bytes_read // act.bytes_total)


def failure_words(act: RegisterAct) -> str:
    """Word why an import could not be read."""
    if not act.failure:
        return ""
    rule = _KNOWN.get(str(act.failure.get("rule")))
    return sentence(rule, act.failure) if rule else str(dict(act.failure))


def problem_words(problem: ImportProblem) -> str:
    """Word what is wrong with a cell, and what to do."""
    facts = {
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "expected": problem.expected,
    }
    return sentence(problem.rule, facts | dict(problem.facts))


def problem_spec(import_id: str) -> ListSpec[ImportProblem]:
    """Give the list of an import's problems in the order of the file."""
    return ListSpec(
        title=later("问题清单"),
        columns=(
            Column(later("行"), "row", "number", order="row"),
            Column(later("列"), "column"),
            Column(later("值"), "value", "code"),
            Column(later("处理"), "severity", "state:severity"),
            Column(later("原因与改法"), lambda each, _names: problem_words(each), kind="long"),
            Column(later("应为"), "expected", "code"),
        ),
        filters=(Filter("severity", later("全部处理"), states_of("severity")),),
        fixed={"import_id": import_id},
        order="number",
        empty=later("没有问题。"),
        search_label=later("列、值或应为"),
    )


async def _problems(
    console: Console, work: Work, act: RegisterAct, names: Names
) -> ListView | Response:
    listed = Listed(
        collection=work.import_problems,
        spec=problem_spec(act.import_id),
        names=names,
        documents=console.parts.documents,
    )
    return await answer(listed, console.request)


async def _sample(work: Work, act: RegisterAct, names: Names) -> list[Sample]:
    if act.state is not ActState.READ:
        return []
    found = await preview_import(work, act, _SAMPLE)
    return [
        Sample(
            key=bare_code(each.key),
            name=str(each.value.get("name", "")) if not each.former else "",
            row=each.row,
            added=not each.former,
            changes=_changes(act.kind, each, names),
        )
        for each in found
    ]


def _changes(kind: RegisterKind, found: Difference, names: Names) -> list[Change]:
    """Word a difference; an added entry shows what it brings, without its blank fields."""
    if found.former:
        return differences(kind, found.former, found.value, names)
    return [
        Change(field_label(kind, field), "", field_words(kind, field, value, names))
        for field, value in found.value.items()
        if value not in (None, "", [], False)
    ]


def _may_decide(actor: Actor, act: RegisterAct) -> bool:
    own = actor.role is Role.OFFICE or act.department == actor.department
    return act.is_open and own and actor.role is not Role.AUDITOR
