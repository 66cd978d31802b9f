"""Checking a visit code: who may enter, why and for what, in the window only; and its draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from coordinator.domain.dispatch import TeamMember, Visit, VisitCheck
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.proofs import Opening
from coordinator.domain.own_visits import checks_of
from coordinator.services import burden_figures, lottery
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code
from coordinator.web.names import load_names
from coordinator.web.public.frame import OnSite
from coordinator.web.reach import open_rounds

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
        seen = await _seen(work, code)
        if seen is None:
            return site.show("public/visit_code.html", code=code, visit=None)
        visit, checks = seen.visit, seen.checks
        items = {each.code: each for each in await work.items.where(code={c.item for c in checks})}
        officers = {each.inspector_id: each for each in await work.inspectors.where()}
        experts = {each.expert_id: each.name for each in await work.experts.where()}
        lines = await work.plan_lines.where(code={each.line for each in checks})
        return site.show(
            "public/visit_code.html",
            code=code,
            visit=visit,
            checks=checks,
            recognised=await work.recognitions.where(
                round_id=visit.round_id, object_id={each.object_id for each in checks}
            ),
            openings=await lottery.openings_of_visit(work, visit) if seen.by_lot else (),
            line_names={each.code: each.name for each in lines},
            object_names={each.object_id: each.object_name for each in checks},
            bases={code: item.legal_bases for code, item in items.items()},
            team=seen.team,
            by_lot=seen.by_lot,
            officers=officers,
            experts=experts,
            names=await load_names(work),
            year=visit.date_to.year,
            visits_made=await _made_here(work, visit),
            cap=work.policy.burden.visits_per_year,
        )


@router.get("/v/{code}/openings/{number}.{ending}")
async def opening(code: str, number: int, ending: Literal["json", "svg"], site: OnSite) -> Response:
    """Give whoever has the code of a visit an opening of its draw, as file or as QR.

    It stays there after the visit: a proof that ends with the visit would prove little.
    """
    async with site.reading() as work:
        found = await _openings(work, code)
    if not 1 <= number <= len(found):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="opening", key=number)
    document = found[number - 1].document
    if ending == "svg":
        drawing = site.parts.documents.qr(document.decode())
        return Response(drawing, media_type="image/svg+xml")
    name = f'attachment; filename="opening-{number}.json"'
    return Response(document, media_type="application/json", headers={"Content-Disposition": name})


@dataclass(frozen=True)
class _Seen:
    """A visit whose code is valid today, with what may be checked and who comes."""

    visit: Visit
    checks: Sequence[VisitCheck]
    team: Sequence[TeamMember]
    by_lot: bool = True


async def _seen(work: Work, code: str) -> _Seen | None:
    visit = await valid_visit(work, code)
    if visit is None:
        return await _own_visit(work, code)
    return _Seen(
        visit,
        await work.checks.where(visit_id=visit.visit_id, left_out=None),
        await work.team.where(visit_id=visit.visit_id),
    )


async def _own_visit(work: Work, code: str) -> _Seen | None:
    """Give a visit of its own, for a lead or re-inspection, on its day."""
    found = await work.own_visits.where(visit_code=code, called_off_at=None) if code else []
    for own in found:
        if own.day == work.today():
            dues = await work.due_checks.where(entry_id=own.entry_id)
            items = await items_by_code(work, {due.item for due in dues})
            return _Seen(own.as_visit(), checks_of(dues, items), own.as_team(), by_lot=False)
    return None


async def _made_here(work: Work, visit: Visit) -> int:
    """Count the visits made at a place this year, for itself; no covert one before its time."""
    shown = await open_rounds(work)
    return len(await burden_figures.made_at(work, visit.place, visit.date_to.year, shown))


async def _openings(work: Work, code: str) -> list[Opening]:
    visits = await work.visits.where(visit_code=code)
    return [each for visit in visits for each in await lottery.openings_of_visit(work, visit)]


async def valid_visit(work: Work, code: str) -> Visit | None:
    """Give the visit of a code on the days on which it may take place, None at any other time."""
    found = await work.visits.where(visit_code=code) if code else []
    today = work.today()
    return next(
        (
            each
            for each in found
            if each.state in _VALID
            and each.date_from <= today <= each.date_to
            and lottery.may_know(work, each)
        ),
        None,
    )
