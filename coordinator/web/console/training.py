"""Training on the page of a round: each organ's drawn officers, who was there, and who was not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.training import Training
from coordinator.services import dispatch
from coordinator.services.dispatch import OrganTraining
from coordinator.services.ports import Role, Work
from coordinator.web.console.frame import ActButton, Console

_SHOWN_IN = (RoundState.DRAWN, RoundState.DISPATCHED, RoundState.DISCLOSED)


@dataclass(frozen=True)
class OrganRow:
    """One organ: how many of its drawn officers are trained, by which trainings, who is not."""

    department: str
    number_drawn: int
    number_trained: int
    trainings: Sequence[Training]
    untrained: Sequence[str]
    acts: Sequence[ActButton]


@dataclass(frozen=True)
class TrainingSeen:
    """What the page shows: whether the profile demands a training, and the organs' rows."""

    demanded: bool
    confirmed: bool
    waiting: int
    organs: Sequence[OrganRow]


async def training_seen(console: Console, work: Work, drawn: Round) -> TrainingSeen | None:
    """Give the trainings of a drawn round; a department sees its own once its tasks are out."""
    if drawn.state not in _SHOWN_IN or drawn.supplement_of is not None:
        return None
    found = _seen_by(console, drawn, await dispatch.trainings_of(work, drawn.round_id))
    if not found:
        return None
    names = await _names(work, found)
    return TrainingSeen(
        demanded=await dispatch.demands_training(work, drawn),
        confirmed=any(each.trainings for each in found),
        waiting=sum(len(each.untrained) for each in found),
        organs=[_row(console, drawn, each, names) for each in found],
    )


def may_confirm(drawn: Round) -> bool:
    """Say whether a training can be confirmed in this state of a round."""
    return drawn.state in dispatch.TRAINED_IN and drawn.supplement_of is None


def _seen_by(
    console: Console, drawn: Round, organs: Sequence[OrganTraining]
) -> Sequence[OrganTraining]:
    if console.actor.role is not Role.DEPARTMENT:
        return organs
    told = drawn.state is not RoundState.DRAWN
    return [each for each in organs if told and each.department == console.actor.department]


def _row(
    console: Console, drawn: Round, organ: OrganTraining, names: Mapping[str, str]
) -> OrganRow:
    keys = {"round_id": drawn.round_id, "organ": organ.department}
    offered = ["confirm-training"] if may_confirm(drawn) and organ.untrained else []
    return OrganRow(
        department=organ.department,
        number_drawn=len(organ.drawn),
        number_trained=len(organ.drawn) - len(organ.untrained),
        trainings=organ.trainings,
        untrained=[names.get(each, each) for each in organ.untrained],
        acts=console.buttons(*offered, **keys),
    )


async def _names(work: Work, organs: Sequence[OrganTraining]) -> Mapping[str, str]:
    people = {person for organ in organs for person in organ.untrained}
    return {e.inspector_id: e.name for e in await work.inspectors.where(inspector_id=people)}
