"""Training before a round's visits (2.5, 十堰): who of the drawn was there, told the discipline."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from coordinator.domain.errors import Rule, RuleBrokenError


@dataclass(frozen=True, kw_only=True)
class Training:
    """A training that one organ's drawn officers were called to, as the office confirmed it.

    `document` is its notice or minutes, `discipline` what of discipline was told and how; `absent`
    are the drawn officers of the organ who had been at none before, and not at this one either.
    """

    training_id: str
    round_id: str
    department: str
    held_date: date
    document: str
    content: str
    discipline: str
    trained: tuple[str, ...]
    absent: tuple[str, ...]
    confirmed_by: str
    confirmed_at: datetime


def untrained(drawn: Iterable[str], trainings: Iterable[Training]) -> tuple[str, ...]:
    """Give who of the drawn was at none of these trainings, sorted."""
    return tuple(sorted(set(drawn) - {each for held in trainings for each in held.trained}))


def require_training_day(held: date, opened: date, today: date) -> None:
    """Refuse a day before the round was opened, or one that is still to come."""
    if not opened <= held <= today:
        raise RuleBrokenError(
            Rule.TRAINING_DAY,
            date=held.isoformat(),
            first=opened.isoformat(),
            last=today.isoformat(),
        )


def require_drawn(trained: Iterable[str], drawn: Collection[str], department: str) -> None:
    """Refuse whoever does not sit in one of the organ's seats of the round."""
    for person in sorted(set(trained) - set(drawn)):
        raise RuleBrokenError(Rule.TRAINING_PERSON_NOT_DRAWN, person=person, department=department)
