"""What a day brings to published penalties: a last day passes; former decisions are taken up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from coordinator.domain.lifecycle import CaseState, PublicationState
from coordinator.domain.penalty_publication import PublicationEnd, ended
from coordinator.services.access import require_office
from coordinator.services.disclosure.penalties import leave, take_up_penalty
from coordinator.services.ports import Query, Work

_AT_ONCE = 500
_PUNISHED = (CaseState.DECIDED, CaseState.EXECUTED, CaseState.CLOSED)


async def renew_penalties(work: Work) -> Mapping[str, object]:
    """Do what the day brings: end what is over, take up decisions that have no publication yet.

    Whoever does the duties has done them one by one before, so that only what fails is left here.
    """
    require_office(work)
    over, rest = await penalties_over(work), await penalties_to_take_up(work)
    for publication_id in over:
        await end_over_penalty(work, publication_id)
    for case_id in rest:
        await take_up_former_penalty(work, case_id)
    return {"ended": len(over), "taken_up": len(rest)}


async def penalties_over(work: Work) -> Sequence[str]:
    """Name the publications that show although their last day has passed."""
    found: list[str] = []
    query = Query(
        equals={"state": PublicationState.SHOWN},
        until={"shown_until": work.today() - timedelta(days=1)},
        limit=_AT_ONCE,
    )
    while page := (await work.penalty_publications.page(query)).values:
        found += (each.publication_id for each in page)
        query = replace(query, offset=query.offset + query.limit)
    return found


async def end_over_penalty(work: Work, publication_id: str) -> None:
    """End one whose last day has passed; somebody else may have done it meanwhile."""
    require_office(work)
    found = await work.penalty_publications.get(publication_id)
    if found.state is PublicationState.SHOWN and found.is_over(work.today()):
        end = PublicationEnd.REPAIRED if found.end_document else PublicationEnd.TERM
        await leave(work, found, ended(found, end, work.now(), found.end_document))


async def penalties_to_take_up(work: Work) -> Sequence[str]:
    """Name the cases whose decision was made before publications were kept, and has none yet.

    A later one was taken up at once: none younger than the first publication is read.
    """
    first = (await work.penalty_publications.page(Query(order="made_at", limit=1))).values
    until = {"decided_date": work.day_of(first[0].made_at)} if first else {}
    found: list[str] = []
    query = Query(equals={"state": _PUNISHED}, until=until, limit=_AT_ONCE)
    while page := (await work.cases.page(query)).values:
        ids = {each.case_id for each in page if each.decision_stands}
        known = await work.penalty_publications.where(case_id=ids) if ids else ()
        found += sorted(ids - {each.case_id for each in known})
        query = replace(query, offset=query.offset + query.limit)
    return found


async def take_up_former_penalty(work: Work, case_id: str) -> None:
    """Take up one such decision, if it still stands and nobody else has done it meanwhile."""
    require_office(work)
    case = await work.cases.get(case_id)
    if case.decision_stands and not await work.penalty_publications.count(case_id=case_id):
        await take_up_penalty(work, case)
