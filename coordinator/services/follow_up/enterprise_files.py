"""一企一档: gathered by credit subject, and cut to what the reader may see."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from coordinator.domain.follow_up.enterprise_files import FileLine, FileYear, by_year
from coordinator.domain.lifecycle import AbnormalState
from coordinator.domain.precheck import (
    AUDITOR,
    DEPARTMENTS,
    OFFICE,
    Known,
    Viewer,
    visible,
)
from coordinator.domain.registers import InspectionObject
from coordinator.domain.result_intake import Result
from coordinator.services.covert import closed_rounds
from coordinator.services.ports import Actor, Role, Work
from coordinator.services.withdrawals import withdrawn_among

# Kind of line; where it is kept; its key, its day and its words there; the fact that it counts as.
_MATTERS = (
    (
        "rectification",
        "rectifications",
        "rectification_id",
        "ordered_at",
        "problem",
        "rectifications",
    ),
    ("hazard", "hazards", "hazard_id", "registered_at", "matter", "rectifications"),
    ("sample", "samples", "sample_id", "taken_date", "product", "results"),
    ("case", "cases", "case_id", "opened_at", "clue", "cases"),
    ("transfer", "transfers", "transfer_id", "sent_at", "matter", "cases"),
    ("copy-notice", "copy_notices", "notice_id", "sent_at", "matter", "rectifications"),
)


@dataclass(frozen=True, kw_only=True)
class EnterpriseFile:
    """A credit subject with its objects and the years of its file."""

    subject: InspectionObject
    objects: Sequence[InspectionObject]
    years: Sequence[FileYear]


@dataclass
class _Gathered:
    """What was loaded of a subject: names by code, results that are published, departments."""

    names: Mapping[str, str]
    disclosed: set[str]
    parties: Mapping[str, frozenset[str]]
    secret: set[str]
    day_of: Callable[[datetime], date]
    lines: list[FileLine] = field(default_factory=list)

    def add(self, kind: str, value: Any, day: date | datetime | None, **more: Any) -> None:
        """Add a line, unless it comes from a covert round whose record is closed."""
        if day is None or getattr(value, "round_id", "") in self.secret:
            return
        result = getattr(value, "result_id", None)
        visit = getattr(value, "visit_id", "")
        of = getattr(value, "object_id", "")
        known: dict[str, Any] = {
            "department": getattr(value, "department", ""),
            "object_name": self.names.get(of, getattr(value, "object_name", "")),
            "parties": self.parties.get(visit, frozenset()),
            "undisclosed": result is not None and result not in self.disclosed,
        }
        when = self.day_of(day) if isinstance(day, datetime) else day
        self.lines.append(FileLine(kind=kind, day=when, **(known | more)))


async def enterprise_file(work: Work, subject: str) -> EnterpriseFile:
    """Gather the file of a credit subject for whoever reads; departments see what they may."""
    thing = await work.objects.get(subject)
    own = await work.objects.where(owner=subject)
    objects = [thing, *(each for each in own if each.object_id != subject)]
    codes = tuple(each.object_id for each in objects)
    results = await work.results.where(object_id=codes)
    checks = await work.checks.where(object_id=codes)
    visits = await work.visits.where(visit_id={each.visit_id for each in checks})
    gathered = _Gathered(
        names={each.object_id: each.name for each in objects},
        disclosed=await _disclosed(work, results),
        parties={each.visit_id: frozenset(each.departments) for each in visits},
        secret=set(await closed_rounds(work)),
        day_of=work.day_of,
    )
    _visits(gathered, visits)
    await _own_visits(work, gathered, codes)
    _results(gathered, results)
    await _matters(work, gathered, codes)
    await _of_subject(work, gathered, subject)
    years = by_year(_seen(gathered.lines, work))
    return EnterpriseFile(subject=thing, objects=objects, years=years)


async def _disclosed(work: Work, results: Iterable[Result]) -> set[str]:
    """Name the results that were published, without those whose publication was withdrawn."""
    shown = {each.result_id for each in results if each.disclosed}
    return shown - await withdrawn_among(work, shown)


def _visits(gathered: _Gathered, visits: Iterable[Any]) -> None:
    for each in visits:
        gathered.add(
            "visit",
            each,
            each.finished_at,
            key=each.visit_id,
            department=each.lead_department,
            text=each.task_number or each.visit_id,
            state=each.state.value,
            field="last-checks",
        )


async def _own_visits(work: Work, gathered: _Gathered, codes: tuple[str, ...]) -> None:
    """Add the visits of one organ that no lot asked for, with what they were made for."""
    dues = [each for each in await work.due_checks.where(object_id=codes) if each.entry_id]
    own = await work.own_visits.where(entry_id={each.entry_id for each in dues}, called_off_at=None)
    kept = {each.entry_id: each for each in own}
    for due in dues:
        if due.entry_id in kept:
            gathered.add(
                "own-visit",
                due,
                kept[due.entry_id].day,
                key=due.due_id,
                text="：".join(filter(None, (due.item_name, due.problem))),
                state=due.state.value,
                field="results" if due.is_over else "last-checks",
                undisclosed=due.is_over,
            )


def _results(gathered: _Gathered, results: Iterable[Any]) -> None:
    for each in results:
        if each.approved:
            gathered.add(
                "result",
                each,
                each.visited_date,
                key=each.result_id,
                text="：".join(filter(None, (each.item_name, each.problem))),
                state=str(each.has_problem),
                field="results",
            )


async def _matters(work: Work, gathered: _Gathered, codes: tuple[str, ...]) -> None:
    """Add what follows findings at the subject's objects."""
    for kind, collection, key, day, text, shown in _MATTERS:
        for each in await getattr(work, collection).where(object_id=codes):
            gathered.add(
                kind,
                each,
                getattr(each, day),
                key=getattr(each, key),
                text=getattr(each, text) or "",
                state=each.state.value,
                field=shown,
            )


async def _of_subject(work: Work, gathered: _Gathered, subject: str) -> None:
    """Add lists and measures, which are the subject's and not an object's."""
    for entry in await work.abnormal_entries.where(subject=subject):
        # The list is public itself, whatever has become of the result that led to the entry.
        is_listed = entry.state is AbnormalState.ENTERED
        gathered.add(
            "abnormal",
            entry,
            entry.entered_date,
            key=entry.entry_id,
            department=entry.organ,
            text="；".join(filter(None, (entry.number, entry.facts))),
            state=entry.state.value,
            field="abnormal-list",
            **({"undisclosed": False} if is_listed else {}),
        )
    for listing in await work.listings.where(subject=subject):
        gathered.add(
            "listing",
            listing,
            listing.listed_at,
            key=listing.listing_id,
            department=listing.organ,
            object_name=listing.subject_name,
            text=listing.list_code,
            state=listing.state.value,
            field="serious-list",
            undisclosed=False,
        )
    for order in await work.orders.where(subject=subject):
        gathered.add(
            "measure",
            order,
            order.ordered_at,
            key=order.order_id,
            text=order.measure,
            state=order.state.value,
            field="serious-list",
            undisclosed=False,
        )


def _seen(lines: Iterable[FileLine], work: Work) -> list[FileLine]:
    """Keep what the reader may see: its own, and what the pre-check policy shows to it."""
    actor = work.actor
    viewer = _viewer(actor)
    taking_part = {viewer.department} if viewer.department else set()
    return [
        each
        for each in lines
        if (actor.role is Role.DEPARTMENT and each.department in actor.sees)
        or visible([_known(each)], work.policy.precheck, viewer, taking_part)
    ]


def _viewer(actor: Actor) -> Viewer:
    if actor.role is Role.DEPARTMENT:
        return Viewer(DEPARTMENTS, actor.department or "-")
    return Viewer(OFFICE if actor.role is Role.OFFICE else AUDITOR)


def _known(line: FileLine) -> Known:
    return Known(
        object_id="",
        object_name=line.object_name,
        field=line.field,
        source=line.department,
        day=line.day,
        parties=line.parties | {line.department},
        undisclosed=line.undisclosed,
    )
