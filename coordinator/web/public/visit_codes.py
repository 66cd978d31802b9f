"""Checking a visit code: who may enter, why and for what, in the window only."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from coordinator.domain.dispatch import Visit
from coordinator.domain.lifecycle import VisitState
from coordinator.services.ports import Work
from coordinator.web.names import load_names
from coordinator.web.public.frame import OnSite

router = APIRouter()

_VALID = (VisitState.PUBLISHED, VisitState.RUNNING)


@router.get("/v")
async def ask(site: OnSite, code: str = "") -> Response:
    """Ask for a visit code."""
    if code.strip():
        return RedirectResponse(str(site.request.url_for("visit_code", code=code.strip())), 303)
    return site.show("public/visit_code.html", code="", visit=None)


@router.get("/v/{code}", name="visit_code")
async def check(code: str, site: OnSite) -> Response:
    """Say whether a code is valid now, and for whom; other codes tell nothing at all."""
    async with site.reading() as work:
        visit = await _valid_visit(work, code)
        if visit is None:
            return site.show("public/visit_code.html", code=code, visit=None)
        checks = await work.checks.where(visit_id=visit.visit_id)
        items = {each.code: each for each in await work.items.where(code={c.item for c in checks})}
        officers = {each.inspector_id: each for each in await work.inspectors.where()}
        experts = {each.expert_id: each.name for each in await work.experts.where()}
        return site.show(
            "public/visit_code.html",
            code=code,
            visit=visit,
            checks=checks,
            bases={code: item.legal_bases for code, item in items.items()},
            team=await work.team.where(visit_id=visit.visit_id),
            officers=officers,
            experts=experts,
            names=await load_names(work),
        )


async def _valid_visit(work: Work, code: str) -> Visit | None:
    found = await work.visits.where(visit_code=code) if code else []
    today = work.today()
    return next(
        (
            each
            for each in found
            if each.state in _VALID and each.date_from <= today <= each.date_to
        ),
        None,
    )
