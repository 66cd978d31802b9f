"""Checks that no lot asks for: accepted leads, and re-inspections that are due (2.3, 2.9, 2.12).

They ride along in a visit of a round where one goes to the place in time, and stand outside the
drawn record; where none does, they get a visit of their own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.dispatch import Visit, VisitCheck
from coordinator.domain.lifecycle import DUE_MOVES, DueState, LeadState, VisitState, move
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.item_checks import why_not_valid

RE_INSPECTION = "re-inspection"
"""The kind of entry that a re-inspection is, in the table of kinds."""


class DueSource(StrEnum):
    """What makes a check due."""

    LEAD = "lead"
    RE_INSPECTION = "re-inspection"


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A complaint, transfer or other lead about an object, with where it came from.

    `kind` is a code of the table of kinds; `reason` why it was accepted or rejected.
    """

    lead_id: str
    kind: str
    source: str
    reference: str
    object_id: str
    object_name: str
    department: str
    items: tuple[str, ...]
    matter: str
    received_date: date
    deadline: date
    state: LeadState
    registered_by: str
    registered_at: datetime
    reason: str = ""
    decided_by: str | None = None
    decided_at: datetime | None = None
    handled_at: datetime | None = None

    def ended(self, state: LeadState, at: datetime) -> "Lead":
        """Give the lead after its last check has ended."""
        return replace(self, state=state, handled_at=at)


@dataclass(frozen=True, kw_only=True)
class DueCheck:
    """One item that an organ must check at an object between two days, both included.

    `kind` types the entry of the premises. A joined one names its visit, one with a visit of its
    own the entry of the ledger, its day and officers; one that is done its result, or what the own
    visit found: codes of the table, the problem with its basis, and a note in words.
    """

    due_id: str
    source: DueSource
    source_id: str
    kind: str
    object_id: str
    object_name: str
    place: str
    item: str
    item_name: str
    department: str
    reason: str
    from_date: date
    deadline: date
    state: DueState
    added_at: datetime
    visit_id: str = ""
    entry_id: str = ""
    own_date: date | None = None
    officers: str = ""
    result_id: str = ""
    outcome: str = ""
    result_codes: tuple[str, ...] = ()
    follow_up: tuple[str, ...] = ()
    problem: str = ""
    legal_basis: str = ""
    ended_by: str | None = None
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be done."""
        return self.state in (DueState.DONE, DueState.CANCELLED)

    def ended(self, name: str, at: datetime) -> "DueCheck":
        """Give the check with who ended it and when."""
        return replace(self, ended_by=name, ended_at=at)

    def moved(self, wanted: DueState, **changes: object) -> "DueCheck":
        """Give the check in another state; MOVE_NOT_ALLOWED where it can't go there."""
        state = move(DUE_MOVES, self.state, wanted, of=self.due_id)
        return replace(self, state=state, **changes)  # type: ignore[arg-type] # names are fields


@dataclass(frozen=True)
class Berth:
    """A visit that due checks may join: what it holds, who comes, and what its rules say.

    checks: all of the visit, joined ones included; joined: the due checks among them;
    competences: what the seated officers of each organ can check.
    """

    visit: Visit
    checks: Sequence[VisitCheck]
    joined: Sequence[DueCheck]
    competences: Mapping[str, Collection[str]]
    max_minutes: int | None
    notice_days: int

    def asks(self, due: DueCheck) -> bool:
        """Say whether the visit asks the very question anyway: then it takes no more time."""
        asked = {(check.object_id, check.item, check.department) for check in self.checks}
        return (due.object_id, due.item, due.department) in asked

    def with_one_more(self, due: DueCheck, check: VisitCheck) -> "Berth":
        """Give the visit after a check has joined it."""
        return replace(self, checks=(*self.checks, check), joined=(*self.joined, due))


def days_together(berth: Berth, dues: Iterable[DueCheck], today: date) -> tuple[date, date] | None:
    """Give the days on which a visit can hold all these due checks, or None.

    The organs are told `notice_days` before an announced visit, so that it can't be sooner.
    """
    visit, several = berth.visit, list(dues)
    first = max(visit.date_from, today + timedelta(days=berth.notice_days))
    from_day = max([first, *(due.from_date for due in several)])
    to_day = min([visit.date_to, *(due.deadline for due in several)])
    return (from_day, to_day) if from_day <= to_day else None


def may_join(due: DueCheck, berth: Berth, item: CheckItem | None, today: date) -> bool:
    """Say whether a due check fits into a visit: not sent out, its organ there, days and minutes.

    A covert visit takes none: that a lead goes along would tell its target. Only an organ that
    comes anyway can take more along, so the ledger's counters stay as they are (2.3 rule 5).
    """
    visit = berth.visit
    if visit.state is not VisitState.DRAWN or visit.mode is Mode.COVERT or visit.desk:
        return False
    if visit.place != due.place or due.department not in berth.competences or item is None:
        return False
    days = days_together(berth, (*berth.joined, due), today)
    if days is None or why_not_valid(item, *days) is not None:
        return False
    able = set(item.competences) <= set(berth.competences[due.department])
    return able and _has_time(due, berth, item)


def _has_time(due: DueCheck, berth: Berth, item: CheckItem) -> bool:
    if berth.max_minutes is None or berth.asks(due):
        return True
    taken = sum(check.minutes for check in berth.checks)
    return taken + item.estimated_minutes <= berth.max_minutes


def joined_check(due: DueCheck, berth: Berth, item: CheckItem, method: str) -> VisitCheck:
    """Give a due check as its visit holds it: without line and round, for no lot drew it."""
    return VisitCheck(
        check_id=joined_check_id(berth.visit.visit_id, due.due_id),
        round_id="",
        visit_id=berth.visit.visit_id,
        line="",
        object_id=due.object_id,
        object_name=due.object_name,
        item=due.item,
        item_name=due.item_name,
        department=due.department,
        minutes=0 if berth.asks(due) else item.estimated_minutes,
        method=method,
        due_check=due.due_id,
    )


def joined_check_id(visit_id: str, due_id: str) -> str:
    """Name a due check among the checks of a visit."""
    return f"{visit_id}.@{due_id}"


class Prospect(StrEnum):
    """What a waiting check can still hope for."""

    MAY_JOIN = "may-join"
    DUE_ALONE = "due-alone"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Outlook:
    """What becomes of a waiting check: a line that may still come by, or a visit of its own.

    `by` is the last day for a visit of its own; `lines` whose rounds may still bring a visit.
    """

    prospect: Prospect
    by: date
    lines: tuple[PlanLine, ...] = ()


def outlook(due: DueCheck, coming: Iterable[PlanLine], today: date) -> Outlook:
    """Say whether a line not drawn yet may bring the check's organ to places in time.

    `coming` are announced lines of adopted plans; whether its lot meets the place nobody knows.
    """
    if today > due.deadline:
        return Outlook(Prospect.OVERDUE, due.deadline)
    lines = tuple(
        line
        for line in coming
        if due.department in line.departments
        and any(
            max(window.from_date, due.from_date, today) <= min(window.to_date, due.deadline)
            for window in line.windows
        )
    )
    return Outlook(Prospect.MAY_JOIN if lines else Prospect.DUE_ALONE, due.deadline, lines)
