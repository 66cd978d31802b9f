"""Secrecy of covert rounds (3-draw.md 3.3): what must wait until their record is open."""

from contracts.vocabulary import Mode
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.services.ports import Work


async def require_open_record(work: Work, round_id: str) -> None:
    """Refuse what would name a target of a covert round before its record is open."""
    drawn = await work.rounds.get(round_id)
    if drawn.mode is Mode.COVERT and drawn.state is not RoundState.DISCLOSED:
        raise RuleBrokenError(Rule.COVERT_ROUND_OPEN, round=round_id)


async def closed_rounds(work: Work) -> list[str]:
    """Give the covert rounds whose records are not open yet."""
    return [
        each.round_id
        for each in await work.rounds.where(mode=Mode.COVERT)
        if each.state is not RoundState.DISCLOSED
    ]


async def require_no_covert_target(work: Work, body: bytes) -> None:
    """Refuse a message that may name a target: ids of visits begin with that of their round."""
    for round_id in await closed_rounds(work):
        if round_id.encode() in body:
            raise RuleBrokenError(Rule.COVERT_ROUND_OPEN, round=round_id)
