"""The ceremony as it may be seen at any time: how far everybody is, never a value."""

from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel

from contracts.draws import Awaited
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Contributor, Round, awaited_of
from coordinator.domain.lottery.progress import LongStep
from coordinator.domain.lottery.silence import VoidCause
from coordinator.domain.lottery.sources import due_at
from coordinator.services import lottery
from coordinator.services.ports import Work

BEFORE_DRAW = (RoundState.OPEN, RoundState.FROZEN, RoundState.REVEALING, RoundState.READY)
_MAY_FREEZE_ANEW = (RoundState.FROZEN, RoundState.REVEALING)


class ContributorFlags(BaseModel):
    """How far a contributor has come, without its value.

    `late`: the deadline has passed and the attempt still waits for it. `reminders` count in the
    attempt, `silent` counts the attempts that were void for its silence.
    """

    code: str
    committed: bool
    receipt: bool
    revealed: bool
    late: bool = False
    reminders: int = 0
    reminded_at: datetime | None = None
    silent: int = 0
    left_out: bool = False
    awaited: Awaited | None = None


class ProgressSeen(BaseModel):
    """How far a freeze or draw is; `rule` is the one that ended it, without it broke off."""

    step: LongStep
    begun_at: datetime
    number: int
    of: int
    is_running: bool
    rule: str | None


class SourceSeen(BaseModel):
    """An external source of the attempt: when it is due, and its value once entered."""

    name: str
    at: datetime
    value: str | None = None


class VoidSeen(BaseModel):
    """An attempt without a draw: who was silent with its statement or `disputed`, and why."""

    attempt: int
    cause: VoidCause
    silent: tuple[str, ...]
    statements: dict[str, str]
    reason: str
    transcript_hash: str
    voided_at: datetime


def flags_of(
    contributor: Contributor, drawn: Round, now: datetime | None = None
) -> ContributorFlags:
    """Say how far a contributor has come in the attempt under way; late as of `now`."""
    awaited = awaited_of(drawn, contributor)
    return ContributorFlags(
        code=contributor.code,
        committed=contributor.head is not None,
        receipt=contributor.receipt_at is not None and contributor.receipt_attempt == drawn.attempt,
        revealed=contributor.value_attempt == drawn.attempt,
        late=awaited is not None and now is not None and now > drawn.deadline_at,
        reminders=contributor.number_of_reminders,
        reminded_at=contributor.reminded_at,
        silent=contributor.number_silent,
        left_out=not contributor.takes_part,
        awaited=awaited,
    )


async def sources_seen(work: Work, drawn: Round) -> tuple[SourceSeen, ...]:
    """Give the external sources of the attempt with what was entered."""
    readings = await lottery.readings_of(work, drawn)
    return tuple(
        SourceSeen(
            name=source.name,
            at=due_at(source),
            value=readings[source.name].value if source.name in readings else None,
        )
        for source in drawn.sources
    )


async def late_changes_of(work: Work, drawn: Round) -> tuple[str, ...]:
    """Name what of the registers changed since the freeze, while that still forces a new one."""
    return await lottery.late_changes(work, drawn) if drawn.state in _MAY_FREEZE_ANEW else ()


async def object_changes_of(work: Work, drawn: Round) -> int:
    """Count the changes of the objects since the freeze, while somebody may freeze anew."""
    return await lottery.object_changes(work, drawn) if drawn.state in _MAY_FREEZE_ANEW else 0


async def voids_seen(work: Work, drawn: Round) -> tuple[VoidSeen, ...]:
    """Give the attempts of a round that ended without a draw."""
    voids = await work.void_attempts.where(round_id=drawn.round_id)
    return tuple(
        VoidSeen(**{k: v for k, v in asdict(each).items() if k in VoidSeen.model_fields})
        for each in voids
    )


def progress_of(work: Work, drawn: Round) -> ProgressSeen | None:
    """Give how far long work is, while the round has not been drawn."""
    found = work.shelf.progress(drawn.round_id) if drawn.state in BEFORE_DRAW else None
    return None if found is None else ProgressSeen.model_validate(found, from_attributes=True)
