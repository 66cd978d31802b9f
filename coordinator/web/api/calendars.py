"""Calendars of visits: a file on request, and subscriptions that can be revoked."""

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from coordinator.domain.scheduling import CalendarFeed, FeedScope
from coordinator.services import dispatch
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.calendars import as_file, calendar_of
from coordinator.web.dependencies import Reader, Writer
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "日历 calendars"
router = APIRouter(tags=[TAG])


class FeedEntry(Entry):
    """Whose visits a subscription shows."""

    scope: FeedScope
    subject: str = Field(min_length=1, max_length=100)


class FeedMade(BaseModel):
    """A subscription; its address holds the secret and is given this once."""

    feed_id: str
    path: str


async def _revoke(work: Work, keys: Keys, _entry: None) -> CalendarFeed:
    return await dispatch.revoke_feed(work, keys["feed_id"])


ACTS = (
    Act(
        name="revoke-calendar",
        path="/calendar-feeds/{feed_id}/revoke",
        label=later("撤销订阅"),
        consequence=later("这个订阅地址立即失效；日历程序里已取走的内容不会收回。"),
        role=Role.OFFICE,
        also=(Role.DEPARTMENT,),
        run=_revoke,
        danger=True,
        back="/console/subscriptions",
    ),
)
add_acts(router, ACTS, TAG)


@router.post("/calendar-feeds", summary="开通日历订阅", operation_id="make_calendar_feed")
async def make(entry: FeedEntry, parts: Parts, person: Writer) -> FeedMade:
    """Make a subscription to a department's or an officer's visits."""
    async with parts.open_work(person.actor) as work:
        made = await dispatch.make_feed(work, entry.scope, entry.subject)
    return FeedMade(feed_id=made.feed_id, path=f"/calendars/{made.token}.ics")


@router.get("/calendars/{scope}/{subject}.ics", summary="日历文件", operation_id="calendar_file")
async def calendar_file(scope: FeedScope, subject: str, parts: Parts, person: Reader) -> Response:
    """Give the calendar of a department or an officer as an iCalendar file."""
    async with parts.open_work(person.actor, writes=False) as work:
        body = await calendar_of(work, parts, person.actor, scope, subject)
    return as_file(body, f"onevisit-{scope.value}")
