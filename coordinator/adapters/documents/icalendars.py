"""Calendars as iCalendar files (RFC 5545), by the library icalendar."""

from collections.abc import Iterable
from datetime import UTC, timedelta

from icalendar import Calendar, Event

from coordinator.services.ports import CalendarEvent

_PRODUCT = "-//OneVisit//onevisit//ZH"
_READ_AGAIN = timedelta(hours=1)


def icalendar(title: str, events: Iterable[CalendarEvent]) -> bytes:
    """Make a calendar that programs can open or subscribe to; equal data give equal bytes."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", _READ_AGAIN, parameters={"VALUE": "DURATION"})
    for each in events:
        calendar.add_component(_event(each))
    return bytes(calendar.to_ical())


def _event(event: CalendarEvent) -> Event:
    made = Event()
    made.add("uid", event.uid)
    made.add("sequence", event.number)
    made.add("dtstamp", event.changed_at.astimezone(UTC))
    made.add("dtstart", event.begins_at.astimezone(UTC))
    made.add("dtend", event.ends_at.astimezone(UTC))
    made.add("summary", event.summary)
    if event.place:
        made.add("location", event.place)
    if event.note:
        made.add("description", event.note)
    return made
