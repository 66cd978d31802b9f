"""The list of business abnormalities 经营异常名录: proposal, entry, removal (2.9)."""

from dataclasses import dataclass
from datetime import date, datetime

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import AbnormalState
from coordinator.domain.policy import Policy
from coordinator.domain.result_intake import Result

PROPOSES = "abnormal-list"


@dataclass(frozen=True, kw_only=True)
class AbnormalEntry:
    """One entry of the list, from its proposal; `grounds` are the result codes that propose it."""

    entry_id: str
    round_id: str
    visit_id: str
    result_id: str
    object_id: str
    object_name: str
    subject: str
    subject_name: str
    department: str
    organ: str
    grounds: tuple[str, ...]
    facts: str
    state: AbnormalState
    proposed_by: str
    proposed_at: datetime
    number: str | None = None
    entered_date: date | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    removal_number: str | None = None
    removed_date: date | None = None
    removal_reason: str | None = None
    removed_by: str | None = None
    removed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the organ has not decided yet."""
        return self.state is AbnormalState.PROPOSED


def grounds_of(result: Result, policy: Policy) -> tuple[str, ...]:
    """Give the codes of a result that propose an entry."""
    codes = ((code, policy.result_code(code)) for code in result.result_codes)
    return tuple(code for code, entry in codes if entry and entry.proposes == PROPOSES)


def require_grounds(result: Result, policy: Policy) -> tuple[str, ...]:
    """Give the codes that propose an entry, or refuse: nothing else leads to this list."""
    grounds = grounds_of(result, policy)
    if not grounds:
        raise RuleBrokenError(
            Rule.NO_GROUNDS_FOR_ABNORMAL_LIST,
            result=result.result_id,
            codes=list(result.result_codes),
            wanted=[e.code for e in policy.result_codes if e.proposes == PROPOSES],
        )
    return grounds
