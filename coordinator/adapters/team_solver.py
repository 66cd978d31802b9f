"""Exact feasibility of teams by CP-SAT (extra `solver`); it proves, it never draws (3.2.7d)."""

from collections.abc import Mapping, Sequence

from ortools.sat.python import cp_model

from coordinator.domain.team_draw import FeasibilityQuestion, UnitQuestion

_FIXED_SEED = 1
Seats = dict[tuple[str, str], cp_model.IntVar]


class CpSatFeasibilitySolver:
    """One worker and a fixed seed; without a time limit every answer is a proof or a solution."""

    def find_teams(self, question: FeasibilityQuestion) -> Mapping[str, Sequence[str]] | None:
        """Return the team of every unit, or None if it is proven that there are none."""
        model = cp_model.CpModel()
        seats: Seats = {
            (unit.unit, inspector): model.new_bool_var(f"{unit.unit}|{inspector}")
            for unit in question.units
            for inspector in unit.candidates
        }
        for unit in question.units:
            _require_team(model, seats, unit)
        _require_room(model, seats, question.room)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = _FIXED_SEED
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE:
            return None
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            raise RuntimeError(f"CP-SAT gave no answer: {solver.status_name(status)}")
        return {
            unit.unit: [i for i in unit.candidates if solver.boolean_value(seats[unit.unit, i])]
            for unit in question.units
        }


def _require_team(model: cp_model.CpModel, seats: Seats, unit: UnitQuestion) -> None:
    model.add(sum(seats[unit.unit, each] for each in unit.candidates) == unit.quota)
    for cover in unit.covers:
        model.add_bool_or(seats[unit.unit, each] for each in sorted(cover))


def _require_room(model: cp_model.CpModel, seats: Seats, room: Mapping[str, int]) -> None:
    taken: dict[str, list[cp_model.IntVar]] = {}
    for (_, inspector), seat in seats.items():
        taken.setdefault(inspector, []).append(seat)
    for inspector, slots in taken.items():
        model.add(sum(slots) <= room[inspector])
