"""Flow oracles over the slots of a department: how many can be filled, and how evenly."""

from collections.abc import Iterable

from ortools.graph.python import max_flow, min_cost_flow

from coordinator.domain.team_draw import RosterMember
from tests.unit.team_draw.instances import Instance

NamedSlot = tuple[str, int, str]  # unit, slot number, block


class _Nodes:
    def __init__(self) -> None:
        self._ids: dict[object, int] = {}

    def __getitem__(self, name: object) -> int:
        return self._ids.setdefault(name, len(self._ids))


def fits(instance: Instance, member: RosterMember, unit: str, block: str) -> bool:
    tags = set() if block == "*" else set(block.split("+"))
    known = set(member.tags) | ({"leader"} if member.leader else set())
    objects = next(each.objects for each in instance.units if each.unit == unit)
    barred = any((object_id, member.inspector) in instance.bars for object_id in objects)
    return member.available and tags <= known and not barred


def one_pattern_slots(instance: Instance) -> list[NamedSlot]:
    """Slots of units with at most one tag, whose only pattern is known."""
    slots = []
    for unit in instance.units:
        blocks = [*unit.tags, *(["leader"] if unit.leader else [])]
        blocks += ["*"] * (unit.quota - len(blocks))
        slots += [(unit.unit, number, block) for number, block in enumerate(blocks, 1)]
    return slots


def _edges(
    instance: Instance, slots: Iterable[NamedSlot], nodes: _Nodes
) -> tuple[list[int], list[int]]:
    """Person → (person, unit) → slot → sink; all of capacity 1."""
    edges = set()
    for unit, number, block in slots:
        edges.add((nodes["slot", unit, number], nodes["sink"]))
        for member in instance.roster:
            if fits(instance, member, unit, block):
                seat = nodes["seat", member.inspector, unit]
                edges.add((nodes["person", member.inspector], seat))
                edges.add((seat, nodes["slot", unit, number]))
    tails, heads = zip(*sorted(edges), strict=True)
    return list(tails), list(heads)


def most_filled_slots(instance: Instance, slots: Iterable[NamedSlot]) -> int:
    nodes, flow = _Nodes(), max_flow.SimpleMaxFlow()
    for tail, head in zip(*_edges(instance, slots, nodes), strict=True):
        flow.add_arc_with_capacity(tail, head, 1)
    for member in instance.roster:
        room = max(member.cap - member.prior_load, 0)
        flow.add_arc_with_capacity(nodes["source"], nodes["person", member.inspector], room)
    assert flow.solve(nodes["source"], nodes["sink"]) == flow.OPTIMAL
    return int(flow.optimal_flow())


def least_sum_of_squared_loads(instance: Instance, slots: list[NamedSlot]) -> int:
    """Sum over available members of (prior load + new slots)², as small as any filling allows."""
    nodes, flow = _Nodes(), min_cost_flow.SimpleMinCostFlow()
    for tail, head in zip(*_edges(instance, slots, nodes), strict=True):
        flow.add_arc_with_capacity_and_unit_cost(tail, head, 1, 0)
    for member in instance.roster:
        for load in range(member.prior_load, member.cap):
            person = nodes["person", member.inspector]
            flow.add_arc_with_capacity_and_unit_cost(nodes["source"], person, 1, 2 * load + 1)
    flow.set_node_supply(nodes["source"], len(slots))
    flow.set_node_supply(nodes["sink"], -len(slots))
    assert flow.solve() == flow.OPTIMAL
    before = sum(m.prior_load**2 for m in instance.roster if m.available)
    return int(flow.optimal_cost()) + before
