"""What the public sees of follow-up: the list of business abnormalities, and exposed hazards."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.lifecycle import AbnormalState
from coordinator.services.ports import Query
from coordinator.web.names import load_names
from coordinator.web.public.frame import PAGE, OnSite, page_of, pages_for

router = APIRouter()

_SHOWN = 200


@router.get("/abnormal-list")
async def abnormal_list(site: OnSite, q: str = "", page: int = 1) -> Response:
    """List who is on the list of business abnormalities, with decision and grounds."""
    number = page_of(page)
    async with site.reading() as work:
        found = await work.abnormal_entries.page(
            Query(
                equals={"state": AbnormalState.ENTERED},
                text=q.strip(),
                within=("subject", "subject_name", "number"),
                order="entered_date",
                descending=True,
                offset=(number - 1) * PAGE,
                limit=PAGE,
            )
        )
        return site.show(
            "public/abnormal_list.html",
            q=q.strip(),
            entries=found.values,
            page=number,
            pages=pages_for(found.total),
            names=await load_names(work),
        )


@router.get("/exposures")
async def exposures(site: OnSite) -> Response:
    """List the hazards that were exposed publicly; one that is over says so."""
    async with site.reading() as work:
        found = [
            each
            for each in (
                await work.hazards.page(Query(order="exposed_at", descending=True, limit=_SHOWN))
            ).values
            if each.exposed_at is not None
        ]
        return site.show("public/exposures.html", found=found, names=await load_names(work))
