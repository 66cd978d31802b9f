"""A penalty at its permalink: while its period lasts, and that it is not shown any more after."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.blacklist import is_person
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PublicationState
from coordinator.domain.penalty_publication import PenaltyPublication, PublicationEnd
from coordinator.services.ports import Work
from coordinator.web.names import load_names
from coordinator.web.public.frame import OnSite

router = APIRouter()
_GONE = 410


@router.get("/penalties/{publication_id}")
async def one_penalty(publication_id: str, site: OnSite) -> Response:
    """Show a published penalty; one that was public says since when and why it is not any more."""
    async with site.reading() as work:
        found: PenaltyPublication | None = await work.penalty_publications.find(publication_id)
        if found is None or found.times_shown == 0:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="penalty", key=publication_id)
        public = found.is_public(work.today())
        return site.show(
            "public/penalty.html",
            found=found,
            public=public,
            is_person=is_person(found.subject),
            end=found.end or PublicationEnd.TERM,
            result=await _result(work, found) if public else None,
            names=await load_names(work),
            status=200 if public else _GONE,
        )


async def penalties_of(work: Work, result_id: str) -> tuple[PenaltyPublication, ...]:
    """Give the penalties of a result that the public sees today."""
    found = await work.penalty_publications.where(result_id=result_id, state=PublicationState.SHOWN)
    return tuple(each for each in found if each.is_public(work.today()))


async def _result(work: Work, found: PenaltyPublication) -> str | None:
    """Give the permalink of the result while that is public: the address of its first version."""
    versions = await work.disclosures.where(result_id=found.result_id)
    first = min(versions, key=lambda each: (each.version, each.disclosed_at), default=None)
    left = any(each.retired_at is not None for each in versions)
    return None if first is None or left else f"/results/{first.disclosure_id}"
