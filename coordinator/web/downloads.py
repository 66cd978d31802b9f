"""Tables that a browser keeps as a file: CSV and spreadsheets, in which nothing is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from fastapi.responses import Response

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """Send rows as CSV that spreadsheets open; nothing becomes a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    body = text.getvalue().encode("utf-8-sig")
    return _file(body, "text/csv; charset=utf-8", f"{name}.csv")


def xlsx_file(body: bytes, name: str) -> Response:
    """Send a spreadsheet to be kept, under a name without its ending."""
    return _file(body, _XLSX, f"{name}.xlsx")


def _harmless(value: object) -> object:
    """Keep a spreadsheet from taking text for a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA_SIGNS):
        return "'" + value
    return value


def _file(body: bytes, media_type: str, name: str) -> Response:
    how = f'attachment; filename="{name}"'
    return Response(body, media_type=media_type, headers={"Content-Disposition": how})
