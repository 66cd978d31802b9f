"""Disposal of a result: settled 已完结, or something remains to be done 未完结 (2.5, 2.9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import Policy
from coordinator.domain.result_intake import Result


@dataclass(frozen=True, kw_only=True)
class DisposalNote:
    """How a problem was handled that no order, case or letter follows, in an approver's words."""

    note_id: str
    round_id: str
    visit_id: str
    result_id: str
    department: str
    text: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True)
class Following:
    """One thing that follows a result: what it is, as the table of codes calls it, and if open."""

    kind: str
    is_open: bool


def is_settled(result: Result, following: Sequence[Following], policy: Policy) -> bool:
    """Say whether nothing remains to be done for an approved result.

    Nothing of what follows may be open; and where a problem is not closed by its codes, all that
    the follow-up codes promise must have been done.
    """
    if not result.approved or any(each.is_open for each in following):
        return False
    if not has_open_problem(result, policy):
        return True
    done = {each.kind for each in following}
    return all(done.intersection(kinds) for kinds in promises(result, policy))


def has_open_problem(result: Result, policy: Policy) -> bool:
    """Say whether a code states a problem that no closing code of the same result ends."""
    entries = [entry for code in result.result_codes if (entry := policy.result_code(code))]
    return result.has_problem and any(each.problem and not each.closes for each in entries)


def promises(result: Result, policy: Policy) -> list[tuple[str, ...]]:
    """Give what each follow-up code promises: any one of its kinds keeps the promise."""
    table = {entry.code: entry for entry in policy.follow_up_codes}
    found = [table[code].promises for code in result.follow_up if code in table]
    return [kinds for kinds in found if kinds] or [ANYTHING]


ANYTHING = (
    "note",
    "rectification",
    "case",
    "transfer",
    "copy-notice",
    "hazard",
    "abnormal-list",
)
"""An open problem whose codes promise nothing ends by any of these, a note being the least."""


def require_problem(result: Result) -> None:
    """Refuse to act on a result that found nothing, or that nobody has approved."""
    if not result.has_problem:
        raise RuleBrokenError(Rule.NO_PROBLEM_FOUND, result=result.result_id)
    if not result.approved:
        raise RuleBrokenError(Rule.RESULT_NOT_APPROVED, result=result.result_id)


def missing(result: Result, following: Iterable[Following], policy: Policy) -> list[str]:
    """Name what the codes of a result promise and nobody has begun, by its first kind."""
    if not has_open_problem(result, policy):
        return []
    begun = {each.kind for each in following}
    lacking = (kinds for kinds in promises(result, policy) if not begun.intersection(kinds))
    return list(dict.fromkeys(kinds[0] for kinds in lacking))
