"""Calendars: whose visits they show, and subscriptions by a secret address that can be revoked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.scheduling import Appointment, CalendarFeed, FeedScope, ScheduleState
from coordinator.services.ports import Actor, Credential, Role, Work

_SHOWN = (VisitState.PUBLISHED, VisitState.RUNNING, VisitState.FINISHED)


@dataclass(frozen=True)
class MadeFeed:
    """A subscription that was just made, with its secret: it is shown once and never kept."""

    feed_id: str
    token: str
    feed: CalendarFeed


@dataclass(frozen=True)
class CalendarEntry:
    """A visit with its day, as a calendar shows it."""

    visit: Visit
    appointment: Appointment


async def make_feed(work: Work, scope: FeedScope, subject: str) -> MadeFeed:
    """Make a subscription to a department's or a person's visits, within the maker's rights.

    Auditors and 纪检 read calendars with their login: a secret address would outlive their charge.
    """
    if work.actor.role not in (Role.OFFICE, Role.DEPARTMENT):
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED, role=work.actor.role.value, needed=Role.OFFICE.value
        )
    await require_subject(work, work.actor, scope, subject)
    token = work.chance.secret().hex()
    feed = CalendarFeed(
        feed_id=work.new_id(),
        token_digest=digest_of_feed(token),
        scope=scope,
        subject=subject,
        login=work.actor.name,
        made_at=work.now(),
    )
    await work.calendar_feeds.add([feed])
    await work.audit("dispatch:calendar:subscribed", feed.feed_id, scope=scope.value, of=subject)
    return MadeFeed(feed.feed_id, token, feed)


async def revoke_feed(work: Work, feed_id: str) -> CalendarFeed:
    """End a subscription: its own maker may, and the office."""
    feed = await work.calendar_feeds.get(feed_id)
    if feed.login != work.actor.name and work.actor.role is not Role.OFFICE:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="calendar_feed", key=feed_id)
    if feed.revoked_at is None:
        feed = replace(feed, revoked_at=work.now())
        await work.calendar_feeds.save(feed)
        await work.audit("dispatch:calendar:revoked", feed_id)
    return feed


async def feed_of_token(work: Work, token: str) -> tuple[CalendarFeed, Credential] | None:
    """Give the living subscription of a secret and its maker; None for any other secret."""
    found = await work.calendar_feeds.where(token_digest=digest_of_feed(token))
    feed = next((each for each in found if each.revoked_at is None), None)
    maker = await work.credentials.find(feed.login) if feed is not None else None
    return None if feed is None or maker is None else (feed, maker)


async def require_subject(work: Work, actor: Actor, scope: FeedScope, subject: str) -> None:
    """Refuse calendars beyond somebody's rights: a department's person sees the own organs'."""
    if scope is FeedScope.DEPARTMENT:
        department = (await work.departments.get(subject)).code
    else:
        department = (await work.inspectors.get(subject)).department
    if actor.role is Role.DEPARTMENT and department not in actor.sees:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=actor.department or "-", department=department
        )


async def calendar_entries(work: Work, scope: FeedScope, subject: str) -> Sequence[CalendarEntry]:
    """Give the visits of a calendar in order of time; covert ones from their opening day on."""
    if scope is FeedScope.DEPARTMENT:
        tasks = await work.tasks.where(department=subject)
        ids = {task.visit_id for task in tasks if task.published_at is not None}
    else:
        ids = {seat.visit_id for seat in await work.team.where(person_id=subject)}
    accepted = await work.round_schedules.where(state=ScheduleState.ACCEPTED)
    rounds = {each.round_id for each in accepted}
    found = await work.visits.where(visit_id=ids, state=_SHOWN) if ids else ()
    visits = {v.visit_id: v for v in found if v.round_id in rounds and _may_show(v)}
    known = await work.appointments.where(visit_id=set(visits)) if visits else ()
    entries = [CalendarEntry(visits[each.visit_id], each) for each in known]
    return sorted(entries, key=lambda each: (each.appointment.day, each.appointment.starts))


def digest_of_feed(token: str) -> str:
    """Give the SHA-256 under which a subscription is stored: the store alone opens no calendar."""
    return hashlib.sha256(token.encode()).hexdigest()


def _may_show(visit: Visit) -> bool:
    return visit.mode is Mode.ANNOUNCED or visit.opened_at is not None
