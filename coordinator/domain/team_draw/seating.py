"""Who sits where in a department after the draw: its teams file, replayed change by change (7g)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.team_draw.replacing import Vacancy, replace_member
from coordinator.domain.team_draw.values import NOBODY, Assignment, RosterMember, UnitNeed


@dataclass(frozen=True, slots=True)
class SeatChange:
    """One row of members.tsv for a department: who left a slot, and who took it."""

    unit: str
    slot: int
    person_out: str
    person_in: str


@dataclass(frozen=True)
class FrozenTeams:
    """What a department's replacements are drawn from: its frozen files, and the key `repl|d`."""

    roster: Sequence[RosterMember]
    bars: frozenset[tuple[str, str]]
    units: Mapping[str, UnitNeed]
    assignments: Sequence[Assignment]
    repl_key: str


class Seating:
    """The seats of one department as they stand; `replace` draws who takes one over.

    Frozen facts alone decide, so that everybody who holds the record draws the same: whoever can't
    come for a newer reason is drawn all the same, and replaced in turn.
    """

    def __init__(self, teams: FrozenTeams, changes: Iterable[SeatChange] = ()) -> None:
        self._teams = teams
        self._block = {(each.unit, each.slot): each.block for each in teams.assignments}
        self.holder = {(each.unit, each.slot): each.inspector for each in teams.assignments}
        self._left: dict[str, set[str]] = defaultdict(set)
        self._turns: Counter[tuple[str, int]] = Counter()
        for change in changes:
            self._apply(change)

    def seat_of(self, unit: str, person: str) -> int:
        """Give the slot that somebody holds in a unit; NOT_FOUND where he holds none."""
        for (of, slot), holder in sorted(self.holder.items()):
            if of == unit and holder == person and person != NOBODY:
                return slot
        raise RuleBrokenError(Rule.NOT_FOUND, kind="team_member", key=f"{unit}/{person}")

    def turn_of(self, unit: str, slot: int) -> int:
        """Give the number of the next replacement of a slot, from 1."""
        return self._turns[unit, slot] + 1

    def replace(self, unit: str, person: str) -> SeatChange:
        """Draw who takes the seat that a person leaves, and seat them; nobody else moves.

        Raises NO_REPLACEMENT_LEFT with what keeps each holder of the tags out, and changes nothing.
        """
        slot = self.seat_of(unit, person)
        drawn = replace_member(
            self._vacancy(unit, slot),
            self._teams.roster,
            self._teams.bars,
            self._loads(without=(unit, slot)),
            self._teams.repl_key,
        )
        change = SeatChange(unit, slot, person, drawn)
        self._apply(change)
        return change

    def _vacancy(self, unit: str, slot: int) -> Vacancy:
        team = {holder for (of, _), holder in self.holder.items() if of == unit}
        return Vacancy(
            unit=unit,
            slot=slot,
            block=self._block[unit, slot],
            objects=self._teams.units[unit].objects,
            excluded=frozenset(team | self._left[unit]),
            replacement=self.turn_of(unit, slot),
        )

    def _loads(self, *, without: tuple[str, int]) -> dict[str, int]:
        """Give the loads as they stand, the leaving one's seat already given up."""
        held = Counter(holder for seat, holder in self.holder.items() if seat != without)
        return {
            member.inspector: member.prior_load + held[member.inspector]
            for member in self._teams.roster
        }

    def _apply(self, change: SeatChange) -> None:
        seat = (change.unit, change.slot)
        if self.holder.get(seat) != change.person_out:
            raise RuleBrokenError(
                Rule.NOT_FOUND, kind="team_member", key=f"{change.unit}/{change.person_out}"
            )
        self.holder[seat] = change.person_in
        self._left[change.unit].add(change.person_out)
        self._turns[seat] += 1
