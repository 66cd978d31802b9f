"""Training before a round's tasks go out: confirmed organ by organ, asked for by profile (2.5)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import RoundState, VisitState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.training import (
    Training,
    require_drawn,
    require_training_day,
    untrained,
)
from coordinator.services.access import require_office
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work

TRAINED_IN = (RoundState.DRAWN, RoundState.DISPATCHED)
_TO_BE_MADE = tuple(state for state in VisitState if state is not VisitState.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class TrainingHeld:
    """What the office says of a training: when, by which document, of what, and who was there."""

    held_date: date
    document: str
    content: str
    discipline: str
    trained: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OrganTraining:
    """One organ's drawn officers of a round, its trainings, and who was at none of them yet."""

    department: str
    drawn: tuple[str, ...]
    trainings: tuple[Training, ...]
    untrained: tuple[str, ...]


async def confirm_training(
    work: Work, round_id: str, department: str, held: TrainingHeld
) -> Training:
    """Put on record who of an organ's drawn officers was trained for this round, and who not.

    Once the teams are drawn; further trainings may follow, for whoever missed one or came later.
    Whom a supplement drew is trained for its round.
    """
    actor = require_office(work)
    drawn = await work.rounds.get(round_id)
    _require_teams(drawn)
    people = (await _officers(work, round_id)).get(department, ())
    require_drawn(held.trained, people, department)
    require_training_day(held.held_date, work.day_of(drawn.opened_at), work.today())
    before = await work.trainings.where(round_id=round_id, department=department)
    training = Training(
        training_id=work.new_id(),
        round_id=round_id,
        department=department,
        held_date=held.held_date,
        document=given(held.document, "document", round_id),
        content=given(held.content, "content", round_id),
        discipline=given(held.discipline, "discipline", round_id),
        trained=tuple(sorted(set(held.trained))),
        absent=untrained(set(people) - set(held.trained), before),
        confirmed_by=actor.name,
        confirmed_at=work.now(),
    )
    await work.trainings.add([training])
    await _note(work, training)
    return training


async def trainings_of(work: Work, round_id: str) -> Sequence[OrganTraining]:
    """Give each organ with officers in the round's teams, by code, with who is trained."""
    held = defaultdict(list)
    for each in await work.trainings.where(round_id=round_id):
        held[each.department].append(each)
    return [
        OrganTraining(
            department=department,
            drawn=people,
            trainings=tuple(sorted(held[department], key=lambda each: each.confirmed_at)),
            untrained=untrained(people, held[department]),
        )
        for department, people in sorted((await _officers(work, round_id)).items())
    ]


async def demands_training(work: Work, drawn: Round) -> bool:
    """Say whether the profile of a round's plan asks for a training (十堰)."""
    return (await policy_of_round(work, drawn)).dispatch.training_required


async def require_trained(work: Work, round_id: str) -> None:
    """Refuse to send out tasks while a drawn officer is untrained, where the profile asks for it.

    Asked of the teams as everybody knows them. Whoever is drawn into one while the tasks go out, or
    later, shows as untrained on the page of the round.
    """
    if not await demands_training(work, await work.rounds.get(round_id)):
        return
    missing = [each for each in await trainings_of(work, round_id) if each.untrained]
    if missing:
        people = [person for each in missing for person in each.untrained]
        raise RuleBrokenError(
            Rule.TRAINING_MISSING,
            round=round_id,
            number=len(people),
            departments=[each.department for each in missing],
            people=people,
        )


def _require_teams(drawn: Round) -> None:
    """Refuse a supplement, which has no visits of its own, and a round without teams yet."""
    if drawn.supplement_of is not None:
        raise RuleBrokenError(
            Rule.TRAINING_OF_SUPPLEMENT, round=drawn.round_id, base=drawn.supplement_of
        )
    if drawn.state not in TRAINED_IN:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=drawn.round_id,
            now=drawn.state.value,
            wanted="trained",
            allowed=[state.value for state in TRAINED_IN],
        )


async def _officers(work: Work, round_id: str) -> Mapping[str, tuple[str, ...]]:
    """Give the officers in the teams of a round's visits by organ; visits not withdrawn."""
    visits = await work.visits.where(round_id=round_id, state=_TO_BE_MADE)
    standing = {visit.visit_id for visit in visits}
    people: dict[str, set[str]] = defaultdict(set)
    for seat in await work.team.where(round_id=round_id):
        if seat.visit_id in standing and seat.is_officer:
            people[seat.department].add(seat.person_id)
    return {department: tuple(sorted(found)) for department, found in people.items()}


async def _note(work: Work, training: Training) -> None:
    await work.audit(
        "dispatch:training:confirmed",
        training.round_id,
        training=training.training_id,
        department=training.department,
        held=training.held_date.isoformat(),
        document=training.document,
        trained=len(training.trained),
        absent=list(training.absent),
    )
