"""Copy notices 抄告: one letter, one notice for each department, each with its answer (2.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.follow_up import CopyNoticeOutcome
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import CopyNoticeState
from coordinator.domain.working_days import Basis


@dataclass(frozen=True, kw_only=True)
class CopyNotice:
    """What one department is told of a problem, and what it answers by a date."""

    notice_id: str
    round_id: str
    visit_id: str
    result_id: str
    object_id: str
    object_name: str
    department: str
    receiver: str
    letter_number: str
    matter: str
    basis: str
    state: CopyNoticeState
    sent_by: str
    sent_at: datetime
    answer_due: date
    answer_provisional: bool = False
    answer_basis: Basis | None = None
    outcome: CopyNoticeOutcome | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    withdrawn_reason: str | None = None
    reminded: tuple[int, ...] = ()
    overdue_noted_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether its answer is still awaited."""
        return self.state is CopyNoticeState.SENT

    def is_overdue(self, today: date) -> bool:
        """Say whether the date has passed without an answer."""
        return self.is_open and today > self.answer_due


def require_receivers(receivers: Sequence[str], sender: str, known: Sequence[str]) -> None:
    """Refuse a letter to nobody, to oneself, to somebody twice, or to who is not registered."""
    wrong = [code for code in receivers if code == sender or code not in known]
    if not receivers or wrong or len(set(receivers)) != len(receivers):
        raise RuleBrokenError(
            Rule.COPY_RECEIVERS_WRONG, receivers=list(receivers), wrong=wrong, department=sender
        )
