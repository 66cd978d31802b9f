"""What the papers of a report are given: report, record of the visit, result sheet (2.7, 2.11)."""

from datetime import date

from pydantic import Field
from typing_extensions import override

from coordinator.adapters.documents.form_base import Form, Given, Text


class ReportedAnswer(Given):
    """One question with its answer."""

    question: Text
    answer: Text


class ReportedItem(Given):
    """One item on one object as the report has it."""

    object: Text
    item: Text
    method: Text
    result: Text
    problem: str = ""
    basis: str = ""
    disposal: Text
    answers: tuple[ReportedAnswer, ...] = ()
    evidence: tuple[Text, ...] = ()
    drafted: str = ""
    dispute: str = ""


class RejectedDraft(Given):
    """A problem that an expert drafted and an officer did not adopt, with the reason."""

    item: Text
    problem: Text
    basis: Text
    expert: Text
    officer: Text
    reason: Text


class ReportPaper(Form):
    """One version of a department's report; `standing` says which one and whether it is approved.

    `approved_by` and `approved_date` are empty until it is; `signature` says in words who signed
    for the inspected, or who noted the refusal; `drafts` counts what experts drafted.
    """

    organ: Text
    task_number: Text
    place_name: Text
    address: str = ""
    visited_date: date
    people: tuple[Text, ...] = Field(min_length=1)
    items: tuple[ReportedItem, ...] = Field(min_length=1)
    situation: Text
    evaluation: str = ""
    opinion: str = ""
    entity_opinion: str = ""
    signature: str = ""
    process_records: tuple[Text, ...] = ()
    drafts: str = ""
    rejected: tuple[RejectedDraft, ...] = ()
    standing: Text
    hearing: str = ""
    approved_by: str = ""
    approved_date: date | None = None
    entered_by: Text
    entered_date: date

    @property
    @override
    def dated(self) -> date:
        """The day it was approved, or else entered."""
        return self.approved_date or self.entered_date
