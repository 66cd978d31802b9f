"""Own recent checks: whom the organs of a line found clean lately stays out of its draw (2.3.4)."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple


class OwnCheck(NamedTuple):
    """A check of an object by one organ; `clean`: nothing was found, or nobody says otherwise."""

    object_id: str
    department: str
    date: date
    clean: bool


def fresh_objects(
    checks: Iterable[OwnCheck], departments: Collection[str], first_day: date
) -> dict[str, date]:
    """Give the objects that every one of the organs found clean at its last check, and since when.

    Those last checks are of `first_day` or later; the date is that of the earliest of them.
    """
    latest: dict[str, dict[str, OwnCheck]] = {}
    for check in checks:
        if check.department in departments:
            of_object = latest.setdefault(check.object_id, {})
            of_object[check.department] = _later(of_object.get(check.department), check)
    return {
        thing: min(each.date for each in found.values())
        for thing, found in latest.items()
        if found.keys() == set(departments)
        and all(each.clean and each.date >= first_day for each in found.values())
    }


def _later(known: OwnCheck | None, found: OwnCheck) -> OwnCheck:
    """Keep the later of two checks; of one day, both together."""
    if known is None or found.date > known.date:
        return found
    if found.date == known.date:
        return found._replace(clean=found.clean and known.clean)
    return known
