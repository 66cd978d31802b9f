"""Random team-draw questions, small enough for oracles."""

from dataclasses import dataclass
from random import Random

from coordinator.domain.team_draw import RosterMember, TeamDraw, TeamKeys, UnitNeed, draw_teams
from coordinator.domain.team_draw.witness import FeasibilitySolver

KEYS = TeamKeys(slot="1" * 64, pick="2" * 64, pattern="3" * 64, repl="4" * 64)
TAGS = ("a", "b", "c")


@dataclass(frozen=True)
class Instance:
    roster: tuple[RosterMember, ...]
    bars: frozenset[tuple[str, str]]
    units: tuple[UnitNeed, ...]

    def drawn(
        self,
        department: str = "fire",
        keys: TeamKeys = KEYS,
        solver: FeasibilitySolver | None = None,
    ) -> TeamDraw:
        return draw_teams(department, self.roster, self.bars, self.units, keys, solver)


def a_member(inspector: str, *tags: str, **facts: object) -> RosterMember:
    known = {"leader": False, "prior_load": 0, "cap": 4, "available": True} | facts
    return RosterMember(inspector, frozenset(tags), **known)  # type: ignore[arg-type]


def a_unit(unit: str, quota: int, *tags: str, leader: bool = False) -> UnitNeed:
    return UnitNeed(unit, quota, frozenset(tags), leader, (f"object-of-{unit}",))


def tight_instance(seed: int, most_tags: int = 1) -> Instance:
    """Capacity barely above or below the slots; up to `most_tags` tags a unit, with leaders."""
    chance = Random(seed)  # noqa: S311 (test data)
    units = tuple(
        _random_unit(chance, f"v{at:02}", most_tags) for at in range(chance.randint(2, 6))
    )
    slots = sum(unit.quota for unit in units)
    size = chance.randint(4, 8)
    cap = -(-slots // size) + chance.choice((0, 0, 1))
    roster = tuple(_random_member(chance, f"p{at:02}", cap) for at in range(size))
    bars = frozenset(
        (chance.choice(unit.objects), member.inspector)
        for unit in units
        for member in roster
        if chance.random() < 0.1
    )
    return Instance(roster, bars, units)


def _random_unit(chance: Random, name: str, most_tags: int) -> UnitNeed:
    tags = frozenset(chance.sample(TAGS, chance.randint(0, most_tags)))
    leader = len(tags) < most_tags and chance.random() < 0.5
    objects = (f"object-of-{name}", f"area:{chance.randint(1, 4)}")
    return UnitNeed(name, chance.randint(1, 3), tags, leader, objects)


def _random_member(chance: Random, name: str, cap: int) -> RosterMember:
    prior_load = chance.choice((0, 0, 0, 1, 3))
    return RosterMember(
        inspector=name,
        tags=frozenset(chance.sample(TAGS, chance.randint(0, 3))),
        leader=chance.random() < 0.5,
        prior_load=prior_load,
        cap=cap + prior_load + chance.choice((-1, 0, 1)),
        available=chance.random() < 0.93,
    )
