"""Places that the visits of a round make ones of high frequency, looked at before contact."""

from collections.abc import Sequence

from contracts.vocabulary import Mode
from coordinator.domain.burden_warnings import FrequencyAnswer, HighFrequency
from coordinator.domain.lifecycle import RoundState, VisitState
from coordinator.services.access import require_office
from coordinator.services.burden_warnings import answer_frequency, high_frequency, require_answer
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work

_TO_BE_SENT = (VisitState.DRAWN, VisitState.PUBLISHED, VisitState.RUNNING)


async def frequency_of_round(work: Work, round_id: str) -> Sequence[HighFrequency]:
    """Give the places of a round's visits that are warned of, by the figures of its own plan.

    What other covert rounds hold is left out until their record is open: a warning must not tell.
    """
    drawn = await work.rounds.get(round_id)
    visits = await work.visits.where(round_id=round_id, state=_TO_BE_SENT, desk=False)
    if not visits:
        return ()
    policy = await policy_of_round(work, drawn)
    shown = {
        each.round_id
        for each in await work.rounds.where()
        if each.mode is Mode.ANNOUNCED or each.state is RoundState.DISCLOSED
    }
    places = {visit.place for visit in visits}
    found = [
        each
        for year in sorted({visit.date_to.year for visit in visits})
        for each in await high_frequency(
            work, year, {*shown, round_id}, policy.burden, place=places
        )
    ]
    return [each for each in found if any(entry.round_id == round_id for entry in each.entries)]


async def answer_for_round(work: Work, round_id: str, reason: str) -> FrequencyAnswer:
    """Say why the visits of a round go on to the places that are warned of."""
    require_office(work)
    return await answer_frequency(work, round_id, await _about(work, round_id), reason)


async def require_round_answered(work: Work, round_id: str) -> None:
    """Refuse to send out visits to places that are warned of before somebody has said why."""
    await require_answer(work, round_id, await _about(work, round_id))


async def _about(work: Work, round_id: str) -> list[str]:
    return [f"{each.year}|{each.place}" for each in await frequency_of_round(work, round_id)]
