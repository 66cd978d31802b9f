"""What is on record of an enterprise in a year, as entries of its credit file; nothing is inferred.

Covert rounds stay out until their record is open. Whatever was undone is no entry; a penalty or
listing that was repaired stays as history and does not count.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contracts.vocabulary import DelistingReason
from coordinator.domain.credit_file import (
    CreditFileRules,
    FileEntry,
    in_file_order,
)
from coordinator.domain.follow_up import Case, Rectification
from coordinator.domain.lifecycle import AbnormalState, RectificationState, RepairState
from coordinator.domain.penalty_publication import PenaltyPublication, PublicationEnd
from coordinator.domain.registers import InspectionObject
from coordinator.domain.result_intake import Result
from coordinator.services.covert import closed_rounds
from coordinator.services.credit_file.public_now import entries_as_public_now
from coordinator.services.ports import Work


@dataclass(frozen=True)
class _Year:
    """Whose year is gathered, up to which day, and by which table."""

    work: Work
    rules: CreditFileRules
    year: int
    secret: frozenset[str]

    @property
    def until(self) -> date:
        """The last day that counts: today, or the year's last."""
        return min(self.work.today(), date(self.year, 12, 31))

    def day(self, moment: datetime | date | None) -> date | None:
        """Give the day of something that happened in this year, None for any other."""
        found = self.work.day_of(moment) if isinstance(moment, datetime) else moment
        return found if found is not None and found.year == self.year else None

    def holds(self, value: Any) -> bool:
        """Say whether a record may be told: it comes from no covert round that is closed."""
        return getattr(value, "round_id", "") not in self.secret

    def entry(self, kind: str, day: date, source: tuple[str, str], **more: Any) -> FileEntry:
        """Give an entry; its part is the table's, and whether it is public is asked for all."""
        part = next(each.part for each in self.rules.mark if each.code == kind)
        return FileEntry(
            kind=kind,
            part=part,
            day=day,
            source=source[0],
            source_id=source[1],
            public=False,
            **more,
        )


async def entries_of(
    work: Work, objects: Sequence[InspectionObject], year: int, rules: CreditFileRules
) -> tuple[FileEntry, ...]:
    """Gather the entries of a credit subject and its places; the first object is the subject."""
    of = _Year(work, rules, year, frozenset(await closed_rounds(work)))
    codes = tuple(each.object_id for each in objects)
    subject = objects[0].object_id
    found: list[FileEntry] = []
    for order in await work.rectifications.where(object_id=codes):
        if of.holds(order):
            found += _order(of, order)
    results = await work.results.where(object_id=codes, approved=True)
    for result in results:
        if of.holds(result):
            found += _result(of, result)
    cases = await work.cases.where(object_id=codes)
    shown = await work.penalty_publications.where(case_id={each.case_id for each in cases})
    latest = {each.case_id: each for each in sorted(shown, key=lambda each: each.made_at)}
    for case in cases:
        if of.holds(case) and case.decision_stands:
            found += _penalty(of, case, latest)
    found += await _lists(of, subject)
    found += await _repairs(of, subject, shown)
    return in_file_order(await entries_as_public_now(work, found))


def _order(of: _Year, order: Rectification) -> Iterator[FileEntry]:
    """Give how an order was followed; one that is under way and not due says nothing yet."""
    source, said = ("rectification", order.rectification_id), _said(order, order.problem)
    done = order.reported_at or order.closed_at
    if order.state is RectificationState.CLOSED and done is not None:
        day = of.work.day_of(done)
        if of.day(day) is None:
            return
        late = day > order.due_date
        yield of.entry("order-late" if late else "order-in-time", day, source, **said)
        if day < (order.first_due or order.due_date) and not order.times_refused:
            yield of.entry("rectified-early", day, source, **said)
    elif order.is_overdue(of.until) and of.day(order.due_date):
        yield of.entry("order-overdue", order.due_date, source, **said)


def _result(of: _Year, result: Result) -> Iterator[FileEntry]:
    day = of.day(result.visited_date)
    if day is not None:
        kind = "problem" if result.has_problem else "clean"
        text = "：".join(filter(None, (result.item_name, result.problem)))
        yield of.entry(kind, day, ("result", result.result_id), **_said(result, text))


def _penalty(
    of: _Year, case: Case, latest: Mapping[str, PenaltyPublication]
) -> Iterator[FileEntry]:
    """Give a penalty with its severity, and whether it was executed by its day."""
    shown = latest.get(case.case_id)
    said = _said(case, case.decision_number)
    repaired = shown is not None and shown.end is PublicationEnd.REPAIRED
    decided = of.day(case.decided_date)
    if decided is not None:
        kinds = {each.code for each in of.rules.mark}
        stated = f"penalty-{shown.severity if shown else case.severity}"
        kind = stated if stated in kinds else "penalty"
        yield of.entry(kind, decided, ("case", case.case_id), **said, counts=not repaired)
    due, done = case.execution_due, case.executed_at
    if due is None:
        return
    executed = of.work.day_of(done) if done else None
    if executed is not None and of.day(executed):
        kind = "penalty-executed" if executed <= due else "penalty-late"
        yield of.entry(kind, executed, ("case", case.case_id), **said)
    elif executed is None and of.day(due) and due < of.until:
        yield of.entry("penalty-late", due, ("case", case.case_id), **said)


async def _lists(of: _Year, subject: str) -> list[FileEntry]:
    found = []
    states = (AbnormalState.ENTERED, AbnormalState.REMOVED)
    for entry in await of.work.abnormal_entries.where(subject=subject, state=states):
        day = of.day(entry.entered_date)
        if day is not None:
            said: dict[str, Any] = {"department": entry.organ, "text": entry.number or ""}
            found.append(of.entry("abnormal-list", day, ("abnormal", entry.entry_id), **said))
    for listing in await of.work.listings.where(subject=subject):
        day = of.day(listing.listed_at)
        if day is None or listing.delisting_reason is DelistingReason.REVOKED:
            continue
        said = {
            "department": listing.organ,
            "text": listing.decision_number or "",
            "counts": listing.delisting_reason is not DelistingReason.REPAIRED,
        }
        found.append(of.entry("serious-list", day, ("listing", listing.listing_id), **said))
    return found


async def _repairs(
    of: _Year, subject: str, publications: Sequence[PenaltyPublication]
) -> list[FileEntry]:
    """Give the repairs that were granted: of listings, and of penalties by themselves."""
    found = []
    for repair in await of.work.repairs.where(subject=subject, state=RepairState.GRANTED):
        day = of.day(repair.decided_at)
        if day is not None:
            said = {"department": repair.organ, "text": repair.decision_number or ""}
            source = ("repair", repair.repair_id)
            found.append(of.entry("repair-granted", day, source, **said))
    for shown in publications:
        day = of.day(shown.repair_decided_at)
        if day is not None and shown.repair_granted:
            said = _said(shown, shown.repair_number)
            source = ("penalty", shown.publication_id)
            found.append(of.entry("repair-granted", day, source, **said))
    return found


def _said(value: Any, text: str | None) -> dict[str, Any]:
    return {"department": value.department, "text": text or ""}
