"""Spreadsheets as xlsx: every text stays text, equal rows give equal bytes."""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain, islice
from math import isfinite
from unicodedata import east_asian_width

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # ships no types
from xlsxwriter.format import Format  # type: ignore[import-untyped]  # ships no types
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # ships no types

_CREATED_AT = datetime(2000, 1, 1, tzinfo=UTC)  # equal rows, equal bytes: no clock in the file
_TEXT = 49  # the built-in number format `@`
_NAME_CHARACTERS = 31  # Excel's limit of a sheet name
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_RESERVED = "history"  # Excel keeps this name for itself
_CELL_CHARACTERS = 32_767
_CUT = "…"
_LARGEST_NUMBER = 10**15  # an xlsx number is a double with 15 digits; longer ones stay text
_MEASURED_ROWS = 100
_NARROWEST, _WIDEST, _PADDING = 8, 60, 2
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Make an xlsx with one sheet: text as text, numbers as numbers, dates as ISO text.

    Rows may be any length of stream. A text beyond Excel's 32 767 characters is cut with `…`.
    """
    stream = iter(rows)
    measured = list(islice(stream, _MEASURED_ROWS))
    target = io.BytesIO()
    with Workbook(target, _OPTIONS) as book:
        book.set_properties({"title": title, "created": _CREATED_AT.replace(tzinfo=None)})
        sheet = book.add_worksheet(sheet_name(title))
        text = book.add_format({"num_format": _TEXT, "valign": "top"})
        bold = book.add_format({"num_format": _TEXT, "bold": True, "bottom": 1})
        for column, width in enumerate(_widths([headings, *measured])):
            sheet.set_column(column, column, width)
        _write_row(sheet, 0, headings, bold)
        last = _write_rows(sheet, chain(measured, stream), text)
        sheet.freeze_panes(1, 0)
        if headings:
            sheet.autofilter(0, 0, last, len(headings) - 1)
    return target.getvalue()


def sheet_name(title: str) -> str:
    """Turn a title into a name that Excel accepts: 1 to 31 characters, none of []:*?/\\."""
    name = " ".join(title.translate(_FORBIDDEN).split()).strip("'")[:_NAME_CHARACTERS].strip(" '")
    return f"{name}_" if not name or name.lower() == _RESERVED else name


def _write_rows(sheet: Worksheet, rows: Iterator[Sequence[object]], form: Format) -> int:
    number = 0
    for number, row in enumerate(rows, start=1):
        _write_row(sheet, number, row, form)
    return number


def _write_row(sheet: Worksheet, number: int, row: Sequence[object], form: Format) -> None:
    for column, value in enumerate(row):
        if value is None:
            continue
        if isinstance(value, int | float) and _is_exact(value):
            sheet.write_number(number, column, value)
        else:
            sheet.write_string(number, column, _text(value), form)


def _is_exact(value: float) -> bool:
    return not isinstance(value, bool) and isfinite(value) and abs(value) < _LARGEST_NUMBER


def _text(value: object) -> str:
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text if len(text) <= _CELL_CHARACTERS else text[: _CELL_CHARACTERS - 1] + _CUT


def _widths(rows: Sequence[Sequence[object]]) -> list[int]:
    widest: list[int] = []
    for row in rows:
        widest.extend([0] * (len(row) - len(widest)))
        for column, value in enumerate(row):
            if value is not None:
                widest[column] = max(widest[column], _width(_text(value)))
    return [min(max(width + _PADDING, _NARROWEST), _WIDEST) for width in widest]


def _width(text: str) -> int:
    lines = text.splitlines()
    return max(
        (sum(1 + (east_asian_width(sign) in "WF") for sign in each) for each in lines), default=0
    )
