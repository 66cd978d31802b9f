"""The forms of the office as PDF/A, set by typst from the templates in forms/."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from importlib import import_module
from pathlib import Path
from typing import Any

import segno
import typst
from pydantic import ValidationError

from coordinator.adapters.documents.annexes import annex_workbook
from coordinator.adapters.documents.form_base import Form
from coordinator.adapters.documents.form_fields import FORMS, Annex, Notice
from coordinator.adapters.documents.package_guides import package_guide
from coordinator.adapters.documents.workbooks import workbook
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import CalendarEvent

_FORMS = Path(__file__).parent / "forms"
_FAMILIES = frozenset({"Noto Serif CJK SC", "Noto Sans CJK SC"})
_ROWS_OF_A_RUN = 6  # about half a page: a name is said again before its cell leaves the page


class TypstDocuments:
    """Forms by typst, spreadsheets by XlsxWriter; equal data give equal bytes.

    `fonts` is a folder with Noto Serif CJK or Noto Sans CJK; without it only forms are refused.
    """

    def __init__(self, fonts: Path) -> None:
        self._folder = fonts
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[fonts] if fonts.is_dir() else [],
        )

    def pdf(self, form: str, data: Mapping[str, Any]) -> bytes:
        """Set a form as PDF/A.

        DOCUMENT_FIELD_MISSING names the first field that does not fit, FONTS_MISSING the folder
        without Chinese type.
        """
        if _FAMILIES.isdisjoint(self._fonts.families()):
            raise RuleBrokenError(Rule.FONTS_MISSING, folder=str(self._folder))
        fields = _fields(form, data)
        return typst.compile(
            _FORMS / f"{form}.typ",
            root=_FORMS,
            font_paths=self._fonts,
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": _as_input(fields)},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=datetime.combine(fields.dated, time(), UTC),
        )

    def qr(self, content: str) -> bytes:
        """Draw a QR code as svg; of an opening even the longest path fits (2 953 bytes)."""
        drawing = io.BytesIO()
        segno.make_qr(content, error="l").save(drawing, kind="svg", xmldecl=False, omitsize=True)
        return drawing.getvalue()

    def calendar(self, title: str, events: Iterable[CalendarEvent]) -> bytes:
        """Make an iCalendar file that programs open or subscribe to."""
        # Only here: every command loads this room, and hardly any asks for a calendar.
        icalendars = import_module("coordinator.adapters.documents.icalendars")
        made: bytes = icalendars.icalendar(title, events)
        return made

    def package_guide(self, visit_id: str) -> Mapping[str, bytes]:
        """Give what lies beside a task's archive packages and checks them."""
        return package_guide(visit_id)

    def workbook(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> bytes:
        """Make an xlsx with one sheet; codes stay text, nothing becomes a formula."""
        return workbook(title, headings, rows)

    def annex(self, data: Mapping[str, Any]) -> bytes:
        """Make the xlsx of an annex from the data of its PDF; DOCUMENT_FIELD_MISSING as there."""
        fields = _fields("annex", data)
        assert isinstance(fields, Annex)  # noqa: S101 - FORMS says so
        return annex_workbook(fields)


def _fields(form: str, data: Mapping[str, Any]) -> Form:
    if form not in FORMS:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="form", key=form)
    try:
        return FORMS[form].model_validate(dict(data))
    except ValidationError as error:
        place = error.errors(include_url=False)[0]["loc"]
        field = ".".join(str(part) for part in place)
        raise RuleBrokenError(Rule.DOCUMENT_FIELD_MISSING, form=form, field=field) from error


def _as_input(fields: Form) -> str:
    values = fields.model_dump(mode="json")
    if isinstance(fields, Annex):
        values["spans"] = [
            fields.runs(column, _ROWS_OF_A_RUN) for column in range(len(fields.columns))
        ]
    if fields.scanned is not None:
        values["qr"] = segno.make_qr(fields.scanned, error="m").svg_inline(omitsize=True)
    if isinstance(fields, Notice):
        for proof, opening in zip(values["openings"], fields.openings, strict=True):
            proof["qr"] = segno.make_qr(opening.document, error="l").svg_inline(omitsize=True)
    return json.dumps(values, ensure_ascii=False)
