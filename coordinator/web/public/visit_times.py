"""When an announced visit takes place, and the enterprise's choice; and calendars by secret."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import dispatch
from coordinator.services.ports import Actor, Role
from coordinator.web.calendars import as_file, calendar_of_token
from coordinator.web.errors import sentences
from coordinator.web.identity import require_same_site
from coordinator.web.language import choose
from coordinator.web.public.frame import OnSite, Site
from coordinator.web.rule_texts import RULE_TEXTS

router = APIRouter()

# Whoever holds the visit code of an announced visit acts for the enterprise.
_HOLDER = Actor(name="visit-code", role=Role.AUDITOR)


@router.get("/v/{code}/time", name="visit_time")
async def when(code: str, site: OnSite) -> Response:
    """Show when the visit of a code takes place, and what may be chosen; others tell nothing."""
    return await _page(site, code)


@router.post("/v/{code}/time")
async def choose_time(code: str, request: Request, site: OnSite) -> Response:
    """Let whoever holds the code choose one of the slots that are free now."""
    require_same_site(request)
    wanted = str((await request.form()).get("time", ""))
    day, _space, slot = wanted.partition(" ")
    try:
        async with site.parts.open_work(_HOLDER) as work:
            await dispatch.choose_slot(work, code, _day(day), slot)
    except RuleBrokenError as error:
        if error.rule is Rule.NOT_FOUND:
            return await _page(site, code)
        status = RULE_TEXTS[error.rule].status
        return await _page(site, code, problems=sentences(error), status=status)
    return RedirectResponse(str(request.url_for("visit_time", code=code).path) + "?done=1", 303)


@router.get("/calendars/{token}.ics")
async def subscribed(token: str, site: OnSite) -> Response:
    """Give the calendar of a subscription; any other address is as if it were not there."""
    async with site.reading() as work:
        body = await calendar_of_token(work, site.parts, token)
    if body is None:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="calendar", key="-")
    return as_file(body, "onevisit")


async def _page(
    site: Site, code: str, *, problems: list[tuple[str, str]] | None = None, status: int = 200
) -> Response:
    async with site.reading() as work:
        offer = await dispatch.offer_of_code(work, code)
    choices = [
        (
            f"{each.day.isoformat()} {each.slot}",
            each.day,
            f"{choose(each.name, each.name_en)} {each.from_time}–{each.to_time}",  # noqa: RUF001 (a span of time)
        )
        for each in (offer.choices if offer is not None else ())
    ]
    return site.show(
        "public/visit_time.html",
        code=code,
        offer=offer,
        choices=choices,
        problems=problems or [],
        is_done="done" in site.request.query_params,
        status=status,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RuleBrokenError(Rule.VALUE_MISSING, what="time", of="visit") from error
