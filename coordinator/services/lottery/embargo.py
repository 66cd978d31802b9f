"""The embargo: on the day after it a record opens, whether or not every visit was made."""

from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.publicity import embargo_is_over
from coordinator.services.lottery.record import open_record
from coordinator.services.ports import Work

_CLOSED_RECORDS = (RoundState.DRAWN, RoundState.INFEASIBLE, RoundState.DISPATCHED)


async def open_embargoed_records(work: Work) -> list[str]:
    """Open every record whose embargo is over, and name its rounds.

    A round that was drawn and never dispatched is among them: a draw can't be kept back for good.
    """
    opened = []
    for drawn in await work.rounds.where(state=_CLOSED_RECORDS):
        if embargo_is_over(drawn.embargo_date, work.today()):
            await open_record(work, drawn.round_id)
            opened.append(drawn.round_id)
    return opened
