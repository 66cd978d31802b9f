"""Silence in the ceremony: when to remind, what a void attempt says, who may be left out.

Source: 3-draw.md 3.2.3.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.vocabulary import OFFICE
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.ceremony import Contributor, Round

DISPUTED = "disputed"
LEAST_DEPARTMENTS = 2  # who decides alone needs an external source
_LONGEST_STATEMENT = 500
_ONE_LINE = re.compile(r"[^\x00-\x1f\x7f\u2028\u2029]+")


class VoidCause(StrEnum):
    """Why an attempt is void: silence, registers that changed, or a round that was given up."""

    SILENCE = "silence"
    REFROZEN = "refrozen"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class SilenceStatement:
    """Why a contributor was silent in an attempt, in its own signed words; `at` as signed."""

    round_id: str
    attempt: int
    contributor: str
    statement: str
    at: str
    signature: str
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class VoidAttempt:
    """An attempt that ended without a draw: who was silent, who had revealed, and why."""

    round_id: str
    attempt: int
    cause: VoidCause
    commit_hash: str
    silent: tuple[str, ...]
    revealed: tuple[str, ...]
    statements: Mapping[str, str]
    reason: str
    transcript_hash: str
    frozen_at: datetime | None
    deadline_at: datetime
    voided_at: datetime
    voided_by: str


def number_due(now: datetime, deadline: datetime, hours: Iterable[int]) -> int:
    """Count the reminders due by now: one so many hours before the deadline each, one after it."""
    due = [deadline - timedelta(hours=before) for before in (*hours, 0)]
    return sum(now > moment if moment == deadline else now >= moment for moment in due)


def check_statement(statement: str) -> None:
    """Refuse a statement that the one line of a transcript's reason can't hold."""
    if not _ONE_LINE.fullmatch(statement) or statement != statement.strip():
        raise RuleBrokenError(Rule.STATEMENT_INVALID, problem="one-line", most=_LONGEST_STATEMENT)
    if len(statement) > _LONGEST_STATEMENT:
        raise RuleBrokenError(Rule.STATEMENT_INVALID, problem="length", most=_LONGEST_STATEMENT)


def silence_reason(silent: Sequence[str], statements: Mapping[str, SilenceStatement]) -> str:
    """Word the reason of a void: each silent code with its signed statement, or `disputed`.

    `code: statement [at signature]`; the bytes signed are contracts.draw_record.statement_payload.
    """
    return "; ".join(f"{code}: {_said(statements.get(code))}" for code in sorted(silent))


def refreeze_reason(reason: str) -> str:
    """Word the reason of a void attempt whose registers changed between freeze and reveal."""
    return f"{VoidCause.REFROZEN}: {reason}"


def check_leaving_out(
    drawn: Round, contributors: Collection[Contributor], code: str, voids: int
) -> None:
    """Refuse to leave out who was silent less than `voids` times, or who can't be spared.

    Two departments must remain, or an external source.
    """
    leaving = next((each for each in contributors if each.code == code and each.takes_part), None)
    if leaving is None or code == OFFICE:
        raise RuleBrokenError(Rule.NOT_A_CONTRIBUTOR, contributor=code, round=drawn.round_id)
    if leaving.number_silent < voids:
        raise RuleBrokenError(
            Rule.NOT_SILENT_ENOUGH, contributor=code, silent=leaving.number_silent, voids=voids
        )
    staying = {each.code for each in contributors if each.takes_part} - {code}
    require_enough(drawn, staying)


def require_enough(drawn: Round, contributors: Iterable[str]) -> None:
    """Refuse a lottery that one department could decide: two, or an external source."""
    departments = sorted(set(contributors) - {OFFICE})
    if not departments or (len(departments) < LEAST_DEPARTMENTS and not drawn.sources):
        raise RuleBrokenError(Rule.TOO_FEW_CONTRIBUTORS, departments=departments)


def _said(statement: SilenceStatement | None) -> str:
    if statement is None:
        return DISPUTED
    return f"{statement.statement} [{statement.at} {statement.signature}]"
