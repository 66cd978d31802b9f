"""Numbers of decisions 文号: of an organ, each stands on one decision, an undone one included."""

from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.services.ports import Work


async def fresh_number(work: Work, organ: str, number: str | None, of: str) -> str:
    """Give the number of a document, which no other decision of the organ bears.

    `of` names the record that is decided; DOCUMENT_NUMBER_USED for a number that was given before.
    """
    wanted = given(number, "decision_number", of).strip()
    if await bearer_of(work, organ, wanted) is not None:
        raise RuleBrokenError(Rule.DOCUMENT_NUMBER_USED, organ=organ, number=wanted)
    return wanted


async def bearer_of(work: Work, organ: str, number: str) -> str | None:
    """Find what of an organ bears a number: a penalty, listing, correction, repair, delisting."""
    for each in await work.cases.where(department=organ):
        if number in (each.decision_number, *(former.decision_number for former in each.former)):
            return each.case_id
    for field in ("decision_number", "delisting_number"):
        for listing in await work.listings.where(organ=organ, **{field: number}):
            return listing.listing_id
    for correction in await work.corrections.where(organ=organ, number=number):
        return correction.correction_id
    for repair in await work.repairs.where(organ=organ, decision_number=number):
        return repair.repair_id
    return None
