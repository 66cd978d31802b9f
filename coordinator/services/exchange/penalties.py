"""What platforms are told of penalties: those that show, and the end of each."""

from collections.abc import AsyncGenerator, Sequence

from coordinator.domain.lifecycle import PublicationState
from coordinator.domain.penalty_publication import PenaltyPublication
from coordinator.services.exchange.told import Told, day_of, moment_of, pages_of
from coordinator.services.ports import Query, Work


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
    """Name penalties that showed and do not any more, the latest end first."""
    query = Query(order="ended_at", descending=True)
    async for page in pages_of(work.penalty_publications, query):
        gone = [each for each in page if each.ended_at is not None]
        if not gone:
            return
        yield [_showing(each) for each in gone if each.times_shown]


def _penalty_end(each: PenaltyPublication) -> Told:
    return Told(
        _showing(each),
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


def _showing(each: PenaltyPublication) -> str:
    return f"{each.publication_id}@{each.times_shown}"


async def one_penalty(work: Work, key: str) -> Told | None:
    """Tell a penalty that shows today."""
    found = await work.penalty_publications.find(key)
    return _penalty(found) if found and found.is_public(work.today()) else None


async def one_penalty_end(work: Work, key: str) -> Told | None:
    """Tell the end of a penalty."""
    found = await work.penalty_publications.find(key)
    return _penalty_end(found) if found and found.ended_at is not None else None
