"""What platforms are told of penalties: those that show, and the end of each."""

import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import datetime

from coordinator.domain.lifecycle import PublicationState
from coordinator.domain.penalty_publication import PenaltyPublication, PublicationEnd
from coordinator.services.exchange.told import Told, day_of, moment_of, pages_of
from coordinator.services.ports import Query, Work

_ENDED = "PenaltyPublicationEnded.v1"


async def penalties(work: Work) -> AsyncGenerator[Sequence[str], None]:
    """Name penalties that show; one that was withdrawn and came back is told again."""
    shown = Query(equals={"state": PublicationState.SHOWN}, order="shown_at", descending=True)
    async for page in pages_of(work.penalty_publications, shown):
        yield [_showing(each) for each in page if each.is_public(work.today())]


def _penalty(each: PenaltyPublication) -> Told:
    return Told(
        _showing(each),
        f"{each.subject_name} · {each.decision_number}",
        {
            "penalty": each.publication_id,
            "subject": each.subject,
            "subject_name": each.subject_name,
            "department": each.department,
            "decision_number": each.decision_number,
            "decided_date": each.decided_date.isoformat(),
            "kind": each.penalty_kind,
            "severity": each.severity,
            "rule": each.rule,
            "shown_until": day_of(each.shown_until),
            "published_at": moment_of(each.shown_at),
        },
    )


async def penalty_ends(work: Work) -> AsyncGenerator[Sequence[str], None]:
    """Name showings that are over, the latest end first; those of penalties that came back too."""
    before = await _showings_before(work)
    query = Query(order="ended_at", descending=True)
    async for page in pages_of(work.penalty_publications, query):
        gone = [each for each in page if each.ended_at is not None]
        if ended := [_showing(each) for each in gone if each.times_shown]:
            yield [*before, *ended]
            before = []
        if not gone:
            break
    yield before


async def _showings_before(work: Work) -> list[str]:
    """Name all showings but the last of penalties that were withdrawn and came back: they are few.

    Each of them ended, though the penalty itself tells only of its last one.
    """
    found: list[str] = []
    query = Query(order="times_shown", descending=True)
    async for page in pages_of(work.penalty_publications, query):
        again = [each for each in page if each.times_shown > 1]
        if not again:
            break
        found += [_showing(each, number) for each in again for number in range(1, each.times_shown)]
    return found


def _penalty_end(each: PenaltyPublication, subject: str) -> Told:
    return Told(
        subject,
        f"{each.subject_name} · {each.decision_number}",
        {
            "penalty": each.publication_id,
            "subject": each.subject,
            "department": each.department,
            "decision_number": each.decision_number,
            "reason": each.end.value if each.end else None,
            "rule": each.rule,
            "document": each.end_document,
            "ended_at": moment_of(each.ended_at),
        },
    )


def _showing(each: PenaltyPublication, number: int | None = None) -> str:
    """Name the last showing of a penalty, or an earlier one by its number from 1."""
    return f"{each.publication_id}@{number or each.times_shown}"


async def one_penalty(work: Work, key: str) -> Told | None:
    """Tell a penalty that shows today."""
    found = await work.penalty_publications.find(key)
    return _penalty(found) if found and found.is_public(work.today()) else None


async def one_penalty_end(work: Work, subject: str) -> Told | None:
    """Tell the end of one showing of a penalty; None while that one lasts."""
    key, _, number = subject.partition("@")
    found = await work.penalty_publications.find(key)
    if found is not None and int(number) < found.times_shown:
        found = await _as_it_ended(work, found, int(number))
    return _penalty_end(found, subject) if found and found.ended_at is not None else None


async def _as_it_ended(work: Work, each: PenaltyPublication, number: int) -> PenaltyPublication:
    """Give a penalty as an earlier showing left it: withdrawn, at the moment in the credit log.

    A log that lacks it leaves the moment when the penalty came back, by which it had ended.
    """
    events = await work.credit_events.where(type=_ENDED, subject=each.subject)
    in_order = sorted(events, key=lambda event: event.number)
    told = [json.loads(event.body)["data"] for event in in_order]
    ends = [data["ended_at"] for data in told if data["publication_id"] == each.publication_id]
    at = datetime.fromisoformat(ends[number - 1]) if number <= len(ends) else each.shown_at
    return replace(each, ended_at=at, end=PublicationEnd.WITHDRAWN)
