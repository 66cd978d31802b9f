"""Publication of results: what is shown, until when, what corrects it, and objections (2.7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ExemptionState
from coordinator.domain.policy import DisclosurePolicy
from coordinator.domain.result_intake import Result
from coordinator.domain.working_days import Basis, Deadline, WorkingDays, months_later

_MONTHS: Final = 12


class ObjectionChannel(StrEnum):
    """How a party objected: behind its visit code, or in writing at the office."""

    VISIT_CODE = "visit-code"
    WRITTEN = "written"


class ObjectionOutcome(StrEnum):
    """What came of an objection: an upheld one reopens the result for correction."""

    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """One version of a published result: object, task, item, organ, date, method, disposal.

    The first version's id is the permalink of the result; a correction 更正 supersedes the former
    version and never deletes it. `correcting_at`: a correction is under way, `correction_reason`
    says why. Withdrawn 撤销公示 or retired, it leaves the public pages and stays on record.
    `objection_until` is the last day to object, `public_until` the last day on public pages.
    """

    disclosure_id: str
    result_id: str
    round_id: str
    visit_id: str
    task_number: str
    object_id: str
    object_name: str
    item: str
    item_name: str
    department: str
    visited_date: date
    method: str
    result_codes: tuple[str, ...]
    disposal: tuple[str, ...]
    has_problem: bool
    due_date: date
    due_provisional: bool
    disclosed_at: datetime
    disclosed_by: str
    objection: str | None = None
    objection_at: datetime | None = None
    objection_due: date | None = None
    objection_answer: str | None = None
    due_basis: Basis | None = None
    objection_provisional: bool = False
    objection_basis: Basis | None = None
    objection_until: date | None = None
    objection_channel: ObjectionChannel | None = None
    objection_outcome: ObjectionOutcome | None = None
    objection_answered_at: datetime | None = None
    objection_answered_by: str | None = None
    version: int = 1
    supersedes: str | None = None
    superseded_by: str | None = None
    superseded_at: datetime | None = None
    correcting_at: datetime | None = None
    correction_reason: str | None = None
    withdrawal_asked_by: str | None = None
    withdrawal_asked_at: datetime | None = None
    withdrawal_reason: str | None = None
    withdrawal_note: str | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    public_until: date | None = None
    retired_at: datetime | None = None

    @property
    def is_standing(self) -> bool:
        """Whether this is what is published now, of all versions of the result."""
        return self.superseded_by is None and self.withdrawn_at is None

    @property
    def is_disputed(self) -> bool:
        """Whether it carries a mark: objected to without answer, or about to be corrected."""
        unanswered = self.objection is not None and self.objection_answer is None
        return unanswered or self.correcting_at is not None

    @property
    def is_doubtful(self) -> bool:
        """Whether nobody should rest on it: withdrawn, disputed, or an objection was upheld."""
        upheld = self.objection_outcome is ObjectionOutcome.UPHELD
        return self.withdrawn_at is not None or upheld or self.is_disputed


@dataclass(frozen=True, kw_only=True)
class DisclosureExemption:
    """A request not to publish one result 不予公示: its typed reason, its facts, who decided.

    It is about one version of the result; of a corrected one an approver decides anew.
    """

    exemption_id: str
    result_id: str
    round_id: str
    visit_id: str
    department: str
    object_name: str
    item_name: str
    version: int
    reason: str
    note: str
    asked_by: str
    asked_at: datetime
    state: ExemptionState = ExemptionState.REQUESTED
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_note: str | None = None


def disclosure_deadline(start: date, policy: DisclosurePolicy, calendar: WorkingDays) -> Deadline:
    """Give the last day to publish, counted from the finished task or the visit (the profile's)."""
    if policy.unit == "calendar":
        return Deadline(start + timedelta(days=policy.days), provisional=False)
    return calendar.after(start, policy.days)


def last_day_to_object(disclosed: date, policy: DisclosurePolicy) -> date | None:
    """Give the last day on which an objection is still in time; None where there is none."""
    return disclosed + timedelta(days=policy.objection_days) if policy.objection_days else None


def last_public_day(disclosed: date, policy: DisclosurePolicy) -> date | None:
    """Give the last day on public pages: the same day years later, 28 February for a leap day."""
    if policy.public_years is None:
        return None
    return months_later(disclosed, _MONTHS * policy.public_years)


def differs(published: Disclosure, result: Result) -> bool:
    """Say whether what is published is not what the standing result says any more."""
    return (
        published.method,
        published.visited_date,
        published.result_codes,
        published.disposal,
        published.has_problem,
    ) != (
        result.method,
        result.visited_date,
        result.result_codes,
        result.follow_up,
        result.has_problem,
    )


def corrected(
    former: Disclosure, version: Disclosure, at: datetime
) -> tuple[Disclosure, Disclosure]:
    """Give the former version, superseded, and the new one that names it."""
    if not former.is_standing:
        raise RuleBrokenError(Rule.DISCLOSURE_NOT_STANDING, disclosure=former.disclosure_id)
    number = max(version.version, former.version + 1)
    new = replace(version, supersedes=former.disclosure_id, version=number)
    old = replace(former, superseded_by=version.disclosure_id, superseded_at=at, correcting_at=None)
    return old, new


def standing_of(versions: Sequence[Disclosure]) -> Disclosure | None:
    """Give the version of a result that is published now, if one is."""
    return next((each for each in versions if each.is_standing), None)


def in_order(versions: Sequence[Disclosure]) -> list[Disclosure]:
    """Put the versions of one result in order, the first published first."""
    return sorted(versions, key=lambda each: (each.version, each.disclosed_at))


def stays_withdrawn(versions: Sequence[Disclosure], result: Result) -> bool:
    """Say whether two persons took back just what the result still says: that is not shown again.

    A correction of another result of the report publishes all of them; it undoes no withdrawal.
    """
    last = in_order(versions)[-1] if versions else None
    return last is not None and last.withdrawn_at is not None and not differs(last, result)


def require_open_to_objection(disclosure: Disclosure, said: date) -> None:
    """Refuse an objection to what does not stand, a second one, and a late one."""
    if not disclosure.is_standing or disclosure.retired_at is not None:
        raise RuleBrokenError(Rule.DISCLOSURE_NOT_STANDING, disclosure=disclosure.disclosure_id)
    if disclosure.objection is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="objection", key=disclosure.disclosure_id)
    until = disclosure.objection_until
    if until is not None and said > until:
        raise RuleBrokenError(Rule.OBJECTION_LATE, until=until.isoformat(), date=said.isoformat())


def require_another(asked_by: str | None, decider: str, action: str) -> None:
    """Refuse that whoever asked decides: two persons are needed."""
    if asked_by == decider:
        raise RuleBrokenError(Rule.TWO_PERSONS_NEEDED, action=action, person=decider)
