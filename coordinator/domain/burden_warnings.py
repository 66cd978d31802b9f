"""Warning of high frequency 高频检查预警: where visits pile up, and what could be moved.

Source: 国办发〔2024〕54号; the thresholds are figures of the profile.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import combinations
from math import ceil

from coordinator.domain.burden_ledger import BurdenEntry, in_order
from coordinator.domain.burden_signs import Sign, Signal
from coordinator.domain.policy import BurdenPolicy
from coordinator.domain.working_days import DayOf


@dataclass(frozen=True)
class Ahead:
    """A visit that is still to be made, on a day between two."""

    entry_id: str
    organs: Collection[str]
    date_from: date
    date_to: date


class Relief(StrEnum):
    """What makes a year lighter: two visits on one day, or one of them later."""

    MERGE = "merge"
    POSTPONE = "postpone"


@dataclass(frozen=True)
class Proposal:
    """Visits that could share a day, or one that could come later, with the days for it."""

    relief: Relief
    entries: tuple[str, ...]
    date_from: date
    date_to: date


@dataclass(frozen=True)
class HighFrequency:
    """A place with its signals, its standing entries in order of days, and what could be done."""

    place: str
    year: int
    signs: tuple[Sign, ...]
    entries: tuple[BurdenEntry, ...]
    proposals: tuple[Proposal, ...]

    @property
    def organs(self) -> tuple[str, ...]:
        """Who visits the place."""
        return tuple(sorted({code for entry in self.entries for code in entry.organs}))


@dataclass(frozen=True, kw_only=True)
class FrequencyAnswer:
    """Why a plan or round (`subject`) goes on although places in it are ones of high frequency.

    `about` are these places with their year, or the plan's groups of lines that meet there.
    """

    answer_id: str
    subject: str
    about: tuple[str, ...]
    reason: str
    answered_by: str
    answered_at: datetime


def unanswered(about: Iterable[str], answers: Iterable[FrequencyAnswer]) -> list[str]:
    """Give what is warned of and no answer speaks of, sorted."""
    return sorted(set(about) - {each for answer in answers for each in answer.about})


def warnings(
    entries: Iterable[BurdenEntry], ahead: Mapping[str, Ahead], caps: BurdenPolicy, day_of: DayOf
) -> list[HighFrequency]:
    """Give the places of high frequency by name of place; released entries count no more.

    `ahead` are the visits among the entries that are still to be made.
    """
    by_place: dict[tuple[str, int], list[BurdenEntry]] = {}
    for entry in entries:
        if entry.released_at is None:
            by_place.setdefault((entry.place, entry.year), []).append(entry)
    found = []
    for (place, year), several in sorted(by_place.items()):
        ordered = tuple(in_order(several, day_of))
        if signs := signs_of(ordered, caps):
            coming = [ahead[entry.entry_id] for entry in ordered if entry.entry_id in ahead]
            found.append(HighFrequency(place, year, signs, ordered, proposals(coming, caps)))
    return found


def signs_of(entries: Sequence[BurdenEntry], caps: BurdenPolicy) -> tuple[Sign, ...]:
    """Give the signals of one place's year; exempt entries use no cap, but people feel them."""
    counted = sum(not entry.exemption for entry in entries)
    return (
        *_near_the_cap(counted, caps),
        *_close_together([entry.day for entry in entries if entry.day], caps),
        *_same_organ(entries, caps),
    )


def _near_the_cap(counted: int, caps: BurdenPolicy) -> Iterable[Sign]:
    if caps.warn_cap_share is None:
        return
    threshold = ceil(caps.warn_cap_share * caps.visits_per_year)
    if counted >= threshold:
        yield Sign(Signal.CAP_SHARE, counted, threshold)


def _close_together(days: Sequence[date], caps: BurdenPolicy) -> Iterable[Sign]:
    if caps.warn_visits is None:
        return
    ordered = sorted(days)
    within = timedelta(days=caps.warn_days)
    most = max((sum(day <= each < day + within for each in ordered) for day in ordered), default=0)
    if most >= caps.warn_visits:
        yield Sign(Signal.CLOSE_TOGETHER, most, caps.warn_visits)


def _same_organ(entries: Iterable[BurdenEntry], caps: BurdenPolicy) -> Iterable[Sign]:
    if caps.warn_organ_visits is None:
        return
    numbers = Counter(code for entry in entries for code in entry.organs)
    for code, number in sorted(numbers.items()):
        if number >= caps.warn_organ_visits:
            yield Sign(Signal.SAME_ORGAN, number, caps.warn_organ_visits, code)


def proposals(ahead: Sequence[Ahead], caps: BurdenPolicy) -> tuple[Proposal, ...]:
    """Say of every two visits to come whether they could share a day, else how late one can be.

    A visit is postponed inside its window only, to `warn_days` after the other at the earliest.
    """
    found = []
    for first, second in combinations(sorted(ahead, key=lambda each: each.date_from), 2):
        entries = (first.entry_id, second.entry_id)
        from_day = max(first.date_from, second.date_from)
        to_day = min(first.date_to, second.date_to)
        later = first.date_from + timedelta(days=caps.warn_days)
        if from_day <= to_day:
            found.append(Proposal(Relief.MERGE, entries, from_day, to_day))
        elif second.date_from < later <= second.date_to:
            found.append(Proposal(Relief.POSTPONE, entries[1:], later, second.date_to))
    return tuple(found)
