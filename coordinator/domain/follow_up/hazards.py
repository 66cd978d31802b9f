"""Major hazards 重大隐患: stop order, plan, listed supervision, consent, exposure (2.9)."""

from dataclasses import dataclass
from datetime import date, datetime

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up.evidence import EvidenceFile
from coordinator.domain.lifecycle import HazardState
from coordinator.domain.policy import FollowUpPolicy


@dataclass(frozen=True, kw_only=True)
class Hazard:
    """A major hazard from the finding to the end of its supervision.

    `removal_due` is the day by which it must be removed; `listed_number` names the notice of
    listed supervision 挂牌督办; `marked_at`: since when the object's register entry says so.
    """

    hazard_id: str
    round_id: str
    visit_id: str
    result_id: str
    object_id: str
    object_name: str
    subject: str
    item: str
    department: str
    matter: str
    basis: str
    state: HazardState
    registered_by: str
    registered_at: datetime
    rejection: str | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    stop_number: str | None = None
    stop_scope: str | None = None
    removal_due: date | None = None
    plan: str | None = None
    plan_person: str | None = None
    planned_at: datetime | None = None
    listed_number: str | None = None
    listed_by: str | None = None
    listed_at: datetime | None = None
    listing_requirements: str | None = None
    evidence: str | None = None
    evidence_files: tuple[EvidenceFile, ...] = ()
    removed_at: datetime | None = None
    refusal: str | None = None
    times_refused: int = 0
    review_opinion: str | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    consent_number: str | None = None
    consented_by: str | None = None
    consented_at: datetime | None = None
    exposure: str | None = None
    exposed_by: str | None = None
    exposed_at: datetime | None = None
    marked_at: datetime | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None
    closing_note: str | None = None
    overdue_noted_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is supervised, or waits for who confirms it."""
        return self.state not in (HazardState.REJECTED, HazardState.CLOSED)

    @property
    def is_standing(self) -> bool:
        """Whether it has been confirmed and not been closed."""
        return self.is_open and self.state is not HazardState.REGISTERED

    def is_overdue(self, today: date) -> bool:
        """Say whether the day has passed without evidence of the removal."""
        late = self.removal_due is not None and today > self.removal_due
        return late and self.state is HazardState.STOPPED


def require_plan(hazard: Hazard) -> None:
    """Refuse to report a hazard as removed that has no work plan of its own."""
    if hazard.plan is None:
        raise RuleBrokenError(Rule.HAZARD_PLAN_MISSING, hazard=hazard.hazard_id)


def require_listing(policy: FollowUpPolicy) -> None:
    """Refuse listed supervision where the rules in force have none."""
    if not policy.hazard_listing:
        raise RuleBrokenError(Rule.HAZARD_LISTING_NOT_PROVIDED)


def require_exposure(hazard: Hazard, policy: FollowUpPolicy) -> None:
    """Refuse public exposure where the rules have none, and of what nobody has confirmed."""
    if not policy.public_exposure:
        raise RuleBrokenError(Rule.EXPOSURE_NOT_PROVIDED)
    if not hazard.is_standing:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=hazard.hazard_id,
            now=hazard.state.value,
            wanted="exposed",
            allowed=[],
        )


def require_consent(hazard: Hazard, policy: FollowUpPolicy) -> None:
    """Refuse to close without the review's consent where the rules ask for it (大城)."""
    needed = policy.hazard_resume_consent or hazard.state is HazardState.REVIEWED
    if needed and hazard.consented_at is None:
        raise RuleBrokenError(Rule.HAZARD_CONSENT_MISSING, hazard=hazard.hazard_id)
