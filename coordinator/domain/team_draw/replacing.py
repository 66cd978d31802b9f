"""Replacement after the draw: one slot is drawn anew, nobody else moves (3.2.7g)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.stream import Stream
from coordinator.domain.team_draw.patterns import block_tags
from coordinator.domain.team_draw.values import RosterMember


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A slot to refill for the `replacement`-th time (from 1).

    `excluded` = the unit's team and everybody who left this unit: nobody returns.
    """

    unit: str
    slot: int
    block: str
    objects: tuple[str, ...]
    excluded: frozenset[str]
    replacement: int


def replace_member(
    vacancy: Vacancy,
    roster: Sequence[RosterMember],
    bars: Collection[tuple[str, str]],
    loads: Mapping[str, int],
    repl_key: str,
) -> str:
    """Return the inspector drawn among the least loaded who can take the slot.

    `loads` = prior load plus slots held now; a member without entry has his prior load. Raises
    NO_REPLACEMENT_LEFT with how many have the tags, and what keeps each of them out.
    """
    load_of = {member.inspector: member.prior_load for member in roster} | dict(loads)
    obstacles = {
        member.inspector: _obstacle(member, vacancy, bars, load_of[member.inspector])
        for member in roster
        if member.all_tags.issuperset(block_tags(vacancy.block))
    }
    candidates = [inspector for inspector, obstacle in obstacles.items() if obstacle is None]
    if not candidates:
        raise RuleBrokenError(
            Rule.NO_REPLACEMENT_LEFT,
            unit=vacancy.unit,
            slot=vacancy.slot,
            block=vacancy.block,
            number_of_people=len(obstacles),
            obstacles=dict(sorted(obstacles.items())),
        )
    least = min(load_of[inspector] for inspector in candidates)
    drawn = sorted(inspector for inspector in candidates if load_of[inspector] == least)
    text = f"{vacancy.unit}|{vacancy.slot}|{vacancy.replacement}"
    return drawn[Stream(repl_key, text).below(len(drawn))]


def _obstacle(
    member: RosterMember, vacancy: Vacancy, bars: Collection[tuple[str, str]], load: int
) -> str | None:
    """Return the first reason why the member can't take the slot."""
    if not member.available:
        return "absent"
    if member.inspector in vacancy.excluded:
        return "in-team-or-left"
    if any((object_id, member.inspector) in bars for object_id in vacancy.objects):
        return "barred"
    return "at-cap" if load >= member.cap else None
