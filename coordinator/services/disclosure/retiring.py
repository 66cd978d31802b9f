"""Retention: after the policy's years a result leaves the public pages; it is kept inside."""

from dataclasses import replace
from datetime import timedelta

from coordinator.services.access import require_office
from coordinator.services.ports import Query, Work

_AT_ONCE = 500


async def retire_disclosures(work: Work) -> int:
    """Take what has been public long enough off the public pages; gives how many results went."""
    require_office(work)
    query = Query(
        equals={"retired_at": None},
        until={"public_until": work.today() - timedelta(days=1)},
        order="public_until",
        limit=_AT_ONCE,
    )
    retired = 0
    while found := (await work.disclosures.page(query)).values:
        await work.disclosures.save(*(replace(each, retired_at=work.now()) for each in found))
        for each in found:
            until = each.public_until and each.public_until.isoformat()
            await work.audit("disclosure:result:retired", each.disclosure_id, until=until)
        retired += len(found)
    return retired
