"""What the papers of follow-up must be given (2-rules.md 2.9, 2.11)."""

from datetime import date, datetime

from pydantic import Field
from typing_extensions import override

from coordinator.adapters.documents.form_base import Form, Given, Text


class Paper(Form):
    """A paper of an organ: who issues it under which number, when, and to whom.

    A profile that words no number leaves it empty; the place for it stays blank on paper.
    """

    organ: Text
    number: str = ""
    issued_date: date
    addressee: Text

    @property
    @override
    def dated(self) -> date:
        """The day of issue."""
        return self.issued_date


class RectificationOrderPaper(Paper):
    """责令限期改正通知书; `first_due` where an extension has moved the date."""

    subject: Text
    item: Text
    problem: Text
    article: Text
    due_date: date
    first_due: date | None = None
    visited_date: date


class TransferLetter(Paper):
    """案件移送书."""

    subject: Text
    subject_name: Text
    severity: Text
    matter: Text
    reason: Text
    materials: tuple[Text, ...] = ()
    answer_due: date


class CopyLetter(Paper):
    """抄告函."""

    object_name: Text
    matter: Text
    basis: str = ""
    answer_due: date


class StopOrderPaper(Paper):
    """责令停止通知书: what must stop because of a major hazard."""

    subject: Text
    matter: Text
    basis: str = ""
    scope: Text
    removal_due: date


class HazardListingPaper(Paper):
    """挂牌督办通知."""

    subject: Text
    matter: Text
    stop_number: str = ""
    requirements: Text
    removal_due: date


class ResumeConsentPaper(Paper):
    """恢复生产审查意见, by two persons."""

    subject: Text
    matter: Text
    stop_number: str = ""
    evidence: Text
    opinion: Text
    reviewed_date: date


class FileEntry(Given):
    """One piece of a file: its place, what it is, its day, its SHA-256 (empty: no file)."""

    number: int = Field(ge=1)
    title: Text
    dated: str = ""
    sha256: str = ""


class FilePaper(Form):
    """The file of a credit subject with its facts; `printed_at` as the clock stands at the office.

    What stands in it depends on when it is printed, so that is its date.
    """

    subject: Text
    subject_name: Text
    facts: tuple[tuple[Text, str], ...] = ()
    printed_at: datetime

    @property
    @override
    def dated(self) -> date:
        """The day of printing."""
        return self.printed_at.date()


class CaseFilePaper(FilePaper):
    """一案一卷: the cover with the facts of a case, its course, and the list of what is in it."""

    organ: Text
    case_number: str = ""
    state: Text
    course: tuple[tuple[Text, Text], ...] = ()
    pieces: tuple[FileEntry, ...] = ()


class FilePart(Given):
    """One year of an enterprise's file: kinds of matter with their lines."""

    year: int
    rows: tuple[tuple[str, str, str, str], ...] = ()


class CreditFilePart(Given):
    """One part of a credit file: its title and its entries."""

    title: Text
    rows: tuple[tuple[str, str, str, str, str], ...] = ()


class CreditFilePaper(FilePaper):
    """年度信用档案: the four parts of one enterprise's year, as far as the reader may see them."""

    parts: tuple[CreditFilePart, ...] = ()
    reader: Text


class EnterpriseFilePaper(FilePaper):
    """一企一档: everything on record of one credit subject, as far as the reader may see it."""

    years: tuple[FilePart, ...] = ()
    reader: Text
