"""Draw the teams of one department: fill in slot order, repair, re-pattern, level (3.2.7)."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from coordinator.domain.lottery.stream import Stream
from coordinator.domain.team_draw.board import Board, slots_in_order
from coordinator.domain.team_draw.filling import fill_slots
from coordinator.domain.team_draw.levelling import level_loads
from coordinator.domain.team_draw.needs import Needs
from coordinator.domain.team_draw.paths import Region
from coordinator.domain.team_draw.patterns import Pattern
from coordinator.domain.team_draw.shortage import refuse_if_provable, refuse_unmet_quota
from coordinator.domain.team_draw.values import (
    NOBODY,
    Assignment,
    How,
    RosterMember,
    TeamDraw,
    TeamKeys,
    UnitNeed,
)
from coordinator.domain.team_draw.witness import FeasibilitySolver, witness_assignments

MOST_TRIES: Final = 200  # 3.2.7d: part of the format


def draw_teams(
    department: str,
    roster: Sequence[RosterMember],
    bars: Collection[tuple[str, str]],
    units: Sequence[UnitNeed],
    keys: TeamKeys,
    solver: FeasibilitySolver | None = None,
) -> TeamDraw:
    """Return the teams; the order of the inputs does not matter.

    Raises TEAM_QUOTA_UNMET with an `explanation` if no teams exist (before the first try where a
    weaker need proves that none can succeed), TEAM_FEASIBILITY_UNPROVEN if that is open after
    200 tries and no solver is given, TOO_MANY_TAGS, FROZEN_FIELD_INVALID.
    Departments whose code begins with `@` are experts: their unfillable slots stay empty.
    """
    needs = Needs(department, roster, bars, units)
    if department.startswith("@"):
        return _draw_experts(needs, keys)
    chosen = [0] * len(needs.units)
    for number_of_tries in range(MOST_TRIES + 1):
        board = _board(needs, chosen, keys)
        violator = next(fill_slots(board, keys.pick), None)
        if violator is None:
            level_loads(board)
            return _result(board, number_of_tries)
        changeable = _with_alternatives(board, violator)
        if not changeable:
            refuse_unmet_quota(needs, keys, _only_patterns(needs))
        if number_of_tries == 0:
            refuse_if_provable(needs, keys)
        if number_of_tries < MOST_TRIES:
            _change_pattern(needs, chosen, changeable, keys, number_of_tries + 1)
    assignments = witness_assignments(needs, solver)
    if assignments is None:
        refuse_unmet_quota(needs, keys, _first_patterns(needs))
    return TeamDraw(assignments, MOST_TRIES, 0, witness=True)


def _draw_experts(needs: Needs, keys: TeamKeys) -> TeamDraw:
    """Rule f: what no path can fill stays empty; nothing is re-patterned."""
    board = _board(needs, [0] * len(needs.units), keys)
    for _ in fill_slots(board, keys.pick):
        pass
    level_loads(board)
    return _result(board, 0)


def _board(needs: Needs, chosen: Sequence[int], keys: TeamKeys) -> Board:
    patterns = {unit: needs.patterns[unit][at] for unit, at in enumerate(chosen)}
    return Board(needs, slots_in_order(needs, patterns, keys.slot))


def _with_alternatives(board: Board, violator: Region) -> list[int]:
    """Return the units among the slots seen with more than one pattern, by name."""
    units = {board.slots[slot].unit for slot in violator.slots}
    return sorted(unit for unit in units if len(board.needs.patterns[unit]) > 1)


def _first_patterns(needs: Needs) -> dict[int, Pattern]:
    return {unit: patterns[0] for unit, patterns in enumerate(needs.patterns)}


def _only_patterns(needs: Needs) -> dict[int, Pattern]:
    """Return the patterns of units that have no other: their shortage is a proof."""
    firsts = _first_patterns(needs)
    return {unit: pattern for unit, pattern in firsts.items() if len(needs.patterns[unit]) == 1}


def _change_pattern(
    needs: Needs, chosen: list[int], changeable: Sequence[int], keys: TeamKeys, attempt: int
) -> None:
    stream = Stream(keys.pattern, f"try{attempt}")
    unit = changeable[stream.below(len(changeable))]
    number_of_patterns = len(needs.patterns[unit])
    step = 1 + stream.below(number_of_patterns - 1)
    chosen[unit] = (chosen[unit] + step) % number_of_patterns


def _result(board: Board, number_of_tries: int) -> TeamDraw:
    rows = []
    for slot, inspector, how in zip(board.slots, board.holder, board.how, strict=True):
        code = NOBODY if inspector is None else board.needs.roster[inspector].inspector
        unit = board.needs.units[slot.unit].unit
        rows.append(Assignment(unit, slot.number, slot.block, code, how))
    rows.sort(key=lambda row: (row.unit, row.slot))
    number_of = Counter(board.how)
    repaired = number_of[How.PATH] + number_of[How.LEVEL]
    return TeamDraw(tuple(rows), number_of_tries, repaired, witness=False)
