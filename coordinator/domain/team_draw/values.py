"""Values of the team draw: who can be drawn, what a unit needs, who was drawn and how."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LEADER_TAG: Final = "leader"
FREE_BLOCK: Final = "*"
NOBODY: Final = "-"


class How(StrEnum):
    """Which step of 3.2.7 put the inspector into the slot."""

    PICK = "pick"
    PATH = "path"
    LEVEL = "level"
    WITNESS = "witness"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class RosterMember:
    """One row of a frozen roster; `cap` bounds prior load plus new slots."""

    inspector: str
    tags: frozenset[str]
    leader: bool
    prior_load: int
    cap: int
    available: bool

    @property
    def all_tags(self) -> frozenset[str]:
        """Competences, and the tag `leader` where the column says 1 (3.2.7a)."""
        return self.tags | {LEADER_TAG} if self.leader else self.tags

    @property
    def room(self) -> int:
        """Slots the member may still take; 0 if not available."""
        return max(self.cap - self.prior_load, 0) if self.available else 0


@dataclass(frozen=True, slots=True)
class UnitNeed:
    """What one visit or batch asks of the department; objects may include `area:<code>`."""

    unit: str
    quota: int
    tags: frozenset[str]
    leader: bool
    objects: tuple[str, ...]

    @property
    def all_tags(self) -> frozenset[str]:
        """Tag set G of 3.2.7a."""
        return self.tags | {LEADER_TAG} if self.leader else self.tags


@dataclass(frozen=True, slots=True)
class TeamKeys:
    """Stage keys of the department, 64 ASCII characters each (3.2.4)."""

    slot: str
    pick: str
    pattern: str
    repl: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """One row of a teams file: block `*` is a free slot, inspector `-` an empty one."""

    unit: str
    slot: int
    block: str
    inspector: str
    how: How


@dataclass(frozen=True, slots=True)
class TeamDraw:
    """Assignments by unit and slot; `repatterned` counts tries, `repaired` paths and levels."""

    assignments: tuple[Assignment, ...]
    repatterned: int
    repaired: int
    witness: bool
