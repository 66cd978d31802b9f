"""Annexes as xlsx, made to be printed: title over the table, repeated heads, A4 landscape."""

import io
from datetime import UTC, datetime

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # ships no types
from xlsxwriter.format import Format  # type: ignore[import-untyped]  # ships no types
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # ships no types

from coordinator.adapters.documents.form_fields import Annex
from coordinator.adapters.documents.workbooks import sheet_name

_CREATED_AT = datetime(2000, 1, 1, tzinfo=UTC)  # equal data, equal bytes: no clock in the file
_A4 = 9
_SHEET_CHARACTERS = 190  # the width of A4 landscape at the size to which the sheet is fitted
_TEXT = 49  # the built-in number format `@`
_TITLE_HEIGHT, _GREY = 34, "#F2F2F2"
_HEAD = 3  # rows above the table: label, title, subtitle
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_CELL = {"num_format": _TEXT, "text_wrap": True, "valign": "vcenter", "border": 1}


def annex_workbook(annex: Annex) -> bytes:
    """Make the xlsx of an annex: text stays text, equal data give equal bytes."""
    target = io.BytesIO()
    with Workbook(target, _OPTIONS) as book:
        book.set_properties({"title": annex.title, "created": _CREATED_AT.replace(tzinfo=None)})
        sheet = book.add_worksheet(sheet_name(annex.title))
        _set_columns(sheet, annex)
        _write_title(book, sheet, annex)
        first = _write_heads(book, sheet, annex)
        _write_rows(book, sheet, annex, first)
        _write_notes(book, sheet, annex, first + len(annex.rows))
        _set_print(sheet, annex, first)
    return target.getvalue()


def _set_columns(sheet: Worksheet, annex: Annex) -> None:
    whole = sum(column.share for column in annex.columns)
    for number, column in enumerate(annex.columns):
        sheet.set_column(number, number, _SHEET_CHARACTERS * column.share / whole)


def _write_title(book: Workbook, sheet: Worksheet, annex: Annex) -> None:
    centred = {"num_format": _TEXT, "align": "center", "valign": "vcenter"}
    last = len(annex.columns) - 1
    sheet.write_string(0, 0, annex.label, book.add_format({"num_format": _TEXT, "bold": True}))
    _across(sheet, (1, 0, last), annex.title, book.add_format({**centred, "bold": 1, "size": 18}))
    _across(sheet, (2, 0, last), annex.subtitle, book.add_format(centred))
    sheet.set_row(1, _TITLE_HEIGHT)


def _write_heads(book: Workbook, sheet: Worksheet, annex: Annex) -> int:
    """Write one head row, or two where columns stand in groups; give the row below them."""
    form = book.add_format({**_CELL, "bold": True, "align": "center", "bg_color": _GREY})
    grouped = any(column.group for column in annex.columns)
    for number, column in enumerate(annex.columns):
        if not grouped:
            sheet.write_string(_HEAD, number, column.title, form)
        elif not column.group:
            sheet.merge_range(_HEAD, number, _HEAD + 1, number, column.title, form)
        else:
            sheet.write_string(_HEAD + 1, number, column.title, form)
    for name, first, last in _groups(annex):
        _across(sheet, (_HEAD, first, last), name, form)
    return _HEAD + 2 if grouped else _HEAD + 1


def _groups(annex: Annex) -> list[tuple[str, int, int]]:
    """Give name, first and last column of each group, in order."""
    found: list[tuple[str, int, int]] = []
    for number, column in enumerate(annex.columns):
        if not column.group:
            continue
        if found and found[-1][0] == column.group and found[-1][2] == number - 1:
            found[-1] = (column.group, found[-1][1], number)
        else:
            found.append((column.group, number, number))
    return found


def _write_rows(book: Workbook, sheet: Worksheet, annex: Annex, first: int) -> None:
    left = book.add_format(_CELL)
    centre = book.add_format({**_CELL, "align": "center"})
    for place, column in enumerate(annex.columns):
        form = centre if column.centred else left
        spans = annex.runs(place)
        for number, row in enumerate(annex.rows):
            if spans[number] == 1:
                _write(sheet, first + number, place, row[place], form)
            elif spans[number] > 1:
                _merge(sheet, (first + number, place, spans[number]), row[place], form)


def _merge(sheet: Worksheet, where: tuple[int, int, int], value: int | str, form: Format) -> None:
    row, column, span = where
    sheet.merge_range(row, column, row + span - 1, column, "", form)
    _write(sheet, row, column, value, form)


def _write(sheet: Worksheet, row: int, column: int, value: int | str, form: Format) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value, form)
    else:
        sheet.write_string(row, column, value, form)


def _write_notes(book: Workbook, sheet: Worksheet, annex: Annex, row: int) -> None:
    form = book.add_format({"num_format": _TEXT, "text_wrap": True, "valign": "top"})
    for number, note in enumerate(annex.notes, start=1):
        _across(sheet, (row + number, 0, len(annex.columns) - 1), note, form)


def _across(sheet: Worksheet, where: tuple[int, int, int], text: str, form: Format) -> None:
    row, first, last = where
    if first == last:
        sheet.write_string(row, first, text, form)
    else:
        sheet.merge_range(row, first, row, last, text, form)


def _set_print(sheet: Worksheet, annex: Annex, first: int) -> None:
    sheet.freeze_panes(first, 0)
    sheet.repeat_rows(_HEAD, first - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.center_horizontally()
    source = annex.source.replace("&", "&&")
    mark = "（演练文书，不具有法律效力）" if annex.rehearsal else ""
    printed = annex.printed_at.strftime("%Y-%m-%d %H:%M")
    sheet.set_footer(f"&L{source}{mark}&C第 &P 页，共 &N 页&R打印时间 {printed}")
