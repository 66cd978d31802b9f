"""Giving a round up before its draw: for a typed reason, by two persons, with everybody's names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coordinator.domain.lottery.silence import VoidCause


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """Why a round is to be, or was, given up; `reason` is a code of the table of reasons.

    `awaited` names whom the attempt was waiting for, `lines` what the round would have drawn: they
    are free again once a second person has decided.
    """

    round_id: str
    reason: str
    note: str
    requested_by: str
    requested_at: datetime
    lines: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    decided_by: str | None = None
    decided_at: datetime | None = None


def cancel_reason(code: str, note: str, awaited: Sequence[str]) -> str:
    """Word the reason of the attempt that ends with its round, as its transcript keeps it."""
    said = f"{VoidCause.CANCELLED}: {code}" + (f": {note}" if note else "")
    return said + (f" [{','.join(sorted(awaited))}]" if awaited else "")
