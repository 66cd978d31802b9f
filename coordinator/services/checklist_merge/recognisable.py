"""The feed of published results that another organ may recognise, in the order of the credit log.

Every entry says whether its result may stand for a check now, by the very rules of the merge; a
correction or withdrawal comes as a later entry about the same result. What is not published is not
in it, so that no covert visit shows.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coordinator.domain.annual_plan import months_before
from coordinator.domain.checklist_merge.recognition import EarlierResult
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.registers import CheckItem, ItemClass
from coordinator.services.checklist_merge.recognising import told_of
from coordinator.services.ports import CreditEvent, Query, Work
from coordinator.services.published_items import items_by_code

_TYPES = ("ResultDisclosed.v1", "DisclosureWithdrawn.v1")
_LONGEST_MONTH = 31


class NotRecognisable(StrEnum):
    """Why a published result can't stand for another organ's check."""

    PROBLEM = "problem"
    KEY_ITEM = "key-item"
    ITEM_NOT_PUBLISHED = "item-not-published"
    DOUBTFUL = "doubtful"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class RecognisableResult:
    """One version of a published result; `why_not` is None where it may be recognised today.

    `number` is its place in the feed, `last_day` the last window end that it is in time for.
    """

    number: int
    disclosure_id: str
    result_id: str
    object_id: str
    item: str
    department: str
    visited_date: date
    last_day: date | None
    why_not: NotRecognisable | None


@dataclass(frozen=True)
class RecognisablePage:
    """Some entries, and the number to ask for more after; the same as asked: nothing is new."""

    values: tuple[RecognisableResult, ...]
    next_after: int


async def recognisable_results(
    work: Work, after: int, limit: int, without: str | None = None
) -> RecognisablePage:
    """Give the entries behind a number; `without` leaves an organ's own results out."""
    query = Query(
        equals={"number": tuple(range(after + 1, after + limit + 1))}, order="number", limit=limit
    )
    events = (await work.credit_events.page(query)).values
    told = {event.number: _disclosure_id(event) for event in events if event.type in _TYPES}
    found = await work.disclosures.where(disclosure_id=set(told.values()))
    disclosures = {each.disclosure_id: each for each in found}
    facts = await _facts(work, found)
    values = [
        _entry(work, number, disclosures[key], facts)
        for number, key in told.items()
        if key in disclosures and disclosures[key].department != without
    ]
    last = events[-1].number if events else after
    return RecognisablePage(tuple(values), last)


@dataclass(frozen=True)
class _Facts:
    """What the merge knows of the results behind, and the items as they are published now."""

    earlier: Mapping[str, EarlierResult]
    items: Mapping[str, CheckItem]


async def _facts(work: Work, found: Sequence[Disclosure]) -> _Facts:
    results = await work.results.where(result_id={each.result_id for each in found}, checked=True)
    told = await told_of(work, results)
    return _Facts(
        {result.result_id: told.of(result, {}) for result in results},
        await items_by_code(work, (each.item for each in found)),
    )


def _entry(work: Work, number: int, each: Disclosure, facts: _Facts) -> RecognisableResult:
    months = work.policy.merge.recognition_months
    last = last_day_in_time(each.visited_date, months) if months else None
    return RecognisableResult(
        number=number,
        disclosure_id=each.disclosure_id,
        result_id=each.result_id,
        object_id=each.object_id,
        item=each.item,
        department=each.department,
        visited_date=each.visited_date,
        last_day=last,
        why_not=_why_not(each, facts, last, work.today()),
    )


def _why_not(
    each: Disclosure, facts: _Facts, last: date | None, today: date
) -> NotRecognisable | None:
    earlier, item = facts.earlier.get(each.result_id), facts.items.get(each.item)
    grounds = (
        (each.withdrawn_at is not None, NotRecognisable.WITHDRAWN),
        (each.superseded_by is not None, NotRecognisable.SUPERSEDED),
        (each.has_problem or earlier is None or not earlier.clean, NotRecognisable.PROBLEM),
        (each.is_doubtful or (earlier and not earlier.citable), NotRecognisable.DOUBTFUL),
        (item is None, NotRecognisable.ITEM_NOT_PUBLISHED),
        (item is not None and item.item_class is ItemClass.KEY, NotRecognisable.KEY_ITEM),
        (last is None or last < today, NotRecognisable.EXPIRED),
    )
    return next((ground for holds, ground in grounds if holds), None)


def last_day_in_time(visited: date, months: int) -> date:
    """Give the last day of which the visit is at most `months` ago, as the merge counts them."""
    day = visited
    while months_before(day + timedelta(days=_LONGEST_MONTH), months) <= visited:
        day += timedelta(days=_LONGEST_MONTH)
    while months_before(day + timedelta(days=1), months) <= visited:
        day += timedelta(days=1)
    return day


def _disclosure_id(event: CreditEvent) -> str:
    return str(json.loads(event.body)["data"]["disclosure_id"])
