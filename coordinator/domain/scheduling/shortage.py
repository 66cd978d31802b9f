"""Why visits find no place: which people, which days, how much is missing, and what would help."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from coordinator.domain.scheduling.planning import groups_of, plan
from coordinator.domain.scheduling.values import Call, Schedule, Setting, Spot

_MOST_DAYS_MORE = 15
_MOST_TRIED = 120  # visits of a group for which remedies are tried out by planning again
_TRIAL_STEPS = 4_000


class Lack(StrEnum):
    """What is lacking; each has its figures in `Shortage`."""

    TOO_LONG = "too-long"
    NO_WORKING_DAY = "no-working-day"
    SOMEBODY_AWAY = "somebody-away"
    OVERBOOKED = "overbooked"
    ENTANGLED = "entangled"
    NOT_FOUND = "not-found"


class RemedyKind(StrEnum):
    """Single remedies; the cost of each is the number of visits whose notices or teams change."""

    MORE_DAYS = "more-days"
    OTHER_PEOPLE = "other-people"
    ONE_MORE_VISIT_A_DAY = "one-more-visit-a-day"
    SHORTER_VISIT = "shorter-visit"


@dataclass(frozen=True)
class Remedy:
    """One change that helps: `amount` days, visits with other people, visits a day, or minutes.

    `cost`: visits that it touches. `tried`: planning again with it placed every visit concerned.
    """

    kind: RemedyKind
    amount: int
    cost: int
    tried: bool


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """Why some visits find no place.

    `people` are those whose days are full, or who are away; `first` and `last` the days it is
    about; `minutes_needed` (visits alone, without travel) stand against `minutes_there`, the
    limits of the days that they are present; likewise the numbers of visits.
    """

    lack: Lack
    visits: tuple[str, ...]
    people: tuple[str, ...]
    first: date
    last: date
    days: int
    minutes_needed: int
    minutes_there: int
    visits_needed: int
    visits_there: int
    remedies: tuple[Remedy, ...] = ()

    @property
    def minutes_missing(self) -> int:
        """Minutes that are needed and not there."""
        return max(self.minutes_needed - self.minutes_there, 0)

    @property
    def visits_missing(self) -> int:
        """Visits for which there is no room in the days."""
        return max(self.visits_needed - self.visits_there, 0)


def shortages(setting: Setting, calls: Iterable[Call], schedule: Schedule) -> tuple[Shortage, ...]:
    """Explain every visit that a schedule leaves out, the group with most of them first."""
    found: list[Shortage] = []
    out = set(schedule.left_out)
    for group in groups_of(calls):
        lacking = [call for call in group if call.visit_id in out]
        alone = [call for call in lacking if not setting.spots(call)]
        found += [_alone(setting, call) for call in alone]
        together = [call for call in lacking if call not in alone]
        if together:
            found += _together(setting, group, together, schedule)
    return tuple(sorted(found, key=lambda each: (-len(each.visits), each.visits)))


def _alone(setting: Setting, call: Call) -> Shortage:
    """Explain a visit that could stand nowhere even if nobody had anything else to do."""
    days = setting.days_of(call)
    longest = setting.minutes_a_day
    fits = call.minutes <= longest and setting.ends(0, call.minutes) is not None
    people: tuple[str, ...] = ()
    if not days:
        lack = Lack.NO_WORKING_DAY
    elif fits:
        lack = Lack.SOMEBODY_AWAY
        away = Counter({p: len(setting.away.get(p, frozenset()) & set(days)) for p in call.people})
        people = tuple(person for person, number in away.most_common() if number)
    else:
        lack = Lack.TOO_LONG
    shortage = Shortage(
        lack=lack,
        visits=(call.visit_id,),
        people=people,
        first=call.first,
        last=call.last,
        days=len(days),
        minutes_needed=call.minutes,
        minutes_there=longest if days else 0,
        visits_needed=1,
        visits_there=1 if days else 0,
    )
    return replace(shortage, remedies=_remedies_alone(setting, call, shortage))


def _remedies_alone(setting: Setting, call: Call, shortage: Shortage) -> tuple[Remedy, ...]:
    if shortage.lack is Lack.TOO_LONG:
        missing = max(shortage.minutes_missing, 1)
        return (Remedy(RemedyKind.SHORTER_VISIT, missing, 1, tried=False),)
    days = _days_more(setting, call.last, lambda last: bool(setting.spots(_until(call, last))))
    found = [] if days is None else [Remedy(RemedyKind.MORE_DAYS, days, 1, tried=True)]
    if shortage.people:
        found.append(Remedy(RemedyKind.OTHER_PEOPLE, len(shortage.people), 1, tried=False))
    return _cheapest_first(found)


def _together(
    setting: Setting, group: Sequence[Call], lacking: Sequence[Call], schedule: Schedule
) -> list[Shortage]:
    """Name the people whose days are too full by counting; else say it is all of them together."""
    people = sorted({person for call in lacking for person in call.people})
    full = [each for person in people if (each := _overbooked(setting, group, person))]
    if not full:
        full = [_entangled(setting, group, lacking, proven=schedule.proven)]
    worst = max(full, key=lambda each: (each.minutes_missing, each.visits_missing, each.people))
    left = tuple(call.visit_id for call in lacking)
    others = [replace(each, visits=()) for each in full if each is not worst]
    worst = replace(worst, visits=left)
    remedies = _remedies_together(setting, group, lacking, schedule.spots)
    return [replace(worst, remedies=remedies), *others[:4]]


def _overbooked(setting: Setting, group: Sequence[Call], person: str) -> Shortage | None:
    """Give the stretch of days in which somebody's visits need most more than there is."""
    own = [call for call in group if person in call.people]
    away = setting.away.get(person, frozenset())
    worst: Shortage | None = None
    for first in sorted({call.first for call in own}):
        for last in sorted({call.last for call in own}):
            inside = [call for call in own if first <= call.first and call.last <= last]
            days = sum(first <= day <= last and day not in away for day in setting.days)
            each = Shortage(
                lack=Lack.OVERBOOKED,
                visits=(),
                people=(person,),
                first=first,
                last=last,
                days=days,
                minutes_needed=sum(call.minutes for call in inside),
                minutes_there=days * setting.minutes_a_day,
                visits_needed=len(inside),
                visits_there=days * min(setting.visits_a_day, len(setting.slots)),
            )
            if (each.minutes_missing or each.visits_missing) and _is_worse(each, worst):
                worst = each
    return worst


def _is_worse(one: Shortage, other: Shortage | None) -> bool:
    if other is None:
        return True
    return (one.minutes_missing, one.visits_missing) > (
        other.minutes_missing,
        other.visits_missing,
    )


def _entangled(
    setting: Setting, group: Sequence[Call], lacking: Sequence[Call], *, proven: bool
) -> Shortage:
    """Say that nobody alone is overbooked, but that the visits can't all stand together."""
    near = {person for call in lacking for person in call.people}
    beside = [call for call in group if near & set(call.people)]
    first, last = min(call.first for call in lacking), max(call.last for call in lacking)
    days = sum(first <= day <= last for day in setting.days)
    return Shortage(
        lack=Lack.ENTANGLED if proven else Lack.NOT_FOUND,
        visits=(),
        people=tuple(sorted(near)),
        first=first,
        last=last,
        days=days,
        minutes_needed=sum(call.minutes for call in lacking),
        minutes_there=0,
        visits_needed=len(beside),
        visits_there=len(beside) - len(lacking),
    )


def _remedies_together(
    setting: Setting,
    group: Sequence[Call],
    lacking: Sequence[Call],
    spots: Mapping[str, Spot],
) -> tuple[Remedy, ...]:
    """Try out single remedies by planning the group again; large groups get none that is tried."""
    if len(group) > _MOST_TRIED:
        return ()
    out = {call.visit_id for call in lacking}

    def all_fit(changed: Setting, calls: Iterable[Call]) -> bool:
        own = [call.visit_id for call in group]
        before = {visit: spots[visit] for visit in own if visit in spots}
        trial = plan(changed, calls, before, steps=_TRIAL_STEPS)
        return not trial.left_out or not plan(changed, calls, steps=_TRIAL_STEPS).left_out

    def longer(last: date) -> bool:
        return all_fit(
            setting, [_until(call, last) if call.visit_id in out else call for call in group]
        )

    found = []
    days = _days_more(setting, max(call.last for call in lacking), longer)
    if days is not None:
        found.append(Remedy(RemedyKind.MORE_DAYS, days, len(out), tried=True))
    if all_fit(setting, [call for call in group if call.visit_id not in out]):
        found.append(Remedy(RemedyKind.OTHER_PEOPLE, len(out), len(out), tried=True))
    more = replace(setting, visits_a_day=setting.visits_a_day + 1)
    if all_fit(more, group):
        found.append(Remedy(RemedyKind.ONE_MORE_VISIT_A_DAY, more.visits_a_day, 0, tried=True))
    return _cheapest_first(found)


def _days_more(setting: Setting, last: date, fits: Callable[[date], bool]) -> int | None:
    """Give how many working days more would do, or None."""
    further = [day for day in setting.days if day > last][:_MOST_DAYS_MORE]
    for number, day in enumerate(further, start=1):
        if fits(day):
            return number
    return None


def _until(call: Call, last: date) -> Call:
    return replace(call, last=max(call.last, last))


def _cheapest_first(remedies: Iterable[Remedy]) -> tuple[Remedy, ...]:
    order = list(RemedyKind)
    return tuple(
        sorted(remedies, key=lambda each: (each.cost, each.amount, order.index(each.kind)))
    )
