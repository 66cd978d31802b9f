"""Which results were published and taken back: the mark on a result says only that it was shown.

A correction of another result of the same report leaves a withdrawal as it is.
"""

from collections.abc import Collection

from coordinator.services.ports import Work


async def withdrawn_among(work: Work, result_ids: Collection[str]) -> frozenset[str]:
    """Name the results whose publication was withdrawn, and of which no version stands."""
    last = await work.disclosures.where(result_id=set(result_ids), superseded_by=None)
    standing = {each.result_id for each in last if each.is_standing}
    return frozenset(each.result_id for each in last) - standing
