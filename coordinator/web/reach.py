"""What a person may see: departments their own, nobody a covert target before its record opens."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.language import _


async def open_rounds(work: Work) -> tuple[str, ...]:
    """Give the rounds whose targets may be shown: all but covert ones before disclosure."""
    return tuple(
        each.round_id
        for each in await work.rounds.where()
        if each.mode is Mode.ANNOUNCED or each.state is RoundState.DISCLOSED
    )


async def disclosed_rounds(work: Work) -> tuple[str, ...]:
    """Give the rounds whose record is open."""
    return tuple(each.round_id for each in await work.rounds.where(state=RoundState.DISCLOSED))


async def visits_of(work: Work, actor: Actor, department: str = "") -> dict[str, Any]:
    """Give the condition on visits: a department sees those that were published to it."""
    wanted = actor.department if actor.role is Role.DEPARTMENT else department
    if actor.role is not Role.DEPARTMENT and not wanted:
        return {}
    tasks = await work.tasks.where(department=wanted)
    early = actor.role is Role.DEPARTMENT
    return {
        "visit_id": tuple(
            task.visit_id for task in tasks if not (early and task.published_at is None)
        )
    }


def own_matters(actor: Actor, field: str = "department") -> dict[str, Any]:
    """Give the condition that keeps a department to its own matters."""
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
            if each.organ == actor.department or each.listed_at is not None
        )
    }


async def seen_results(work: Work, actor: Actor) -> dict[str, Any]:
    """Give the condition on results: own ones, and for office and auditors no covert target."""
    if actor.role is Role.DEPARTMENT:
        return {"department": actor.department}
    return {"round_id": await open_rounds(work)}


async def hide_targets(work: Work, visits: Sequence[Visit]) -> list[Visit]:
    """Leave out where covert visits go until their round is disclosed."""
    shown = set(await open_rounds(work))
    return [visit if visit.round_id in shown else _hidden(visit) for visit in visits]


async def seen_visit(work: Work, actor: Actor, visit_id: str) -> tuple[Visit, bool]:
    """Give a visit that somebody may see, and whether its target is open to them."""
    visit = await work.visits.get(visit_id)
    mine = await visits_of(work, actor)
    if mine and visit_id not in mine["visit_id"]:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="visit", key=visit_id)
    is_open = visit.round_id in await open_rounds(work)
    return (visit if is_open else _hidden(visit)), is_open


def require_own(actor: Actor, department: str) -> None:
    """Refuse that a department looks into another one's matter."""
    if actor.role is Role.DEPARTMENT and actor.department != department:
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
