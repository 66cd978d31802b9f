"""Credit files on the console: one page per enterprise and year, as PDF and Excel too."""

import asyncio
from collections.abc import Sequence
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.credit_file import (
    CreditFile,
    CreditFileRules,
    FileEntry,
    FilePart,
    Mark,
    score_of,
)
from coordinator.services import credit_file
from coordinator.services.ports import Role, Work
from coordinator.web.api.credit_files import SEARCHED, for_actor
from coordinator.web.console.follow_up.matters import CASES, show_matters
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.console.notices import pdf
from coordinator.web.downloads import xlsx_file
from coordinator.web.language import CHINESE, _, choose, later, speaking
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.words import state

router = APIRouter()
_HERE = "/console/credit-files"
_PAGES = {
    "rectification": "/console/rectifications/",
    "result": "/console/results/",
    "case": "/console/cases/",
    "abnormal": "/console/abnormal-list/",
    "listing": "/console/listings/",
    "repair": "/console/repairs/",
    "penalty": "/console/penalties/",
}
_PUBLIC = ("abnormal", "listing")
_HEADINGS = (
    later("部分"),
    later("日期"),
    later("种类"),
    later("内容"),
    later("部门"),
    later("来源"),
    later("计分"),
)


@router.get(_HERE)
async def credit_files(console: InConsole) -> Response:
    """List the files, every version."""
    spec: ListSpec[CreditFile] = ListSpec(
        title=later("年度信用档案"),
        columns=(
            Column(
                later("主体"),
                "subject_name",
                "link",
                href=lambda each: f"{_HERE}/{each.file_id}",
                note=lambda each, _names: bare_code(each.subject),
                order="subject_name",
            ),
            Column(later("年份"), lambda each, _names: str(each.year), order="year"),
            Column(later("版本"), lambda each, _names: str(each.version)),
            Column(later("分类"), lambda each, _names: class_word(each)),
            Column(later("条目"), lambda each, _names: str(len(each.entries))),
            Column(later("制作时间"), "made_at", "time", order="made_at"),
        ),
        filters=(Filter("year", later("年份"), typed=True),),
        order="made_at",
        descending=True,
        empty=later("还没有年度信用档案。"),
        empty_next=later("上一年的由每日例行制作；办公室可以在一企一档页面随时制作。"),
        search_label=later("名称或代码"),
        search_in=SEARCHED,
    )
    async with console.reading() as work:
        return await show_matters(console, work, work.credit_files, spec, CASES)


@router.get(_HERE + "/{file_id}")
async def one_file(file_id: str, console: InConsole) -> Response:
    """Show a version: four parts, each entry with its record, and what the class comes from."""
    async with console.reading() as work:
        [whole] = await credit_file.as_public_now(work, [await work.credit_files.get(file_id)])
        found = for_actor(console.actor, whole)
        names = await load_names(work)
        rules = work.policies.credit_file_rules()
        match console.request.query_params.get("format", ""):
            case "pdf":
                with speaking(CHINESE):
                    data = _paper(console, work, found, names)
                return pdf(console.parts.documents.pdf("credit-file", data), "credit-file")
            case "xlsx":
                return await _as_workbook(console, found, names, rules)
            case _:
                return await _shown(console, work, whole, names)


async def _shown(console: Console, work: Work, whole: CreditFile, names: Names) -> Response:
    found = for_actor(console.actor, whole)
    rules = work.policies.credit_file_rules()
    versions = await work.credit_files.where(subject=whole.subject, year=whole.year)
    marks = {each.code: each for each in rules.mark}
    buttons = ["make-credit-file"] if console.actor.role is Role.OFFICE else []
    return await console.show(
        work,
        "credit_file/file.html",
        names=names,
        file=found,
        hidden=len(whole.entries) - len(found.entries),
        parts_of=[(state("file-part", part.value).word, found.of_part(part)) for part in FilePart],
        kind_word=lambda kind: word_of(marks.get(kind), kind),
        points_of=lambda entry: points_of(entry, rules),
        page_of=lambda entry: page_of(entry, console),
        class_said=class_word(found),
        source=rules.source,
        stale=score_of(whole.entries, rules) != whole.score,
        versions=sorted(versions, key=lambda each: each.version, reverse=True),
        acts=console.buttons(*buttons, object_id=whole.subject),
        enterprise=f"/console/enterprises/{quote(whole.subject, safe=':')}",
    )


def class_word(found: CreditFile) -> str:
    """Say which class counts and whose it is."""
    if found.official_class is not None:
        return _("%(code)s（官方分类）") % {"code": found.official_class}
    if found.local_class is not None:
        return _("%(code)s（本地评分）") % {"code": found.local_class}
    return _("没有数据，不评分")


def word_of(mark: Mark | None, kind: str) -> str:
    """Name a kind of entry as the table does; a kind the table has dropped shows itself."""
    return choose(mark.name, mark.name_en) if mark is not None else kind


def points_of(entry: FileEntry, rules: CreditFileRules) -> str:
    """Say what one entry counts by the table of today; a repaired one counts nothing."""
    if not entry.counts:
        return _("已修复，不计")
    points = next((each.points for each in rules.mark if each.code == entry.kind), 0)
    return f"{points:+d}" if points else "0"


def page_of(entry: FileEntry, console: Console) -> str:
    """Give where an entry's record is shown, empty where this reader can't open it."""
    own = console.actor.department is None or entry.department in console.actor.sees
    seen = own or entry.source in _PUBLIC
    return _PAGES[entry.source] + quote(entry.source_id) if seen else ""


def _rows(
    entries: Sequence[FileEntry], names: Names, rules: CreditFileRules
) -> list[tuple[str, ...]]:
    marks = {each.code: each for each in rules.mark}
    return [
        (
            each.day.isoformat(),
            word_of(marks.get(each.kind), each.kind),
            each.text,
            names.department(each.department),
            f"{each.source} {each.source_id}",
            points_of(each, rules),
        )
        for each in entries
    ]


async def _as_workbook(
    console: Console, found: CreditFile, names: Names, rules: CreditFileRules
) -> Response:
    rows = [
        (state("file-part", part.value).word, *row)
        for part in FilePart
        for row in _rows(found.of_part(part), names, rules)
    ]
    headings = [_(word) for word in _HEADINGS]
    title = f"{found.year}"
    body = await asyncio.to_thread(console.parts.documents.workbook, title, headings, rows)
    return xlsx_file(body, f"onevisit-credit-file-{found.year}")


def _paper(console: Console, work: Work, found: CreditFile, names: Names) -> dict[str, object]:
    rules = work.policies.credit_file_rules()
    department = console.actor.department
    return {
        "office": console.parts.office_name,
        "rehearsal": console.parts.rehearsal,
        "subject": found.subject,
        "subject_name": found.subject_name,
        "facts": [
            (_("年份"), str(found.year)),
            (_("版本"), str(found.version)),
            (_("分类"), class_word(found)),
            (_("本地得分"), "" if found.score is None else str(found.score)),
            (_("评分表"), f"{found.table_label}（{rules.source}）"),
        ],
        "parts": [
            {
                "title": state("file-part", part.value).word,
                "rows": [
                    (row[0], row[1], row[2], row[3], row[5])
                    for row in _rows(found.of_part(part), names, rules)
                ],
            }
            for part in FilePart
        ],
        "reader": names.department(department) if department else console.parts.office_name,
        "printed_at": work.now().astimezone(ZoneInfo(console.parts.zone)),
    }
