"""Numbers of decisions 文号: of an organ, each stands on one decision, an undone one included."""

from collections.abc import AsyncIterator
from dataclasses import replace

from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.follow_up import Case
from coordinator.services.ports import Query, Work

_STEP = 500


async def fresh_number(work: Work, organ: str, number: str | None, of: str) -> str:
    """Give the number of a document, which no other decision of the organ bears.

    `of` names the record that is decided; DOCUMENT_NUMBER_USED for a number that was given before.
    """
    wanted = given(number, "decision_number", of).strip()
    if await bearer_of(work, organ, wanted) is not None:
        raise RuleBrokenError(Rule.DOCUMENT_NUMBER_USED, organ=organ, number=wanted)
    return wanted


async def bearer_of(work: Work, organ: str, number: str) -> str | None:
    """Find what of an organ bears a number: a penalty, listing, correction, repairs, delisting."""
    for case in await work.cases.where(department=organ, decision_number=number):
        return case.case_id
    async for case in _undone(work, organ):
        if number in (former.decision_number for former in case.former):
            return case.case_id
    for field in ("decision_number", "delisting_number"):
        for listing in await work.listings.where(organ=organ, **{field: number}):
            return listing.listing_id
    corrections = await work.corrections.where(organ=organ, number=number)
    repairs = await work.repairs.where(organ=organ, decision_number=number)
    shortened = await work.penalty_publications.where(department=organ, repair_number=number)
    bearers = [
        *(each.correction_id for each in corrections),
        *(each.repair_id for each in repairs),
        *(each.publication_id for each in shortened),
    ]
    return bearers[0] if bearers else None


async def _undone(work: Work, organ: str) -> AsyncIterator[Case]:
    """Give the cases of an organ of which a decision was undone: few of many."""
    query = Query(equals={"department": organ}, filled=("former",), order="case_id", limit=_STEP)
    offset, total = 0, 1
    while offset < total:
        page = await work.cases.page(replace(query, offset=offset))
        for case in page.values:
            yield case
        offset, total = offset + _STEP, page.total
