"""What visits ask of each organ and field: quotas, tags, leader, objects with their areas (7a)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coordinator.domain.team_draw.needs import MOST_TAGS
from coordinator.domain.team_draw.values import UnitNeed

EXPERTS = "@"
_DRAWN_BESIDE_THE_DUTY_LEADER = 1  # a team has somebody by lot, whoever leads it


@dataclass(frozen=True)
class TeamRules:
    """The figures of the profile and of the visit's lines that shape a team.

    `extra_leader`: the leader comes on top of the quota; `by_duty`: the lead organ's leader is not
    drawn; `experts` asks for people by field.
    """

    quota: int
    by_duty: bool
    extra_leader: bool
    experts: Mapping[str, int]

    def drawn(self, *, leads: bool) -> int:
        """Give how many officers an organ's seats are drawn for."""
        if not leads or self.by_duty == self.extra_leader:
            return self.quota
        seats = self.quota - 1 if self.by_duty else self.quota + 1
        return max(seats, _DRAWN_BESIDE_THE_DUTY_LEADER)


@dataclass(frozen=True)
class VisitAsk:
    """One visit before batches are made: whom it needs of which organ, and where it goes.

    `tags` are competences and own groups by organ; `areas` the `area:` codes of its objects.
    """

    visit: str
    district: str
    first_day: date
    last_day: date
    desk: bool
    departments: tuple[str, ...]
    lead: str
    rules: Mapping[str, TeamRules]
    tags: Mapping[str, frozenset[str]]
    objects: Mapping[str, frozenset[str]]
    areas: frozenset[str]


@dataclass(frozen=True)
class Unit:
    """What is drawn for together: a visit, or a batch named by its first visit."""

    department: str
    need: UnitNeed
    visits: tuple[str, ...]


def units_of(visits: Iterable[VisitAsk], batch_size: int) -> list[Unit]:
    """Give the units of every organ and field; a batch has at most `batch_size` visits.

    Visits share a batch when one team can make them all: one district, the same days, organs, lead
    and team. A batch whose tags would be too many is cut short.
    """
    units = []
    for batch in _batches(sorted(visits, key=lambda ask: (ask.first_day, ask.visit)), batch_size):
        first = batch[0]
        units += [_organ_unit(batch, code) for code in first.departments]
        fields = first.rules[first.lead].experts
        units += [_expert_unit(batch, field, number) for field, number in fields.items()]
    return units


def experts_wanted(fields: Sequence[str], least: int, most: int) -> dict[str, int]:
    """Give how many experts of which field a visit asks for, within the profile's bounds.

    Each field that its lines name is asked once, the first ones by code where they are too many;
    where they are too few for the least, the first are asked again.
    """
    wanted = Counter(sorted(set(fields))[:most])
    for turn in range(max(least - len(wanted), 0) if wanted else 0):
        wanted[sorted(wanted)[turn % len(wanted)]] += 1
    return dict(sorted(wanted.items()))


def _batches(visits: Sequence[VisitAsk], size: int) -> Iterator[list[VisitAsk]]:
    if size == 1:
        yield from ([visit] for visit in visits)
        return
    standing: dict[object, list[VisitAsk]] = {}
    for visit in visits:
        key = _kind(visit)
        batch = standing.get(key, [])
        if batch and (len(batch) == size or _too_many_tags([*batch, visit])):
            yield standing.pop(key)
            batch = []
        standing[key] = [*batch, visit]
    yield from standing.values()


def _kind(visit: VisitAsk) -> object:
    rules = visit.rules[visit.lead]
    quotas = tuple(sorted((code, each.quota) for code, each in visit.rules.items()))
    team = (quotas, rules.by_duty, rules.extra_leader, tuple(rules.experts.items()))
    days = (visit.first_day, visit.last_day, visit.desk)
    return (visit.district, days, visit.departments, visit.lead, team)


def _too_many_tags(batch: Sequence[VisitAsk]) -> bool:
    first = batch[0]
    return any(
        len(_tags(batch, code)) + (code == first.lead) > MOST_TAGS for code in first.departments
    )


def _tags(batch: Sequence[VisitAsk], department: str) -> frozenset[str]:
    return frozenset().union(*(visit.tags.get(department, frozenset()) for visit in batch))


def _organ_unit(batch: Sequence[VisitAsk], department: str) -> Unit:
    first = batch[0]
    leads, rules = department == first.lead, first.rules[department]
    need = UnitNeed(
        unit=first.visit,
        quota=rules.drawn(leads=leads),
        tags=_tags(batch, department),
        leader=leads and not rules.by_duty,
        objects=_objects(batch),
    )
    return Unit(department, need, tuple(visit.visit for visit in batch))


def _expert_unit(batch: Sequence[VisitAsk], field: str, number: int) -> Unit:
    need = UnitNeed(batch[0].visit, number, frozenset(), leader=False, objects=_objects(batch))
    return Unit(f"{EXPERTS}{field}", need, tuple(visit.visit for visit in batch))


def _objects(batch: Sequence[VisitAsk]) -> tuple[str, ...]:
    found: set[str] = set()
    for visit in batch:
        found |= visit.areas.union(*visit.objects.values())
    return tuple(sorted(found))
