"""What each form must be given; dates are ISO text or `date`, texts are printed as they are."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from pydantic import Field, ValidationInfo, field_validator
from typing_extensions import override

from coordinator.adapters.documents.appraisal_fields import AppraisalReportPaper
from coordinator.adapters.documents.follow_up_fields import (
    CaseFilePaper,
    CopyLetter,
    CreditFilePaper,
    EnterpriseFilePaper,
    HazardListingPaper,
    RectificationOrderPaper,
    ResumeConsentPaper,
    StopOrderPaper,
    TransferLetter,
)
from coordinator.adapters.documents.form_base import Form, Given, Rows, Text
from coordinator.adapters.documents.report_fields import ReportPaper
from coordinator.adapters.documents.sanction_fields import (
    CorrectionDecision,
    DelistingDecision,
    ListingDecision,
    ListingNotice,
    RepairDecision,
    RepairProof,
)


class NoticeCheck(Given):
    """One item on one object, as the notice lists it."""

    department: Text
    object: Text
    item: Text
    method: Text


class NoticeMember(Given):
    """One person of the team; `part` says leader, officer or expert in words."""

    name: Text
    department: Text
    certificate: Text
    part: Text


class NoticeOpening(Given):
    """The proof that one object was drawn for one line; `document` is the file behind the QR."""

    line: Text
    object: Text
    document: Text


class Notice(Form):
    """检查通知书 (2-rules.md 2.5); without `documents` the template names the usual ones.

    `own_basis`: why it is made where no lot drew it.
    """

    task_number: Text
    place_name: Text
    address: Text
    date_from: date
    date_to: date
    departments: tuple[Text, ...] = Field(min_length=1)
    checks: tuple[NoticeCheck, ...] = Field(min_length=1)
    team: tuple[NoticeMember, ...] = Field(min_length=1)
    visit_code: Text
    published_date: date
    verify_url: Text | None = None
    openings: tuple[NoticeOpening, ...] = ()
    documents: tuple[Text, ...] = ()
    contact: Text | None = None
    appointment: Text | None = None
    choice: Text | None = None
    own_basis: Text | None = None

    @property
    @override
    def dated(self) -> date:
        """The day of publication."""
        return self.published_date

    @property
    @override
    def scanned(self) -> str | None:
        """The page that verifies the visit, or else the bare code."""
        return self.verify_url or self.visit_code


class AnnexColumn(Given):
    """One column of an annex: `share` of the width; columns under one `group` stand together."""

    title: Text
    share: int = Field(ge=1)
    group: str = ""
    merged: bool = False
    centred: bool = False


class Annex(Form):
    """An annex 附件 (2-rules.md 2.11): one table, as PDF and as xlsx from the same data.

    In a `merged` column equal neighbours become one cell, as official lists print them. `source`
    and `printed_at` (where the office is) stand at the foot of every page.
    """

    label: Text
    title: Text
    subtitle: str = ""
    columns: tuple[AnnexColumn, ...] = Field(min_length=1)
    rows: Rows = ()
    notes: tuple[Text, ...] = ()
    source: Text
    printed_at: datetime

    @property
    @override
    def dated(self) -> date:
        """The day of printing."""
        return self.printed_at.date()

    @field_validator("rows")
    @classmethod
    def _fit_the_columns(cls, rows: Rows, info: ValidationInfo) -> Rows:
        wanted = len(info.data.get("columns", ()))
        for number, row in enumerate(rows, start=1):
            if len(row) != wanted:
                raise ValueError(f"row {number}: {len(row)} cells for {wanted} columns")
        return rows

    def runs(self, column: int, longest: int | None = None) -> tuple[int, ...]:
        """Give for every row how many rows its cell spans: 0 where the cell above covers it.

        A run never crosses a border of a merged column left of it, so that a category stays
        inside its unit; `longest` bounds it, so that a page never begins with rows of nobody.
        """
        spans = [1] * len(self.rows)
        first = 0
        for number in range(1, len(self.rows)):
            if self._same(number, column) and number - first < (longest or len(self.rows)):
                spans[first] += 1
                spans[number] = 0
            else:
                first = number
        return tuple(spans)

    def _same(self, number: int, column: int) -> bool:
        above, row = self.rows[number - 1], self.rows[number]
        if not self.columns[column].merged or above[column] != row[column]:
            return False
        left = [place for place in range(column) if self.columns[place].merged]
        return all(above[place] == row[place] for place in left)


FORMS: Mapping[str, type[Form]] = MappingProxyType(
    {
        "notice": Notice,
        "listing-notice": ListingNotice,
        "listing-decision": ListingDecision,
        "correction-decision": CorrectionDecision,
        "delisting-decision": DelistingDecision,
        "repair-decision": RepairDecision,
        "repair-proof": RepairProof,
        "rectification-order": RectificationOrderPaper,
        "transfer-letter": TransferLetter,
        "copy-notice": CopyLetter,
        "stop-order": StopOrderPaper,
        "hazard-listing": HazardListingPaper,
        "resume-consent": ResumeConsentPaper,
        "case-file": CaseFilePaper,
        "enterprise-file": EnterpriseFilePaper,
        "credit-file": CreditFilePaper,
        "annex": Annex,
        "appraisal-report": AppraisalReportPaper,
        "inspection-report": ReportPaper,
        "inspection-record": ReportPaper,
        "result-sheet": ReportPaper,
        "problem-summary": ReportPaper,
        "receipt": ReportPaper,
    }
)
"""Name of a form, which is also the name of its template, and what it must be given."""
