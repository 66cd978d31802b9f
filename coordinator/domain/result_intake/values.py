"""Reports and results, and what a department was sent to do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from contracts.results import EntitySignature, ExpertDraft, Finding, ProcessRecord
from coordinator.domain.checklist_merge.sharing import Form
from coordinator.domain.dispatch import TeamMember, Visit, VisitCheck
from coordinator.domain.registers import CheckItem, Inspector
from coordinator.domain.registers.item_checks import why_not_valid
from coordinator.domain.working_days import DayOf


@dataclass(frozen=True, kw_only=True)
class Report:
    """One version of a department's findings, kept for ever.

    `doubts`: (object, item, code, other item, other code) that rarely hold together; `days_late`:
    days after the report was due. `code_set`: the former set its codes were translated from.
    """

    report_id: str
    visit_id: str
    department: str
    version: int
    entered_by: str
    visited_date: date
    present: tuple[str, ...]
    entity_opinion: str | None
    findings: tuple[Finding, ...]
    received_at: datetime
    late_reason: str | None = None
    days_late: int = 0
    supplement_reason: str | None = None
    code_set: str | None = None
    evaluation: str | None = None
    opinion: str | None = None
    process_records: tuple[ProcessRecord, ...] = ()
    signature: EntitySignature | None = None
    doubts: tuple[tuple[str, str, str, str, str], ...] = ()
    drafts: tuple[ExpertDraft, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Result:
    """The standing result of one item on one object, by the department that checked.

    `settled_at`: since when nothing remains to be done (已完结); None: something does (未完结).
    `exempt_reason`: the typed reason for which it is not published 不予公示, by an approver's word.
    """

    result_id: str
    round_id: str
    visit_id: str
    department: str
    object_id: str
    object_name: str
    item: str
    item_name: str
    version: int
    checked: bool
    method: str
    result_codes: tuple[str, ...]
    problem: str | None
    legal_basis: str | None
    follow_up: tuple[str, ...]
    visited_date: date
    has_problem: bool
    approved: bool = False
    disclosed: bool = False
    settled_at: datetime | None = None
    exempt_reason: str | None = None
    exempt_by: str | None = None


@dataclass(frozen=True)
class Assignment:
    """What a department was sent to do: its checks, its seats in the team, and the visit's form.

    `told`: the items as they stood when the task went out, where they have changed since.
    """

    visit: Visit
    checks: tuple[VisitCheck, ...]
    team: tuple[TeamMember, ...]
    quota: int
    today: date
    day_of: DayOf
    items: Mapping[str, CheckItem]
    officers: Mapping[str, Inspector] = field(default_factory=dict)
    form: Form = field(default_factory=lambda: Form({}, {}))
    told: Mapping[str, CheckItem] = field(default_factory=dict)

    @property
    def own_officers(self) -> frozenset[str]:
        """The ids of the officers in these seats, of whichever organ."""
        return frozenset(each.person_id for each in self.team if each.is_officer)

    def uncertified(self, people: Collection[str], day: date) -> list[str]:
        """Give who of these people had no valid certificate on the day of the visit (2.0)."""
        known = (self.officers[code] for code in sorted(people) if code in self.officers)
        return [each.inspector_id for each in known if not each.is_certified(day, day)]

    def lapsed(self, visited_date: date) -> frozenset[str]:
        """Give the items that were not valid on the day of the visit: nothing may be recorded."""
        codes = {check.item for check in self.checks}
        return frozenset(
            code
            for code in codes
            if why_not_valid(self.items.get(code), visited_date, visited_date) is not None
        )
