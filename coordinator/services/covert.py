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
