"""What a person may see: own and lower organs' matters, no covert target before it is disclosed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import Amendment, FieldDifference, PlanLine
from coordinator.domain.blacklist import Listing
from coordinator.domain.dispatch import Visit
from coordinator.domain.due_checks import DueCheck
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import DueState, RoundState
from coordinator.domain.registers.acts import RegisterAct
from coordinator.domain.result_intake import Result
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.language import _


async def open_rounds(work: Work) -> tuple[str, ...]:
    """Give the rounds whose targets may be shown: all but covert ones before disclosure."""
    return tuple(
        each.round_id
        for each in await work.rounds.where()
        if each.mode is Mode.ANNOUNCED or each.state is RoundState.DISCLOSED
    )


async def visits_of(work: Work, actor: Actor, department: str = "") -> dict[str, Any]:
    """Give the condition on visits: a department sees those that were published to it.

    Of the organs below it those too, covert ones once the record is open.
    """
    if actor.role is Role.DEPARTMENT:
        return {"visit_id": await _published_visits(work, actor)}
    if not department:
        return {}
    tasks = await work.tasks.where(department=department)
    return {"visit_id": tuple(task.visit_id for task in tasks)}


async def _published_visits(work: Work, actor: Actor) -> tuple[str, ...]:
    shown = set(await open_rounds(work)) if actor.lower else set()
    return tuple(
        task.visit_id
        for task in await work.tasks.where(department=actor.sees)
        if task.published_at is not None
        and (task.department == actor.department or task.round_id in shown)
    )


def own_matters(actor: Actor, field: str = "department") -> dict[str, Any]:
    """Give the condition that keeps a department to its own matters and its lower organs'."""
    return {field: actor.sees} if actor.role is Role.DEPARTMENT else {}


def own_duties(actor: Actor, field: str = "department") -> dict[str, Any]:
    """Give the condition on what waits for a department itself: nobody acts for a lower organ."""
    return {field: actor.department} if actor.role is Role.DEPARTMENT else {}


async def seen_listings(work: Work, actor: Actor) -> dict[str, Any]:
    """Give the condition on listings: what is undecided stays with the organ that proposed it."""
    if actor.role is not Role.DEPARTMENT:
        return {}
    listings = await work.listings.where()
    return {
        "listing_id": tuple(
            each.listing_id
            for each in listings
            if each.organ in actor.sees or each.listed_at is not None
        )
    }


def sees_party(actor: Actor, listing: Listing) -> bool:
    """Say whether somebody reads what the party said: its organ, those above it, overseers."""
    return actor.role is not Role.DEPARTMENT or listing.organ in actor.sees


def without_party(actor: Actor, listing: Listing) -> Listing:
    """Leave out what the party said and how it was heard, before other departments."""
    if sees_party(actor, listing):
        return listing
    return replace(listing, objection=None, hearing_note=None, objection_answer=None)


def require_seen_listing(actor: Actor, listing: Listing) -> None:
    """Refuse a listing that is not public yet to departments that it is no matter of."""
    if listing.listed_at is None:
        require_own(actor, listing.organ)


async def seen_transfers(work: Work, actor: Actor) -> dict[str, Any]:
    """Give the condition on transfers: a department sees those that it sent or received."""
    if actor.role is not Role.DEPARTMENT:
        return {}
    sent = await work.transfers.where(department=actor.sees)
    received = await work.transfers.where(receiver=actor.sees)
    return {"transfer_id": tuple(each.transfer_id for each in (*sent, *received))}


async def seen_copy_notices(work: Work, actor: Actor) -> dict[str, Any]:
    """Give the condition on copy notices: a department sees those that it sent or received."""
    if actor.role is not Role.DEPARTMENT:
        return {}
    sent = await work.copy_notices.where(department=actor.sees)
    received = await work.copy_notices.where(receiver=actor.sees)
    return {"notice_id": tuple(each.notice_id for each in (*sent, *received))}


async def seen_abnormal(work: Work, actor: Actor) -> dict[str, Any]:
    """Give the condition on the abnormal list: undecided ones stay with finder and organ."""
    if actor.role is not Role.DEPARTMENT:
        return {}
    entries = await work.abnormal_entries.where()
    return {
        "entry_id": tuple(
            each.entry_id
            for each in entries
            if each.entered_date is not None
            or each.department in actor.sees
            or each.organ in actor.sees
        )
    }


async def seen_results(work: Work, actor: Actor) -> dict[str, Any]:
    """Give the condition on results: own ones, and for everybody above no covert target."""
    if actor.role is not Role.DEPARTMENT:
        return {"round_id": await open_rounds(work)}
    if not actor.lower:
        return own_matters(actor)
    return own_matters(actor) | {"visit_id": await _published_visits(work, actor)}


async def require_seen_result(work: Work, actor: Actor, result: Result) -> None:
    """Refuse a result of another department, and of a lower organ while its round is covert."""
    require_own(actor, result.department)
    below = actor.role is Role.DEPARTMENT and result.department != actor.department
    if below and result.round_id not in await open_rounds(work):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="result", key=result.result_id)


async def seen_import(work: Work, actor: Actor, import_id: str) -> RegisterAct:
    """Give an act upon a register; another department's is as if it were not there."""
    act = await work.imports.get(import_id)
    if actor.role is Role.DEPARTMENT and act.department not in actor.sees:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="import", key=import_id)
    return act


async def hide_targets(work: Work, visits: Sequence[Visit]) -> list[Visit]:
    """Leave out where covert visits go until their round is disclosed."""
    shown = set(await open_rounds(work))
    return [visit if visit.round_id in shown else _hidden(visit) for visit in visits]


async def hide_joined(work: Work, actor: Actor, dues: Sequence[DueCheck]) -> list[DueCheck]:
    """Let a department see a check wait until the visit it joined is published to it.

    Before that nobody tells a department where it will go.
    """
    joined = {due.visit_id for due in dues if due.state is DueState.JOINED}
    if actor.role is not Role.DEPARTMENT or not joined:
        return list(dues)
    known = {
        task.visit_id
        for task in await work.tasks.where(visit_id=joined, department=actor.sees)
        if task.published_at is not None
    }
    return [
        replace(due, state=DueState.WAITING, visit_id="")
        if due.state is DueState.JOINED and due.visit_id not in known
        else due
        for due in dues
    ]


async def seen_visit(work: Work, actor: Actor, visit_id: str) -> tuple[Visit, bool]:
    """Give a visit that somebody may see, and whether its target is open to them."""
    visit = await work.visits.get(visit_id)
    mine = await visits_of(work, actor)
    if mine and visit_id not in mine["visit_id"]:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="visit", key=visit_id)
    is_open = visit.round_id in await open_rounds(work)
    return (visit if is_open else _hidden(visit)), is_open


async def disclosed_lines(work: Work) -> set[str]:
    """Give the plan lines whose round is over and open to everybody."""
    rounds = await work.rounds.where(state=RoundState.DISCLOSED)
    return {code for each in rounds for code in each.lines}


async def hide_named(work: Work, actor: Actor, lines: Iterable[PlanLine]) -> list[PlanLine]:
    """Leave out whom covert lines name, before departments, until the round is disclosed."""
    if actor.role is not Role.DEPARTMENT:
        return list(lines)
    shown = await disclosed_lines(work)
    return [
        line if line.mode is Mode.ANNOUNCED or line.code in shown else _unnamed(line)
        for line in lines
    ]


async def hide_in_amendment(work: Work, actor: Actor, amendment: Amendment) -> Amendment:
    """Leave out of an amendment, before departments, whom lines name or named."""
    if actor.role is not Role.DEPARTMENT:
        return amendment
    changed = {each.code: each.line for each in amendment.changes if each.line}
    lines = await hide_named(work, actor, changed.values())
    named = dict(zip(changed, lines, strict=True))
    changes = [replace(each, line=named.get(each.code)) for each in amendment.changes]
    difference = hide_differences(actor, amendment.difference)
    return replace(amendment, changes=tuple(changes), difference=difference)


def hide_differences(
    actor: Actor, difference: Iterable[FieldDifference]
) -> tuple[FieldDifference, ...]:
    """Leave out of differences, before departments, whom lines name: a line may be covert."""
    of_office = actor.role is not Role.DEPARTMENT
    return tuple(each for each in difference if of_office or each.field != _NAMED)


def _unnamed(line: PlanLine) -> PlanLine:
    return replace(line, conditions=replace(line.conditions, objects=()))


_NAMED = "objects"


def require_own(actor: Actor, department: str) -> None:
    """Refuse that a department looks into another one's matter; a superior may, at lower organs."""
    if actor.role is Role.DEPARTMENT and department not in actor.sees:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=actor.department or "-", department=department
        )


def _hidden(visit: Visit) -> Visit:
    return replace(
        visit,
        place="",
        place_name=_("暗查对象，批次公开前保密"),
        address="",
        region="",
        visit_code=None,
    )
