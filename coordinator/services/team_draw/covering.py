"""What a visit needs of an organ's officers, whoever replaced whom and which object came in.

The draw gives each slot the tags of its block. Where another object came in, its items may need
what no block names: then seats are refilled by rule 7g until the team has it, or the replacement
is refused. Tags are those of the frozen rosters, as everything after the draw.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.draw_files import parse_file
from contracts.draw_tables import ROSTERS
from coordinator.domain.dispatch import TeamMember, Visit
from coordinator.domain.team_draw import LEADER_TAG
from coordinator.services.ports import Work
from coordinator.services.team_draw.asking import facts_of

_GROUP = "group:"


@dataclass(frozen=True)
class Cover:
    """The tags that a visit needs of an organ, and who has which."""

    needed: frozenset[str]
    tags: Mapping[str, frozenset[str]]

    def missing(self, people: Iterable[str]) -> frozenset[str]:
        """Give what none of these people has."""
        return self.needed.difference(*(self.tags.get(person, frozenset()) for person in people))

    def wanted(self, seat: TeamMember, others: Sequence[str], *, completing: bool) -> "Wanted":
        """Give what whoever takes a seat must bring: what goes with its holder, at least.

        With `completing` also some of what the team had been lacking.
        """
        own = self.tags.get(seat.person_id, frozenset())
        lacking = self.missing(others)
        going = lacking & own
        if seat.leader and LEADER_TAG in own:
            going |= {LEADER_TAG}
        return Wanted(self, going, lacking if completing else frozenset())

    def spare(self, seats: Sequence[TeamMember]) -> TeamMember | None:
        """Give the seat whose holder can be missed: the last but for the leader's, or None."""
        people = [seat.person_id for seat in seats]
        lacking = self.missing(people)
        spare = [
            seat
            for seat in seats
            if self.missing(each for each in people if each != seat.person_id) == lacking
        ]
        return max(spare, key=lambda seat: (not seat.leader, seat.slot), default=None)


@dataclass(frozen=True)
class Wanted:
    """The tags of which somebody must have all, and, where there are some, any."""

    cover: Cover
    all_of: frozenset[str]
    any_of: frozenset[str]

    def brings(self, person: str) -> bool:
        """Say whether somebody has them."""
        tags = self.cover.tags.get(person, frozenset())
        return self.all_of <= tags and (not self.any_of or bool(self.any_of & tags))


def drawn_officers(team: Iterable[TeamMember], department: str) -> list[TeamMember]:
    """Give an organ's seats that the lottery fills, by slot."""
    seats = [
        each for each in team if each.department == department and each.is_officer and each.slot > 0
    ]
    return sorted(seats, key=lambda each: each.slot)


async def wanted_in(work: Work, visit: Visit, seat: TeamMember, *, completing: bool) -> Wanted:
    """Give what whoever takes a seat of a visit must bring."""
    if not seat.is_officer:
        return Wanted(Cover(frozenset(), {}), frozenset(), frozenset())
    team = drawn_officers(await work.team.where(visit_id=visit.visit_id), seat.department)
    others = [each.person_id for each in team if each.slot != seat.slot]
    return (await cover_of(work, visit, seat)).wanted(seat, others, completing=completing)


async def cover_of(work: Work, visit: Visit, seat: TeamMember) -> Cover:
    """Give what a visit needs of the organ of a seat, and what its frozen roster has."""
    record, department = await work.rounds.get(seat.drawn_in), seat.department
    file = await work.record_files.find((record.round_id, record.attempt, ROSTERS.path(department)))
    if file is None:
        return Cover(frozenset(), {})
    rows = parse_file(ROSTERS, file.body, record.round_id, department)
    groups = frozenset(tag for row in rows for tag in row.tags if tag.startswith(_GROUP))
    base = await work.rounds.get(visit.round_id)
    facts = await facts_of(work, base, {department: groups}, only=[visit.visit_id])
    return Cover(
        facts.needs(visit, department),
        {
            row.inspector: frozenset({*row.tags, *({LEADER_TAG} if row.leader else ())})
            for row in rows
        },
    )
