"""Calendars of visits as people and programs read them: events within somebody's rights."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fastapi.responses import Response

from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.registers.organisation import lower_organs
from coordinator.domain.scheduling import FeedScope
from coordinator.services import dispatch
from coordinator.services.dispatch import CalendarEntry
from coordinator.services.ports import Actor, CalendarEvent, Work
from coordinator.web.identity import actor_of
from coordinator.web.language import CHINESE, _, speaking
from coordinator.web.names import Names, load_names
from coordinator.web.parts import WebParts
from coordinator.web.reach import hide_targets


async def calendar_of(
    work: Work, parts: WebParts, actor: Actor, scope: FeedScope, subject: str
) -> bytes:
    """Give a department's or a person's calendar as somebody may see it."""
    await dispatch.require_subject(work, actor, scope, subject)
    entries = await dispatch.calendar_entries(work, scope, subject)
    seen = await hide_targets(work, [each.visit for each in entries])
    shown = [replace(each, visit=visit) for each, visit in zip(entries, seen, strict=True)]
    names = await load_names(work)
    title = _("检查日程 · %s") % await _subject_name(work, scope, subject, names)
    return parts.documents.calendar(title, _events(shown, parts, names))


async def calendar_of_token(work: Work, parts: WebParts, token: str) -> bytes | None:
    """Give the calendar of a subscription by its maker's present rights; None for others."""
    found = await dispatch.feed_of_token(work, token)
    if found is None:
        return None
    feed, maker = found
    actor = actor_of(maker)
    if actor.department is not None:
        lower = lower_organs(await work.departments.where(), actor.department)
        actor = replace(actor, lower=lower)
    try:
        with speaking(CHINESE):
            return await calendar_of(work, parts, actor, feed.scope, feed.subject)
    except RuleBrokenError:
        return None  # the maker may not see it any more


def as_file(body: bytes, name: str) -> Response:
    """Send a calendar as a file."""
    disposition = f'attachment; filename="{name}.ics"'
    return Response(body, media_type="text/calendar", headers={"Content-Disposition": disposition})


def _events(entries: Sequence[CalendarEntry], parts: WebParts, names: Names) -> list[CalendarEvent]:
    zone = ZoneInfo(parts.zone)
    return [
        CalendarEvent(
            uid=f"{each.visit.visit_id}@onevisit",
            number=each.appointment.number,
            changed_at=each.appointment.changed_at,
            begins_at=_instant(each.appointment.day, each.appointment.starts, zone),
            ends_at=_instant(each.appointment.day, each.appointment.ends, zone),
            summary=_("联合检查 · %s") % each.visit.place_name,
            place=each.visit.address,
            note="\n".join(_notes(each, names)),
        )
        for each in entries
    ]


def _notes(entry: CalendarEntry, names: Names) -> list[str]:
    notes = [entry.visit.task_number or ""]
    notes.append("、".join(names.department(code) for code in entry.visit.departments))
    if entry.appointment.provisional:
        notes.append(_("节假日安排未公布，日期暂定"))
    return [note for note in notes if note]


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Give local minutes of a day as an instant; a time that does not exist moves on."""
    midnight = datetime.combine(day, time(), zone)
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)


async def _subject_name(work: Work, scope: FeedScope, subject: str, names: Names) -> str:
    if scope is FeedScope.DEPARTMENT:
        return names.department(subject)
    return (await work.inspectors.get(subject)).name
