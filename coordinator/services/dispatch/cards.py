"""What the messages of a visit carry: place, checks with their questions, and the team."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.tasks import CheckCard, CheckpointCard, PlaceCard, TeamMemberCard
from coordinator.domain.dispatch import Visit, VisitCheck
from coordinator.services.ports import Work


@dataclass(frozen=True)
class Cards:
    """What a visit's messages carry."""

    place: PlaceCard
    checks: tuple[CheckCard, ...]
    team: tuple[TeamMemberCard, ...]


async def cards_of(work: Work, visit: Visit, department: str) -> Cards:
    """Give place, checks and team as one department of a visit gets them."""
    checks = await work.checks.where(visit_id=visit.visit_id, department=department)
    return Cards(
        place=PlaceCard(
            place=visit.place, name=visit.place_name, address=visit.address, region=visit.region
        ),
        checks=await _check_cards(work, checks),
        team=await team_cards(work, visit),
    )


async def _check_cards(work: Work, checks: Sequence[VisitCheck]) -> tuple[CheckCard, ...]:
    """Give one card per item and object: lines that ask the same are answered together."""
    once = {(check.object_id, check.item): check for check in reversed(checks)}
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
            checkpoints=tuple(
                CheckpointCard(
                    code=point.code,
                    text=point.text,
                    kind=point.kind,
                    shared_code=point.shared_code,
                    choices=point.choices,
                )
                for point in items[check.item].checkpoints
            ),
        )
        for _, check in sorted(once.items())
    )


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
        )
        for member in members
    )
