"""What the messages of a visit carry: place, checks with their questions, and the team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.tasks import CheckCard, EntryRules, JoinedCard, PlaceCard, TeamMemberCard
from coordinator.domain.checklist_merge.sharing import Form
from coordinator.domain.dispatch import ReportDays, Visit, VisitCheck
from coordinator.domain.policy import Policy
from coordinator.services.dispatch.questions import question_cards
from coordinator.services.ports import Work
from coordinator.services.visit_forms import form_of_visit


@dataclass(frozen=True)
class Cards:
    """What a visit's messages carry."""

    place: PlaceCard
    checks: tuple[CheckCard, ...]
    team: tuple[TeamMemberCard, ...]


async def cards_of(work: Work, visit: Visit, department: str) -> Cards:
    """Give place, checks and team as one department of a visit gets them."""
    checks = await work.checks.where(visit_id=visit.visit_id, department=department, left_out=None)
    return Cards(
        place=PlaceCard(
            place=visit.place, name=visit.place_name, address=visit.address, region=visit.region
        ),
        checks=await _check_cards(work, checks, await form_of_visit(work, visit)),
        team=await team_cards(work, visit),
    )


def entry_rules(policy: Policy, days: ReportDays) -> EntryRules:
    """Give what a report must satisfy beside its findings, within its days."""
    working = days.report
    return EntryRules(
        days=policy.dispatch.back_entry_days if working is None else working,
        working=working is not None,
        witnesses=policy.fieldwork.refusal_witnesses,
        signature=policy.fieldwork.entity_signature,
        process_record=policy.fieldwork.process_record,
    )


async def _check_cards(
    work: Work, checks: Sequence[VisitCheck], form: Form
) -> tuple[CheckCard, ...]:
    """Give one card per item and object: lines that ask the same are answered together."""
    once: dict[tuple[str, str], VisitCheck] = {}
    for check in sorted(checks, key=lambda each: bool(each.due_check)):  # the drawn one first
        once.setdefault((check.object_id, check.item), check)
    joined = await _joined_cards(work, checks)
    items = {
        item.code: item for item in await work.items.where(code={check.item for check in checks})
    }
    return tuple(
        CheckCard(
            line=check.line,
            object_id=check.object_id,
            object_name=check.object_name,
            item=check.item,
            item_name=check.item_name,
            methods=items[check.item].methods,
            legal_bases=items[check.item].legal_bases,
            minutes=check.minutes,
            checkpoints=question_cards(check, items[check.item], form),
            joined=joined.get((check.object_id, check.item), ()),
        )
        for _, check in sorted(once.items())
    )


async def _joined_cards(
    work: Work, checks: Sequence[VisitCheck]
) -> Mapping[tuple[str, str], tuple[JoinedCard, ...]]:
    """Give the leads and re-inspections that go along, by object and item."""
    codes = {check.due_check for check in checks if check.due_check}
    kinds = {kind.code: kind.name for kind in work.policy.exemption_kinds}
    cards: dict[tuple[str, str], tuple[JoinedCard, ...]] = {}
    for due in await work.due_checks.where(due_id=codes) if codes else ():
        card = JoinedCard(
            source=due.source.value,
            source_id=due.source_id,
            kind=due.kind,
            kind_name=kinds.get(due.kind, due.kind),
            reason=due.reason,
            deadline=due.deadline,
        )
        about = (due.object_id, due.item)
        cards[about] = (*cards.get(about, ()), card)
    return cards


async def team_cards(work: Work, visit: Visit) -> tuple[TeamMemberCard, ...]:
    """Give the whole team of a visit, as all its departments get it."""
    members = await work.team.where(visit_id=visit.visit_id)
    people = {member.person_id for member in members}
    officers = {
        each.inspector_id: each for each in await work.inspectors.where(inspector_id=people)
    }
    experts = {each.expert_id: each for each in await work.experts.where(expert_id=people)}
    return tuple(
        TeamMemberCard(
            person_id=member.person_id,
            name=(experts if member.expert else officers)[member.person_id].name,
            department=member.department,
            certificate_number=None
            if member.expert
            else officers[member.person_id].certificate_number,
            leader=member.leader,
            expert=member.expert,
            liaison=member.is_liaison,
        )
        for member in members
    )
