"""From a penalty decision to the day on which it shows no more: each step a rule (2.10)."""

from dataclasses import replace
from datetime import date, datetime

from coordinator.domain.credit_repair import severity_of
from coordinator.domain.disclosure import require_another
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.follow_up import Case
from coordinator.domain.lifecycle import PUBLICATION_MOVES, PublicationState, move
from coordinator.domain.penalty_publication.values import (
    PenaltyPublication,
    Period,
    PublicationEnd,
    PublicationRegime,
    RepairRequest,
)
from coordinator.domain.policy import CreditRepairPolicy, Severity
from coordinator.domain.working_days import months_later


def require_period(
    decided: date, period: Period, rules: CreditRepairPolicy | None, of: str
) -> Severity | None:
    """Refuse a decision whose severity or period is not as the rules of its day say.

    Under the dated rules both are stated and the months lie within the bounds of the severity;
    before them neither is. Gives the severity, None under the former rules.
    """
    if rules is None or decided < rules.valid_from:
        if period.severity is not None or period.months is not None:
            since = rules.valid_from.isoformat() if rules else "-"
            raise RuleBrokenError(
                Rule.SEVERITY_UNASKED, of=of, date=decided.isoformat(), since=since
            )
        return None
    code = period.severity
    if code is None or period.months is None:
        raise RuleBrokenError(Rule.SEVERITY_MISSING, of=of, text=rules.founding_text)
    severity = severity_of(rules, code)
    if severity is None:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="severity", code=code)
    if not severity.min_months <= period.months <= severity.max_months:
        raise RuleBrokenError(
            Rule.PUBLICATION_PERIOD_WRONG,
            severity=severity.name,
            months=period.months,
            least=severity.min_months,
            most=severity.max_months,
        )
    return severity


def publication_of(
    case: Case, rules: CreditRepairPolicy | None, publication_id: str, at: datetime
) -> PenaltyPublication:
    """Give the publication of a case's standing decision, which waits for its result.

    A decision under the dated rules that states no severity waits until its organ states one.
    """
    decided = given(case.decided_date, "decided_date", case.case_id)
    dated = rules is not None and rules.valid_from <= decided
    made = PenaltyPublication(
        publication_id=publication_id,
        case_id=case.case_id,
        result_id=case.result_id,
        round_id=case.round_id,
        visit_id=case.visit_id,
        object_id=case.object_id,
        object_name=case.object_name,
        subject=case.subject,
        subject_name=case.subject_name,
        item=case.item,
        department=case.department,
        decision_number=given(case.decision_number, "decision_number", case.case_id),
        decided_date=decided,
        penalty_kind=given(case.penalty_kind, "penalty_kind", case.case_id),
        state=PublicationState.WAITING,
        regime=PublicationRegime.SEVERITY if dated else PublicationRegime.FORMER,
        made_at=at,
        rule=rules.founding_text if rules is not None and dated else None,
    )
    stated = Period(severity=case.severity, months=case.publication_months)
    return with_period(made, stated, rules) if dated and case.severity is not None else made


def with_period(
    publication: PenaltyPublication, period: Period, rules: CreditRepairPolicy | None
) -> PenaltyPublication:
    """Give a publication with its severity, its minimum and its last day; 0 months show nothing.

    Months count from the day of the decision (自文书认定之日起).
    """
    decided = publication.decided_date
    severity = require_period(decided, period, rules, publication.publication_id)
    if severity is None or period.months is None:
        return publication
    state = publication.state
    if period.months == 0:
        state = move(
            PUBLICATION_MOVES, state, PublicationState.NOT_SHOWN, of=publication.publication_id
        )
    return replace(
        publication,
        state=state,
        severity=severity.code,
        months=period.months,
        earliest_date=months_later(decided, severity.min_months),
        shown_until=months_later(decided, period.months) if period.months else None,
    )


def shown(
    publication: PenaltyPublication, public_until: date | None, at: datetime, today: date
) -> PenaltyPublication:
    """Give it as it shows from now on with its public result; over already, it ends unseen.

    `public_until` of the result is the end under the former rules.
    """
    if publication.regime is PublicationRegime.FORMER:
        publication = replace(publication, shown_until=public_until)
    if publication.is_over(today):
        return ended(publication, PublicationEnd.TERM, at)
    of = publication.publication_id
    state = move(PUBLICATION_MOVES, publication.state, PublicationState.SHOWN, of=of)
    return replace(
        publication,
        state=state,
        shown_at=at,
        times_shown=publication.times_shown + 1,
        ended_at=None,
        end=None,
    )


def ended(
    publication: PenaltyPublication, end: PublicationEnd, at: datetime, document: str | None = None
) -> PenaltyPublication:
    """Give it as it stays inside: not shown any more, with why and under which document."""
    of = publication.publication_id
    state = move(PUBLICATION_MOVES, publication.state, PublicationState.ENDED, of=of)
    return replace(publication, state=state, ended_at=at, end=end, end_document=document)


def withdrawn(publication: PenaltyPublication, at: datetime) -> PenaltyPublication:
    """Give a shown one as it waits again, because its result was taken back."""
    of = publication.publication_id
    state = move(PUBLICATION_MOVES, publication.state, PublicationState.WAITING, of=of)
    return replace(publication, state=state, ended_at=at, end=PublicationEnd.WITHDRAWN)


def require_repairable(publication: PenaltyPublication, today: date) -> None:
    """Refuse an earlier end of what does not show, of the former rules, and before the minimum."""
    of = publication.publication_id
    if not publication.is_public(today):
        raise RuleBrokenError(Rule.PENALTY_NOT_SHOWN, of=of, state=publication.state.value)
    earliest = publication.earliest_date
    if earliest is None:
        raise RuleBrokenError(Rule.PENALTY_OF_FORMER_RULES, of=of)
    if today < earliest:
        raise RuleBrokenError(
            Rule.PUBLICATION_MINIMUM, earliest=earliest.isoformat(), today=today.isoformat()
        )


def with_repair_asked(
    publication: PenaltyPublication, request: RepairRequest, by: str, at: datetime
) -> PenaltyPublication:
    """Give it with an application for an earlier end; one at a time."""
    of = publication.publication_id
    if publication.repair_waits:
        raise RuleBrokenError(Rule.REPAIR_OPEN, listing=of)
    return replace(
        publication,
        applicant=given(request.applicant, "applicant", of),
        statement=given(request.statement, "statement", of),
        evidence=given(request.evidence, "evidence", of),
        verification=given(request.verification, "verification", of),
        repair_asked_by=by,
        repair_asked_at=at,
        repair_number=None,
        repair_reason=None,
        repair_granted=None,
        repair_decided_by=None,
        repair_decided_at=None,
    )


def with_repair_decided(
    publication: PenaltyPublication, number: str, reason: str, granted: bool, by: str, at: datetime
) -> PenaltyPublication:
    """Give it with the second person's decision; a granted one ends it."""
    of = publication.publication_id
    if not publication.repair_waits:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="repair", key=of)
    require_another(publication.repair_asked_by, by, "repair")
    decided = replace(
        publication,
        repair_number=number,
        repair_reason=given(reason, "reason", of),
        repair_granted=granted,
        repair_decided_by=by,
        repair_decided_at=at,
    )
    return ended(decided, PublicationEnd.REPAIRED, at, number) if granted else decided


def with_listing_repaired(
    publication: PenaltyPublication, number: str, at: datetime, today: date
) -> PenaltyPublication:
    """Give the penalty of a listing that was repaired: it ends now, or on its minimum's day."""
    earliest = publication.earliest_date
    if earliest is not None and today < earliest:
        last = earliest if publication.shown_until is None else publication.shown_until
        return replace(publication, shown_until=min(last, earliest), end_document=number)
    return ended(publication, PublicationEnd.REPAIRED, at, number)
