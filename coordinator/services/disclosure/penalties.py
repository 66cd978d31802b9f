"""Publication of penalties 处罚公示: shown with their result, for the period of their severity."""

from dataclasses import dataclass

from contracts.sanctions import PenaltyPublicationEnded, PenaltyPublished
from coordinator.domain.credit_repair import Repair
from coordinator.domain.disclosure import standing_of
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Case
from coordinator.domain.lifecycle import PublicationState
from coordinator.domain.penalty_publication import (
    PenaltyPublication,
    Period,
    PublicationEnd,
    RepairRequest,
    ended,
    publication_of,
    require_repairable,
    shown,
    with_listing_repaired,
    with_period,
    with_repair_asked,
    with_repair_decided,
    withdrawn,
)
from coordinator.services.access import require_department
from coordinator.services.decision_numbers import fresh_number
from coordinator.services.ports import Work

_LIVE = (PublicationState.WAITING, PublicationState.SHOWN, PublicationState.NOT_SHOWN)


@dataclass(frozen=True, kw_only=True)
class RepairDecision:
    """What the second person decides about an earlier end."""

    number: str
    reason: str
    granted: bool


async def take_up_penalty(work: Work, case: Case) -> PenaltyPublication:
    """Make the publication of a case's standing decision; it shows at once if its result does."""
    made = publication_of(case, work.policy.credit_repair, work.new_id(), work.now())
    await work.penalty_publications.add([made])
    await _audit(work, made, "taken-up", state=made.state.value, severity=made.severity)
    return await _show_if_public(work, made)


async def publish_penalties(work: Work, visit_id: str, department: str) -> int:
    """Show what waited for a department's results of a visit; gives how many it was.

    What was withdrawn with a result comes back with its new version.
    """
    waiting = await work.penalty_publications.where(
        visit_id=visit_id, department=department, state=PublicationState.WAITING
    )
    now = [await _show_if_public(work, each) for each in waiting]
    return sum(each.state is PublicationState.SHOWN for each in now)


async def state_severity(work: Work, publication_id: str, period: Period) -> PenaltyPublication:
    """State as the organ that penalised the severity and period of a decision that lacks them."""
    publication = await work.penalty_publications.get(publication_id)
    require_department(work, publication.department, approver=True)
    waits = publication.state is PublicationState.WAITING and publication.lacks_severity
    if not waits:
        raise RuleBrokenError(Rule.SEVERITY_STATED, state=publication.state.value)
    publication = with_period(publication, period, work.policy.credit_repair)
    await work.penalty_publications.save(publication)
    await _audit(
        work, publication, "severity-stated", severity=period.severity, months=period.months
    )
    return await _show_if_public(work, publication)


async def ask_penalty_repair(
    work: Work, publication_id: str, request: RepairRequest
) -> PenaltyPublication:
    """Note the party's application for an earlier end, with what was verified of it."""
    publication = await work.penalty_publications.get(publication_id)
    actor = require_department(work, publication.department)
    require_repairable(publication, work.today())
    publication = with_repair_asked(publication, request, actor.name, work.now())
    await work.penalty_publications.save(publication)
    await _audit(work, publication, "repair-asked")
    return publication


async def decide_penalty_repair(
    work: Work, publication_id: str, decision: RepairDecision
) -> PenaltyPublication:
    """Decide as another person on an earlier end; a granted one takes the penalty off at once."""
    publication = await work.penalty_publications.get(publication_id)
    actor = require_department(work, publication.department, approver=True)
    if decision.granted:
        require_repairable(publication, work.today())
    number = await fresh_number(work, publication.department, decision.number, publication_id)
    decided = with_repair_decided(
        publication, number, decision.reason, decision.granted, actor.name, work.now()
    )
    outcome = "granted" if decision.granted else "refused"
    await _audit(work, decided, f"repair-{outcome}", number=number)
    if decision.granted:
        return await leave(work, publication, decided)
    await work.penalty_publications.save(decided)
    return decided


async def end_with_listing(work: Work, repair: Repair, case_id: str | None) -> int:
    """Let a granted repair of a listing end the penalty it rests on, not before its minimum."""
    if case_id is None or repair.decision_number is None:
        return 0
    live = await _live_of(work, case_id)
    if live is None or live.state is PublicationState.NOT_SHOWN:
        return 0
    changed = with_listing_repaired(live, repair.decision_number, work.now(), work.today())
    if changed.state is PublicationState.ENDED:
        await leave(work, live, changed)
    else:
        await work.penalty_publications.save(changed)
        until = changed.shown_until and changed.shown_until.isoformat()
        await _audit(work, changed, "shortened", until=until, document=changed.end_document)
    return 1


async def end_penalty(work: Work, case_id: str, end: PublicationEnd, document: str) -> int:
    """End the publication of a case's decision, shown or not; gives whether there was one."""
    live = await _live_of(work, case_id)
    if live is None:
        return 0
    await leave(work, live, ended(live, end, work.now(), document))
    return 1


async def withdraw_penalties(work: Work, result_id: str) -> int:
    """Take penalties off with their result, until it is published anew; gives how many showed."""
    found = await work.penalty_publications.where(result_id=result_id, state=PublicationState.SHOWN)
    for each in found:
        await leave(work, each, withdrawn(each, work.now()))
    return len(found)


async def _live_of(work: Work, case_id: str) -> PenaltyPublication | None:
    found = await work.penalty_publications.where(case_id=case_id, state=_LIVE)
    return found[0] if found else None


async def _show_if_public(work: Work, publication: PenaltyPublication) -> PenaltyPublication:
    """Show what waits only for its result, once that is public; what is over ends unseen."""
    if publication.state is not PublicationState.WAITING or publication.lacks_severity:
        return publication
    result = standing_of(await work.disclosures.where(result_id=publication.result_id))
    if result is None or result.retired_at is not None:
        return publication
    now = shown(publication, result.public_until, work.now(), work.today())
    await work.penalty_publications.save(now)
    until = now.shown_until and now.shown_until.isoformat()
    await _audit(work, now, now.state.value, until=until)
    if now.state is PublicationState.SHOWN:
        await work.post.to_credit(_published(now), subject=now.subject, correlation=now.visit_id)
    return now


async def leave(
    work: Work, before: PenaltyPublication, after: PenaltyPublication
) -> PenaltyPublication:
    """Keep what shows no more; whoever was told that it shows, and the visit, learn of it."""
    await work.penalty_publications.save(after)
    end = after.end.value if after.end else None
    await _audit(work, after, "ended", end=end, document=after.end_document)
    if before.state is not PublicationState.SHOWN or after.ended_at is None:
        return after
    message = PenaltyPublicationEnded(
        publication_id=after.publication_id,
        case_id=after.case_id,
        visit_id=after.visit_id,
        subject=after.subject,
        department=after.department,
        decision_number=after.decision_number,
        reason=end or "",
        rule=after.rule,
        document=after.end_document,
        ended_at=after.ended_at,
    )
    await work.post.to_credit(message, subject=after.subject, correlation=after.visit_id)
    for department in (await work.visits.get(after.visit_id)).departments:
        await work.post.to_department(
            department, message, subject=after.case_id, correlation=after.visit_id
        )
    return after


def _published(publication: PenaltyPublication) -> PenaltyPublished:
    return PenaltyPublished(
        publication_id=publication.publication_id,
        case_id=publication.case_id,
        visit_id=publication.visit_id,
        object_id=publication.object_id,
        subject=publication.subject,
        subject_name=publication.subject_name,
        department=publication.department,
        decision_number=publication.decision_number,
        decided_date=publication.decided_date,
        kind=publication.penalty_kind,
        severity=publication.severity,
        rule=publication.rule,
        shown_until=publication.shown_until,
        published_at=publication.shown_at or publication.made_at,
    )


async def _audit(work: Work, publication: PenaltyPublication, what: str, **facts: object) -> None:
    await work.audit(
        f"disclosure:penalty:{what}",
        publication.visit_id,
        case=publication.case_id,
        publication=publication.publication_id,
        **facts,
    )
