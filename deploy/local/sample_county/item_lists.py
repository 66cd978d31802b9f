"""The item lists of the departments as spreadsheets in the layout of the official list.

A title row, two header rows, merged cells; an item takes one row per checkpoint, as the official
list takes one per legal basis. Further columns: code, competences, minutes, validity, documents to
look at, checkpoints.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from deploy.local.sample_county.source import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlsxwriter.format import Format  # type: ignore[import-untyped]  # ships no types
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # ships no types

    from deploy.local.sample_county.source import Request

COLUMNS = (
    ("编制单位名称", 14),
    ("序号", 6),
    ("抽查类别", 18),
    ("抽查事项", 30),
    ("检查对象", 22),
    ("事项类别", 14),
    ("检查方式", 18),
    ("检查主体", 20),
    ("检查依据", 48),
    ("事项编码", 10),
    ("所需资质", 18),
    ("专家领域", 18),
    ("预计分钟", 10),
    ("有效期自", 12),
    ("有效期至", 12),
    ("需查阅资料", 24),
    ("要点编码", 12),
    ("检查要点", 44),
    ("要点类型", 10),
    ("要点选项", 30),
    ("共用要点码", 24),
)
_NAMED, _PROJECT, _FIRST_ITEM = 16, (2, 3), 3


def write_item_lists(request: Request) -> list[str]:
    """Write items-<department>.xlsx for every department; give the file names."""
    names = []
    for department in load("county")["department"]:
        items = [i for i in load("items")["item"] if i["department"] == department["code"]]
        names.append(f"items-{department['code']}.xlsx")
        _write(request.folder / names[-1], department, items, request.year)
    return names


def _write(
    path: Path, department: Mapping[str, Any], items: Sequence[Mapping[str, Any]], year: int
) -> None:
    # A fixed creation time: the same seed gives the same bytes.
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(year, 1, 1, tzinfo=UTC)})
        sheet = book.add_worksheet("抽查事项清单")
        text = book.add_format({"text_wrap": True, "valign": "vcenter", "border": 1})
        head = book.add_format({"bold": True, "text_wrap": True, "align": "center", "border": 1})
        _write_head(sheet, f"{department['organ_zh']}随机抽查事项清单\n（{year}年版）", head)
        last = _write_items(sheet, items, year, text)
        _write_down(sheet, (_FIRST_ITEM, last, 0), department["name_zh"], text)


def _write_head(sheet: Worksheet, title: str, head: Format) -> None:
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, title, head)
    sheet.merge_range(1, *_PROJECT[:1], 1, _PROJECT[1], "抽查项目", head)
    for column, (name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        if column in _PROJECT:
            sheet.write_string(2, column, name, head)
        else:
            sheet.merge_range(1, column, 2, column, name, head)
    sheet.freeze_panes(_FIRST_ITEM, 0)


def _write_items(
    sheet: Worksheet, items: Sequence[Mapping[str, Any]], year: int, text: Format
) -> int:
    """Write the items below the head, categories merged; give the last row used."""
    row = _FIRST_ITEM
    for serial, (category, group) in enumerate(groupby(items, lambda item: item["category"]), 1):
        first = row
        for item in group:
            row = _write_item(sheet, row, item, year, text)
        _write_down(sheet, (first, row - 1, 1), str(serial), text)
        _write_down(sheet, (first, row - 1, 2), category, text)
    return row - 1


def _write_item(
    sheet: Worksheet, row: int, item: Mapping[str, Any], year: int, text: Format
) -> int:
    last = row + len(item["checkpoints"]) - 1
    named = (
        item["name"],
        item["object_type"],
        item["class"],
        item["methods"],
        item["organs"],
        "\n".join(item["bases"]),
        item["code"],
        "、".join(item["competences"]),
        item.get("expert_field", ""),
        str(item["minutes"]),
        f"{year}-01-01",
        "",
        "、".join(item.get("documents", ())),
    )
    for column, value in enumerate(named, 3):
        _write_down(sheet, (row, last, column), value, text)
    for offset, checkpoint in enumerate(item["checkpoints"]):
        for column, value in enumerate(checkpoint, _NAMED):
            sheet.write_string(row + offset, column, value, text)
    return last + 1


def _write_down(sheet: Worksheet, cells: tuple[int, int, int], value: str, text: Format) -> None:
    """Write a value into column cells[2] of the rows cells[0] … cells[1], merged if several."""
    first, last, column = cells
    if first == last:
        sheet.write_string(first, column, value, text)
    else:
        sheet.merge_range(first, column, last, column, value, text)
