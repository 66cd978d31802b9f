"""Calendar subscriptions on the console: made here, their secret shown once, revoked at will."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.scheduling import CalendarFeed, FeedScope
from coordinator.services import dispatch
from coordinator.services.ports import Role, Work
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.console.team_draw import people_names
from coordinator.web.errors import sentences
from coordinator.web.identity import require_same_site, require_token
from coordinator.web.names import Names, load_names
from coordinator.web.rule_texts import RULE_TEXTS

router = APIRouter()

_MOST_OFFICERS = 500  # of all departments; a department's own are always all there


@router.get("/console/subscriptions")
async def subscriptions(console: InConsole) -> Response:
    """Show what can be downloaded or subscribed to, and the subscriptions there are."""
    return await _page(console)


@router.post("/console/subscriptions")
async def subscribe(request: Request, console: InConsole) -> Response:
    """Make a subscription and show its address, this once."""
    form = await request.form()
    require_same_site(request)
    require_token(console.person, str(form.get("csrf", "")))
    scope, _space, subject = str(form.get("subject", "")).partition(" ")
    try:
        kind = _scope(scope)
        async with console.parts.open_work(console.actor) as work:
            made = await dispatch.make_feed(work, kind, subject)
    except RuleBrokenError as error:
        status = RULE_TEXTS[error.rule].status
        return await _page(console, problems=sentences(error), status=status)
    return await _page(console, address=_address(console, made.token))


def _scope(text: str) -> FeedScope:
    if text not in set(FeedScope):
        raise RuleBrokenError(Rule.VALUE_MISSING, what="subject", of="calendar")
    return FeedScope(text)


async def _page(
    console: Console,
    *,
    address: str = "",
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> Response:
    async with console.reading() as work:
        names = await load_names(work)
        departments = (
            list(console.actor.sees)
            if console.actor.role is Role.DEPARTMENT
            else sorted(names.departments)
        )
        return await console.show(
            work,
            "dispatch/subscriptions.html",
            names=names,
            address=address,
            problems=problems or [],
            status=status,
            departments=departments,
            officers=await _officers(console, work),
            feeds=await _feeds(console, work, names),
        )


async def _officers(console: Console, work: Work) -> list[tuple[str, str, str]]:
    own = {"department": console.actor.sees} if console.actor.role is Role.DEPARTMENT else {}
    found = await work.inspectors.where(**own)
    known = found if own else found[:_MOST_OFFICERS]
    return [(each.inspector_id, each.name, each.department) for each in known]


async def _feeds(
    console: Console, work: Work, names: Names
) -> list[tuple[CalendarFeed, str, list[ActButton]]]:
    """Give somebody's own subscriptions, and all of them to the office, the latest first."""
    own = {} if console.actor.role is Role.OFFICE else {"login": console.actor.name}
    found = await work.calendar_feeds.where(**own)
    people = await people_names(work)
    latest = sorted(found, key=lambda each: each.made_at, reverse=True)
    return [
        (
            each,
            names.department(each.subject)
            if each.scope is FeedScope.DEPARTMENT
            else people.get(each.subject, each.subject),
            console.buttons("revoke-calendar", feed_id=each.feed_id),
        )
        for each in latest
    ]


def _address(console: Console, token: str) -> str:
    path = f"/calendars/{token}.ics"
    address = console.parts.public_address.rstrip("/") or str(console.request.base_url).rstrip("/")
    return f"{address}{path}"
