"""What the half-year and year report is given: figures with formula, texts of the organs."""

from datetime import date
from typing import Self

from pydantic import model_validator
from typing_extensions import override

from coordinator.adapters.documents.form_base import Form, Given, Rows, Text


class FigureLine(Given):
    """One figure: its name, the figure, both of its counts, and the formula beneath."""

    name: Text
    shown: Text
    counts: str
    formula: Text


class AppraisalReportPaper(Form):
    """Half-year or year report 总结, sent to all departments as 通报."""

    title: Text
    number: Text
    paragraph: Text
    summary: str
    figures: tuple[FigureLine, ...]
    organs: Rows
    texts: Rows
    next_steps: str
    reason: str
    counted_at: Text
    day: date
    source: Text

    @property
    @override
    def dated(self) -> date:
        """The day it was issued, or counted."""
        return self.day

    @model_validator(mode="after")
    def _has_figures(self) -> Self:
        if not self.figures:
            raise ValueError("a report without figures")
        return self
