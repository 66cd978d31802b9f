"""Matters outside the lists 清单外事项: major safety, public interest, as their law says (2.12).

Nothing of the random regime holds them: they name their basis, an approver lets them pass, and they
are recorded and counted apart.
"""

from dataclasses import dataclass
from datetime import date, datetime

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import UnlistedState
from coordinator.domain.policy import Policy


@dataclass(frozen=True, kw_only=True)
class UnlistedMatter:
    """One matter: where, when, of which kind, on which basis, who let it pass, what came of it."""

    matter_id: str
    department: str
    place: str
    object_name: str
    day: date
    code: str
    basis: str
    matter: str
    state: UnlistedState
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    refusal: str | None = None
    outcome: str | None = None
    reported_by: str | None = None
    reported_at: datetime | None = None


def require_unlisted_kind(code: str, policy: Policy) -> None:
    """Refuse a kind that the code table does not name for matters outside the lists."""
    known = (each.code for each in policy.exemption_kinds if each.unlisted)
    if code not in known:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="code", code=code)
