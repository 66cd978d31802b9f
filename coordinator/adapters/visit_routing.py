"""Travel order through coordinates by the routing solver of OR-Tools (extra `routing`)."""

import math
from collections.abc import Sequence

from ortools.constraint_solver import (  # type: ignore[import-untyped] # no stubs, unlike CP-SAT
    pywrapcp,
    routing_enums_pb2,
)

_METRES_PER_DEGREE = 111_320
_MOST_STOPS = 100  # twice as many take three times as long and are six per cent shorter


class RoutingSolver:
    """A short open way through positions; the same positions always give the same way.

    The search ends at the first local optimum of two-opt and the like, never by the clock.
    """

    def shortest_order(self, positions: Sequence[tuple[float, float]]) -> Sequence[int]:
        """Give the numbers of the positions in the order of a short way from the first one on.

        `positions` are latitude and longitude in degrees. Where there are very many, the solver
        takes them strip by strip of latitude, south to north.
        """
        in_strips = sorted(range(len(positions)), key=lambda n: (positions[n], n))
        order: list[int] = []
        for start in range(0, len(in_strips), _MOST_STOPS):
            strip = in_strips[start : start + _MOST_STOPS]
            order += [strip[turn] for turn in _way([positions[n] for n in strip])]
        return order


def _way(positions: Sequence[tuple[float, float]]) -> list[int]:
    if len(positions) <= 1:
        return list(range(len(positions)))
    metres = [[_distance(one, other) for other in positions] for one in positions]
    for row in metres:
        row[0] = 0  # the way need not come back to where it began
    manager = pywrapcp.RoutingIndexManager(len(positions), 1, 0)
    routing = pywrapcp.RoutingModel(manager)
    rows = routing.RegisterTransitMatrix(metres)
    routing.SetArcCostEvaluatorOfAllVehicles(rows)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    solution = routing.SolveWithParameters(parameters)
    order, index = [], routing.Start(0)
    while not routing.IsEnd(index):
        order.append(manager.IndexToNode(index))
        index = solution.Value(routing.NextVar(index))
    return order


def _distance(one: tuple[float, float], other: tuple[float, float]) -> int:
    """Give metres on the flat: districts are small."""
    middle = math.radians((one[0] + other[0]) / 2)
    north = (one[0] - other[0]) * _METRES_PER_DEGREE
    east = (one[1] - other[1]) * _METRES_PER_DEGREE * math.cos(middle)
    return round(math.hypot(north, east))
