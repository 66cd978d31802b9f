"""Small files for the import tests: spreadsheets with merged cells, an ODF sheet, CSV text."""

import csv
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""


def wide(text: str) -> str:
    """Give printable ASCII text in full-width characters, as Chinese input methods write it."""
    return "".join("\u3000" if sign == " " else chr(ord(sign) + 0xFEE0) for sign in text)


def write_rows(path: Path, *rows: Mapping[str, str], encoding: str = "utf-8") -> Path:
    """Write a CSV file; the first row names the columns."""
    with path.open("w", encoding=encoding, newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[object]], merges: Sequence[Merge] = ()) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for first_row, first_column, last_row, last_column in merges:
            value = rows[first_row][first_column]
            sheet.merge_range(first_row, first_column, last_row, last_column, value)
    return path


def write_ods(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            if cell
            else "<table:table-cell/>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = {
        name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
        for name in ("office", "table", "text")
    }
    declared = " ".join(f'xmlns:{name}="{uri}"' for name, uri in names.items())
    content = (
        f"<office:document-content {declared}><office:body><office:spreadsheet>"
        f'<table:table table:name="Sheet1">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr("content.xml", f'<?xml version="1.0" encoding="UTF-8"?>{content}')
    return path
