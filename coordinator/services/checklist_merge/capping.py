"""Places that became full between freeze and draw: their objects give way to the reserve.

Draw, merge and reservation are one transaction that holds the year's ledger (2-rules.md 2.3 rule
5), so that what is decided here on paper is what is put down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coordinator.domain.burden_ledger import BY_CAP, CapRule, Pair, giving_way
from coordinator.domain.checklist_merge import Merge, merge_checks
from coordinator.domain.object_draw import LineDraw
from coordinator.domain.object_replacing import ObjectReplacement
from coordinator.services import burden_ledger
from coordinator.services.checklist_merge.facts import MergeFacts, cap_rule
from coordinator.services.checklist_merge.reserves import Reserves
from coordinator.services.ports import Work


@dataclass
class Standing:
    """Who stands in each line with its stratum, who gave way to whom, and who is deferred."""

    strata: dict[Pair, str]
    replacements: list[ObjectReplacement] = field(default_factory=list)
    deferred: list[Pair] = field(default_factory=list)

    @classmethod
    def of(cls, draws: Mapping[str, LineDraw]) -> "Standing":
        """Begin with everybody who was drawn."""
        return cls(
            {(line, row.object): row.stratum for line, draw in draws.items() for row in draw.drawn}
        )


@dataclass(frozen=True)
class Settled:
    """Visits that all have room, with who stands for whom; `rule` says what passed by exemption."""

    merge: Merge
    standing: Standing
    rule: CapRule


async def settle(work: Work, facts: MergeFacts, draws: Mapping[str, LineDraw]) -> Settled:
    """Merge what is left to check; who has no room gives way to the next ticket or is deferred."""
    standing, reserves = Standing.of(draws), Reserves(facts.inputs, draws)
    rule, caps = await cap_rule(work, facts), facts.policy.burden
    await burden_ledger.hold_years(work, facts.years)
    while True:
        await facts.load(work, standing.strata)
        checks = [check for pair in standing.strata for check in facts.open_checks_of(pair)]
        merge = merge_checks(checks, facts.limits)
        places = {visit.place for visit in merge.visits}
        ledger = await burden_ledger.ledger_of(work, places, facts.years, caps)
        stopped = giving_way(merge.visits, ledger, rule)
        if not stopped:
            return Settled(merge, standing, rule)
        _give_way(work, facts, standing, (reserves, stopped))


def _give_way(
    work: Work, facts: MergeFacts, standing: Standing, asked: tuple[Reserves, Iterable[Pair]]
) -> None:
    reserves, stopped = asked
    for line, thing in stopped:
        stratum = standing.strata.pop((line, thing))
        successor = reserves.next(line, stratum)
        if successor is None:
            standing.deferred.append((line, thing))
            continue
        standing.strata[line, successor] = stratum
        standing.replacements.append(
            ObjectReplacement(
                replacement_id=f"{facts.drawn.round_id}.{line}.{thing}",
                round_id=facts.drawn.round_id,
                line=line,
                stratum=stratum,
                object_id=thing,
                replacement=successor,
                reason=BY_CAP,
                replaced_at=work.now(),
            )
        )
