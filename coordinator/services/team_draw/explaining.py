"""Why teams could not be formed, from the record: figures and remedies, no unit and no target."""

from dataclasses import dataclass, replace

from contracts.vocabulary import DrawOutcome
from coordinator.domain.draw_computation import compute_team
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.team_draw import Explanation, Remedy, sentences
from coordinator.services.ports import Work
from coordinator.services.record_files import inputs_of
from coordinator.services.rosters import HelpingOrgan, helping_organs


@dataclass(frozen=True)
class Shortage:
    """One independent shortage of a department, as anybody of the office may see it.

    `bars` and `absences` count what keeps people out who have the tags; districts, units and
    objects stay in the record: they lead to targets. `helpers` are organs that may send officers
    by document; a supplement draws from them too.
    """

    department: str
    block: str
    slots_needed: int
    people: int
    capacity: int
    missing: int
    bars: int
    absences: int
    remedies: tuple[Remedy, ...]
    zh: str
    en: str
    helpers: tuple[HelpingOrgan, ...] = ()


async def shortages_of(work: Work, drawn: Round) -> list[Shortage]:
    """Explain an infeasible draw department by department; nothing for any other round."""
    if drawn.outcome is not DrawOutcome.INFEASIBLE:
        return []
    inputs = await inputs_of(work, drawn)
    found = []
    for department in sorted(filter(None, (drawn.reason or "").split(","))):
        try:
            compute_team(inputs, department, work.team_solver)
        except RuleBrokenError as error:
            if error.rule is not Rule.TEAM_QUOTA_UNMET:
                continue
            helpers = tuple(await helping_organs(work, department, work.today()))
            seen = [shortage_seen(each) for each in explanations_in(error)]
            found += [replace(each, helpers=helpers) for each in seen]
    return found


def explanations_in(error: RuleBrokenError) -> tuple[Explanation, ...]:
    """Give the independent shortages that a refusal carries, the largest first."""
    found = error.facts.get("explanations", ())
    return tuple(found) if isinstance(found, tuple) else ()


def shortage_seen(explanation: Explanation) -> Shortage:
    """Leave out what leads to targets."""
    zh, en = sentences(explanation, places=False)
    return Shortage(
        department=explanation.department,
        block=explanation.block,
        slots_needed=explanation.slots_needed,
        people=len(explanation.people),
        capacity=explanation.capacity,
        missing=explanation.missing,
        bars=len(explanation.bars),
        absences=len(explanation.absences),
        remedies=explanation.remedies,
        zh=zh,
        en=en,
    )
