"""Messages about what was found: findings, returns, sharing and disclosure (stages 7 to 11)."""

from datetime import date

from pydantic import AwareDatetime, Field

from contracts.vocabulary import Wire


class Answer(Wire):
    """What the team entered for one checkpoint; `value` is the text of the answer.

    `reopened`: why it was asked all the same, where the card says that it is recognised or that
    another organ asks it.
    """

    checkpoint: str
    value: str
    note: str | None = None
    reopened: str | None = Field(default=None, exclude_if=lambda reason: reason is None)


class Finding(Wire):
    """What one department found for one item on one object; codes from the dated code tables."""

    object_id: str
    item: str
    checked: bool
    method: str
    result_codes: tuple[str, ...]
    problem: str | None
    legal_basis: str | None
    follow_up: tuple[str, ...]
    answers: tuple[Answer, ...]


class FindingsSubmitted(Wire):
    """A department's report of one visit; versions rise from 1 and former ones are kept."""

    visit_id: str
    department: str
    report_version: int
    entered_by: str
    visited_date: date
    present: tuple[str, ...]
    entity_opinion: str | None
    findings: tuple[Finding, ...]


class ResultReturned(Wire):
    """The approver sends a report back with a reason."""

    visit_id: str
    department: str
    report_version: int
    reason: str


class SharedAnswer(Wire):
    """The answer to a shared question, for every department of the visit that asks it."""

    shared_code: str
    value: str
    note: str | None = None


class ResultLine(Wire):
    """The shareable part of one finding, with its answers to shared questions."""

    object_id: str
    object_name: str
    item: str
    item_name: str
    result_codes: tuple[str, ...]
    problem: str | None
    follow_up: tuple[str, ...]
    answers: tuple[SharedAnswer, ...] = Field(default=(), exclude_if=lambda answers: not answers)


class ResultShared(Wire):
    """One department's approved results of a visit, for every department that took part."""

    visit_id: str
    from_department: str
    report_version: int
    visited_date: date
    results: tuple[ResultLine, ...]


class ResultAcknowledged(Wire):
    """A department has taken in another one's results."""

    visit_id: str
    from_department: str
    report_version: int


class ResultDisclosed(Wire):
    """One published result of one item on one object."""

    disclosure_id: str
    object_id: str
    object_name: str
    visit_id: str
    task_number: str
    item: str
    item_name: str
    department: str
    visited_date: date
    method: str
    result_codes: tuple[str, ...]
    disposal: tuple[str, ...]
    disclosed_at: AwareDatetime
