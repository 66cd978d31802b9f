"""Transfers 移送 by severity and region: who receives, the letter, its receipt (2.9, 十堰)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import CaseState, TransferState
from coordinator.domain.policy import FollowUpPolicy, TransferRoute
from coordinator.domain.registers.organisation import Department, Level, covers
from coordinator.domain.working_days import Basis


class Severity(StrEnum):
    """Why a matter is another authority's."""

    ORDINARY = "ordinary"
    CROSS_REGION = "cross-region"
    MAJOR = "major"
    CRIME = "crime"


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """A case or clue on its way to another authority.

    `receiver` is the code of a department that takes part here, empty where the letter goes on
    paper; `receiver_name` names it in the letter. `case_state` is what the case returns to.
    """

    transfer_id: str
    round_id: str
    visit_id: str
    result_id: str
    case_id: str
    object_id: str
    object_name: str
    subject: str
    subject_name: str
    department: str
    severity: Severity
    route: str
    receiver: str
    receiver_name: str
    letter_number: str
    matter: str
    reason: str
    materials: tuple[str, ...]
    state: TransferState
    sent_by: str
    sent_at: datetime
    answer_due: date
    answer_provisional: bool = False
    answer_basis: Basis | None = None
    case_state: CaseState | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    outcome: str | None = None
    closed_at: datetime | None = None
    overdue_noted_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the receiver has not ended it yet."""
        return self.state in (TransferState.SENT, TransferState.ACCEPTED)


def route_of(severity: Severity, policy: FollowUpPolicy) -> TransferRoute:
    """Give where a matter of this severity goes; TRANSFER_ROUTE_MISSING where no rule says."""
    found = next((each for each in policy.transfers if each.severity == severity), None)
    if found is None:
        raise RuleBrokenError(
            Rule.TRANSFER_ROUTE_MISSING,
            severity=severity.value,
            known=sorted(each.severity for each in policy.transfers),
        )
    return found


def require_severity(severity: Severity, organ: Department, region: str) -> None:
    """Refuse to call a matter ordinary whose object lies outside the organ's region."""
    abroad = bool(region) and bool(organ.region) and not covers(organ.region, region)
    if severity is Severity.ORDINARY and abroad:
        raise RuleBrokenError(
            Rule.TRANSFER_SEVERITY_WRONG, region=region, expected=Severity.CROSS_REGION.value
        )


def require_receiver(route: TransferRoute, receiver: Department, sender: str) -> None:
    """Refuse the sender itself, and a receiver whose level is not the one that the route names."""
    levels = {"city": (Level.CITY,), "local-authority": (Level.COUNTY, Level.CITY)}
    wanted = levels.get(route.to, tuple(Level))
    if receiver.code == sender or receiver.level not in wanted:
        raise RuleBrokenError(
            Rule.TRANSFER_RECEIVER_UNFIT,
            department=receiver.code,
            level=receiver.level.value,
            wanted=[each.value for each in wanted],
        )
