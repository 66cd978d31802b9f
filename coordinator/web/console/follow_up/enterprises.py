"""一企一档: find a credit subject, read its file year by year, take it along as PDF or xlsx."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.follow_up.enterprise_files import FileLine, counts_of
from coordinator.services.follow_up import EnterpriseFile, enterprise_file
from coordinator.services.ports import Work
from coordinator.web.console.follow_up.matters import CASES, show_matters
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.console.notices import pdf
from coordinator.web.downloads import xlsx_file
from coordinator.web.language import CHINESE, _, later, speaking
from coordinator.web.lists import Column, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.words import state

if TYPE_CHECKING:
    from coordinator.domain.registers import InspectionObject

router = APIRouter()
_HERE = "/console/enterprises"
KINDS: Mapping[str, str] = {
    "visit": later("检查任务"),
    "own-visit": later("单独上门"),
    "result": later("检查结果"),
    "rectification": later("责令改正"),
    "hazard": later("重大隐患"),
    "sample": later("样品检验"),
    "case": later("案件"),
    "transfer": later("移送"),
    "copy-notice": later("抄告"),
    "abnormal": later("经营异常名录"),
    "listing": later("失信名单"),
    "measure": later("惩戒措施"),
}
_PAGES = {
    "visit": "/console/visits/",
    "own-visit": "/console/due-checks/",
    "result": "/console/results/",
    "rectification": "/console/rectifications/",
    "hazard": "/console/hazards/",
    "sample": "/console/samples/",
    "case": "/console/cases/",
    "transfer": "/console/transfers/",
    "copy-notice": "/console/copy-notices/",
    "abnormal": "/console/abnormal-list/",
    "listing": "/console/listings/",
}
_STATES = {"own-visit": "due-check", "result": "problem", "measure": "order"}


@router.get(_HERE)
async def enterprises(console: InConsole) -> Response:
    """List the credit subjects of the register."""
    spec: ListSpec[InspectionObject] = ListSpec(
        title=later("一企一档"),
        columns=(
            Column(
                later("主体"),
                "name",
                "link",
                href=lambda each: file_page(each.object_id),
                note=lambda each, _names: bare_code(each.object_id),
                order="name",
            ),
            Column(later("地址"), "address"),
            Column(later("状态"), "status", "state:object-status"),
        ),
        fixed={"owner": None},
        order="name",
        empty=later("检查对象名录库是空的。"),
        empty_next=later("名录导入后，每个信用主体有一份档案。"),
        search_label=later("名称或代码"),
        search_in=("name", "object_id"),
    )
    async with console.reading() as work:
        return await show_matters(console, work, work.objects, spec, CASES)


@router.get(_HERE + "/{subject:path}")
async def one_enterprise(subject: str, console: InConsole) -> Response:
    """Show everything on record of a credit subject that the reader may see."""
    async with console.reading() as work:
        found = await enterprise_file(work, subject)
        names = await load_names(work)
        match console.request.query_params.get("format", ""):
            case "pdf":
                with speaking(CHINESE):
                    data = _paper(console, work, found, names)
                return pdf(console.parts.documents.pdf("enterprise-file", data), "enterprise")
            case "xlsx":
                return await _as_workbook(console, found, names)
            case _:
                return await _shown(console, work, found, names)


async def _shown(console: Console, work: Work, found: EnterpriseFile, names: Names) -> Response:
    return await console.show(
        work,
        "follow_up/enterprise.html",
        names=names,
        file=found,
        counts=[(number, _(KINDS[kind])) for kind, number in counts_of(found.years).items()],
        kind_word=lambda kind: _(KINDS[kind]),
        text_of=lambda line: text_of(line, names),
        state_of=lambda line: state(_STATES.get(line.kind, line.kind), line.state),
        page_of=lambda line: page_of(line, console),
        here=file_page(found.subject.object_id),
        acts=console.buttons("make-credit-file", object_id=found.subject.object_id),
    )


async def _as_workbook(console: Console, found: EnterpriseFile, names: Names) -> Response:
    headings = [_(word) for word in _HEADINGS]
    rows = [_row(line, names) for year in found.years for line in year.lines]
    title = _("一企一档")
    body = await asyncio.to_thread(console.parts.documents.workbook, title, headings, rows)
    return xlsx_file(body, "onevisit-enterprise")


_HEADINGS = (
    later("日期"),
    later("种类"),
    later("对象"),
    later("内容"),
    later("部门"),
    later("状态"),
)


def file_page(subject: str) -> str:
    """Give where the file of a credit subject is."""
    return f"{_HERE}/{quote(subject, safe=':')}"


def text_of(line: FileLine, names: Names) -> str:
    """Word what a line is about; lists and measures are codes."""
    words = {"listing": names.list_name, "measure": names.measure}
    return words[line.kind](line.text) if line.kind in words else line.text


def page_of(line: FileLine, console: Console) -> str:
    """Give where a line's matter is shown, empty where this reader can't open it."""
    own = console.actor.department is None or line.department in console.actor.sees
    public = line.kind in ("abnormal", "listing")
    return _PAGES[line.kind] + quote(line.key) if line.kind in _PAGES and (own or public) else ""


def _row(line: FileLine, names: Names) -> list[str]:
    return [
        line.day.isoformat(),
        _(KINDS[line.kind]),
        line.object_name,
        text_of(line, names),
        names.department(line.department),
        state(_STATES.get(line.kind, line.kind), line.state).word,
    ]


def _paper(console: Console, work: Work, found: EnterpriseFile, names: Names) -> dict[str, object]:
    department = console.actor.department
    objects = [f"{each.name} {bare_code(each.object_id)}" for each in found.objects[1:]]
    return {
        "office": console.parts.office_name,
        "rehearsal": console.parts.rehearsal,
        "subject": found.subject.object_id,
        "subject_name": found.subject.name,
        "facts": [
            (_("地址"), found.subject.address),
            (_("名下场所"), "；".join(objects)),
            (_("记录"), "；".join(f"{_(KINDS[k])} {n}" for k, n in counts_of(found.years).items())),
        ],
        "years": [
            {
                "year": year.year,
                "rows": [
                    (row[0], row[1], "：".join(filter(None, (row[2], row[3], row[5]))), row[4])
                    for row in (_row(line, names) for line in year.lines)
                ],
            }
            for year in found.years
        ],
        "reader": names.department(department) if department else console.parts.office_name,
        "printed_at": work.now().astimezone(ZoneInfo(console.parts.zone)),
    }
