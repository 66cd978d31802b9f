"""Major hazards: registered, stopped, planned, listed, removed, reviewed, resumed, closed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.follow_up import Hazard, evidence_files
from coordinator.domain.follow_up.hazards import (
    require_consent,
    require_exposure,
    require_listing,
    require_plan,
)
from coordinator.domain.follow_up.rectifications import require_due
from coordinator.domain.lifecycle import HAZARD_MOVES, HazardState, move
from coordinator.domain.lottery.ceremony import another_person
from coordinator.domain.policy import Policy
from coordinator.services.access import require_department
from coordinator.services.covert import require_open_record
from coordinator.services.follow_up.numbering import paper_number
from coordinator.services.follow_up.settling import settle
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Actor, Work


@dataclass(frozen=True, kw_only=True)
class StopOrder:
    """What must stop at once, and by when the hazard must be gone (None: the profile's days)."""

    scope: str
    removal_due: date | None = None


@dataclass(frozen=True, kw_only=True)
class HazardPlan:
    """The work plan of a hazard: measures, money and time in words, and who answers for it."""

    plan: str
    person: str


async def register_hazard(work: Work, result_id: str, matter: str) -> Hazard:
    """Register a major hazard from a finding; it waits for an approver of the organ.

    This needs no approved report, and in a covert round no open record: the stop order goes to
    the party, who has been visited, and nobody but the own organ sees it before the record opens.
    """
    result = await work.results.get(result_id)
    actor = require_department(work, result.department)
    if not result.has_problem:
        raise RuleBrokenError(Rule.NO_PROBLEM_FOUND, result=result_id)
    if any(each.is_open for each in await work.hazards.where(result_id=result_id)):
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="hazard", key=result_id)
    thing = await work.objects.get(result.object_id)
    hazard = Hazard(
        hazard_id=work.new_id(),
        round_id=result.round_id,
        visit_id=result.visit_id,
        result_id=result_id,
        object_id=result.object_id,
        object_name=result.object_name,
        subject=thing.credit_subject,
        item=result.item,
        department=result.department,
        matter=given(matter, "matter", result_id),
        basis=result.legal_basis or "",
        state=HazardState.REGISTERED,
        registered_by=actor.name,
        registered_at=work.now(),
    )
    await work.hazards.add([hazard])
    await _note(work, hazard, "registered")
    await settle(work, result_id)
    return hazard


async def confirm_hazard(work: Work, hazard_id: str, stop: StopOrder) -> Hazard:
    """Confirm a hazard as an approver, and order what must stop until it is gone."""
    hazard, actor = await _approving(work, hazard_id)
    policy = await _policy_of(work, hazard)
    due = stop.removal_due or work.today() + timedelta(days=policy.follow_up.hazard_days)
    require_due(due, work.today())
    hazard = replace(
        hazard,
        state=_moved(hazard, HazardState.STOPPED),
        confirmed_by=actor.name,
        confirmed_at=work.now(),
        stop_number=await paper_number(work, policy, hazard.department, "stop"),
        stop_scope=given(stop.scope, "scope", hazard_id),
        removal_due=due,
    )
    return await save_hazard(work, hazard, "confirmed")


async def reject_hazard(work: Work, hazard_id: str, reason: str) -> Hazard:
    """Say as an approver that it is no major hazard, and why."""
    hazard, actor = await _approving(work, hazard_id)
    hazard = replace(
        hazard,
        state=_moved(hazard, HazardState.REJECTED),
        rejection=given(reason, "reason", hazard_id),
        confirmed_by=actor.name,
        confirmed_at=work.now(),
    )
    return await save_hazard(work, hazard, "rejected")


async def plan_removal(work: Work, hazard_id: str, plan: HazardPlan) -> Hazard:
    """Put the work plan on record: measures, responsible person, money, time, emergency plan."""
    hazard = await work.hazards.get(hazard_id)
    require_department(work, hazard.department)
    if hazard.state is not HazardState.STOPPED:
        move(HAZARD_MOVES, hazard.state, HazardState.STOPPED, of=hazard_id)
    hazard = replace(
        hazard,
        plan=given(plan.plan, "plan", hazard_id),
        plan_person=given(plan.person, "person", hazard_id),
        planned_at=work.now(),
    )
    return await save_hazard(work, hazard, "planned")


async def list_hazard(work: Work, hazard_id: str, requirements: str) -> Hazard:
    """Put a hazard under listed supervision 挂牌督办 as an approver, where the rules have it."""
    hazard, actor = await _approving(work, hazard_id)
    policy = await _policy_of(work, hazard)
    require_listing(policy.follow_up)
    if not hazard.is_standing or hazard.listed_at is not None:
        raise _not_now(hazard, "listed")
    hazard = replace(
        hazard,
        listed_number=await paper_number(work, policy, hazard.department, "listing"),
        listed_by=actor.name,
        listed_at=work.now(),
        listing_requirements=given(requirements, "requirements", hazard_id),
    )
    return await save_hazard(work, hazard, "listed")


async def report_removal(
    work: Work, hazard_id: str, evidence: str, files: tuple[str, ...] = ()
) -> Hazard:
    """Put on record that a hazard is gone, with evidence; it needs a plan first."""
    hazard = await work.hazards.get(hazard_id)
    require_department(work, hazard.department)
    state = _moved(hazard, HazardState.REMOVED)
    require_plan(hazard)
    hazard = replace(
        hazard,
        state=state,
        evidence=given(evidence, "evidence", hazard_id),
        evidence_files=evidence_files(files),
        removed_at=work.now(),
    )
    return await save_hazard(work, hazard, "removed")


async def refuse_removal(work: Work, hazard_id: str, reason: str, removal_due: date) -> Hazard:
    """Say as an approver that it is not gone: the stop goes on, to a new date."""
    hazard, _actor = await _approving(work, hazard_id)
    require_due(removal_due, work.today())
    hazard = replace(
        hazard,
        state=_moved(hazard, HazardState.STOPPED),
        refusal=given(reason, "reason", hazard_id),
        removal_due=removal_due,
        times_refused=hazard.times_refused + 1,
        review_opinion=None,
        reviewed_by=None,
        reviewed_at=None,
        overdue_noted_at=None,
    )
    return await save_hazard(work, hazard, "refused")


async def review_removal(work: Work, hazard_id: str, opinion: str) -> Hazard:
    """Review on site that a hazard is gone, as the first of two approvers 恢复生产审查."""
    hazard, actor = await _approving(work, hazard_id)
    hazard = replace(
        hazard,
        state=_moved(hazard, HazardState.REVIEWED),
        review_opinion=given(opinion, "opinion", hazard_id),
        reviewed_by=actor.name,
        reviewed_at=work.now(),
    )
    return await save_hazard(work, hazard, "reviewed")


async def consent_to_resume(work: Work, hazard_id: str) -> Hazard:
    """Consent as the second approver that the work is resumed; the paper gets its number."""
    hazard, actor = await _approving(work, hazard_id)
    state = _moved(hazard, HazardState.RESUMED)
    another_person(hazard.reviewed_by, actor.name, "resume")
    policy = await _policy_of(work, hazard)
    hazard = replace(
        hazard,
        state=state,
        consent_number=await paper_number(work, policy, hazard.department, "consent"),
        consented_by=actor.name,
        consented_at=work.now(),
    )
    return await save_hazard(work, hazard, "resumed")


async def expose_hazard(work: Work, hazard_id: str, words: str) -> Hazard:
    """Expose a confirmed hazard publicly 公开曝光 as an approver, where the rules have it."""
    hazard, actor = await _approving(work, hazard_id)
    require_exposure(hazard, (await _policy_of(work, hazard)).follow_up)
    await require_open_record(work, hazard.round_id)
    if hazard.exposed_at is not None:
        raise _not_now(hazard, "exposed")
    hazard = replace(
        hazard,
        exposure=given(words, "exposure", hazard_id),
        exposed_by=actor.name,
        exposed_at=work.now(),
    )
    return await save_hazard(work, hazard, "exposed")


async def close_hazard(work: Work, hazard_id: str, note: str) -> Hazard:
    """End the supervision as an approver; where the rules ask for it, only after the consent."""
    hazard, actor = await _approving(work, hazard_id)
    require_consent(hazard, (await _policy_of(work, hazard)).follow_up)
    hazard = replace(
        hazard,
        state=_moved(hazard, HazardState.CLOSED),
        closed_by=actor.name,
        closed_at=work.now(),
        closing_note=given(note, "note", hazard_id),
    )
    return await save_hazard(work, hazard, "closed")


async def note_marked(work: Work, hazard: Hazard) -> None:
    """Note that the register says of the object what was confirmed here."""
    await save_hazard(work, replace(hazard, marked_at=work.now()), "marked")


async def save_hazard(work: Work, hazard: Hazard, what: str) -> Hazard:
    """Keep a hazard as it is now, on record, and with it whether its result is settled."""
    await work.hazards.save(hazard)
    await _note(work, hazard, what)
    await settle(work, hazard.result_id)
    return hazard


async def _note(work: Work, hazard: Hazard, what: str) -> None:
    tag, key = f"follow-up:hazard:{what}", hazard.hazard_id
    await work.audit(tag, hazard.visit_id, item=hazard.item, of=key)


async def _approving(work: Work, hazard_id: str) -> tuple[Hazard, Actor]:
    hazard = await work.hazards.get(hazard_id)
    return hazard, require_department(work, hazard.department, approver=True)


async def _policy_of(work: Work, hazard: Hazard) -> Policy:
    return await policy_of_round(work, await work.rounds.get(hazard.round_id))


def _moved(hazard: Hazard, wanted: HazardState) -> HazardState:
    return move(HAZARD_MOVES, hazard.state, wanted, of=hazard.hazard_id)


def _not_now(hazard: Hazard, wanted: str) -> RuleBrokenError:
    return RuleBrokenError(
        Rule.MOVE_NOT_ALLOWED,
        of=hazard.hazard_id,
        now=hazard.state.value,
        wanted=wanted,
        allowed=sorted(state.value for state in HAZARD_MOVES[hazard.state]),
    )
