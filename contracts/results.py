"""Messages about what was found: findings, returns, sharing and disclosure (stages 7 to 11)."""

from datetime import date

from pydantic import AwareDatetime, Field

from contracts.vocabulary import DisputeState, EvidenceKind, Wire

SHA256 = r"^[0-9a-f]{64}$"
# What a form is filled in with where there is no problem: these are no words of one.
NO_PROBLEM = "无"


class Answer(Wire):
    """What the team entered for one checkpoint; `value` is the text of the answer.

    `reopened`: why it was asked all the same, where the card says that it is recognised or that
    another organ asks it.
    """

    checkpoint: str
    value: str
    note: str | None = None
    reopened: str | None = Field(default=None, exclude_if=lambda reason: reason is None)


class Evidence(Wire):
    """One file that proves something, by its hash; the file itself stays with the department.

    `size` in bytes; `taken_at` in the local time of the place, with its offset.
    """

    sha256: str = Field(pattern=SHA256)
    kind: EvidenceKind
    media_type: str
    size: int = Field(ge=1)
    taken_at: AwareDatetime
    taken_by: str
    device: str | None = None
    place_note: str | None = None
    name: str | None = None


class ProcessRecord(Wire):
    """The full-process record 执法全过程记录: which device, from when to when, by hash."""

    device: str
    began_at: AwareDatetime
    ended_at: AwareDatetime
    sha256: str = Field(pattern=SHA256)
    kept_by: str | None = None


class EntitySignature(Wire):
    """Who signed for the inspected; `refused`: nobody did, which these officers note."""

    refused: bool
    name: str | None = None
    witnesses: tuple[str, ...] = ()
    note: str | None = None


class Dispute(Wire):
    """What the inspected disputes of a problem 争议, and how that was settled before leaving (2.6).

    `handled_by`: the officer who settled it, recorded it as unresolved, or states that there is
    none; `settlement`: how it was settled, or how far talks came; `handled_at` in local time.
    """

    state: DisputeState
    handled_by: str
    handled_at: AwareDatetime | None = None
    claim: str | None = None
    settlement: str | None = None


class ExpertDraft(Wire):
    """A problem that an expert drafted, and what an officer decided: the adopted are findings.

    `number` counts a department's drafts of one visit from 1. `entered_by` is the expert, or the
    officer who wrote it down for the expert; `reason`: why it was not adopted.
    """

    number: int = Field(ge=1)
    expert: str
    entered_by: str
    drafted_at: AwareDatetime
    object_id: str
    item: str
    checkpoint: str | None
    problem: str
    legal_basis: str
    evidence: tuple[Evidence, ...]
    adopted: bool
    decided_by: str
    decided_at: AwareDatetime
    reason: str | None = None


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
    evidence: tuple[Evidence, ...] = Field(default=(), exclude_if=lambda files: not files)
    dispute: Dispute | None = Field(default=None, exclude_if=lambda each: each is None)


class FindingsSubmitted(Wire):
    """A department's report of one visit; versions rise from 1 and former ones are kept.

    `late_reason`: why it was entered after its time, a code of the office's table or words.
    `supplement_reason`: why items are added that were not checked before. `code_set`: the former
    set that its result codes are of. `evaluation` and `opinion` go into the written report.
    """

    visit_id: str
    department: str
    report_version: int
    entered_by: str
    visited_date: date
    present: tuple[str, ...]
    entity_opinion: str | None
    findings: tuple[Finding, ...]
    late_reason: str | None = Field(default=None, exclude_if=lambda reason: reason is None)
    supplement_reason: str | None = Field(default=None, exclude_if=lambda reason: reason is None)
    code_set: str | None = Field(default=None, exclude_if=lambda name: name is None)
    evaluation: str | None = Field(default=None, exclude_if=lambda text: text is None)
    opinion: str | None = Field(default=None, exclude_if=lambda text: text is None)
    process_records: tuple[ProcessRecord, ...] = Field(
        default=(), exclude_if=lambda records: not records
    )
    signature: EntitySignature | None = Field(default=None, exclude_if=lambda each: each is None)
    drafts: tuple[ExpertDraft, ...] = Field(default=(), exclude_if=lambda drafts: not drafts)


class RefusedFact(Wire):
    """What a broken rule is about, by name: `object`, `item`, `field`, `expected`, `found` …"""

    name: str
    values: tuple[str, ...]


class ReportRefused(Wire):
    """The office did not take a report in: the rule it breaks, where, and what was expected.

    Nothing of it stands. `standing_version` is what the office holds (0: nothing), and the next
    report is the one after that; `awaited`: the office waits for it, else the standing one stays.
    `message_id` is the message that was refused; `text` and `text_en` say why in words.
    """

    visit_id: str
    department: str
    report_version: int
    standing_version: int
    awaited: bool
    message_id: str
    rule: str
    facts: tuple[RefusedFact, ...]
    text: str
    text_en: str
    refused_at: AwareDatetime


class ResultReturned(Wire):
    """The approver sends a report back with a reason.

    `correction`: an approved or published result is reopened; `again`: the report was rejected,
    and the visit is made again, as which attempt.
    """

    visit_id: str
    department: str
    report_version: int
    reason: str
    correction: bool = Field(default=False, exclude_if=lambda flag: not flag)
    again: int = Field(default=0, exclude_if=lambda attempt: not attempt)


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
    """One published result of one item on one object; `corrects` names the version before it."""

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
    corrects: str | None = Field(default=None, exclude_if=lambda former: former is None)


class DisclosureWithdrawn(Wire):
    """A wrongful publication was taken back: nothing of it may be shown or counted any more."""

    disclosure_id: str
    object_id: str
    visit_id: str
    item: str
    department: str
    reason: str
    withdrawn_at: AwareDatetime
