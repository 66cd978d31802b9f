"""Schedules: proposed, accepted, mended and moved by hand; and what a round's schedule says."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from coordinator.domain.scheduling import Appointment, RoundSchedule, Shortage, sentences
from coordinator.services import dispatch
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.dependencies import Overseer, Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import open_rounds, visits_of

TAG = "日程 schedule"
router = APIRouter(tags=[TAG])


class MoveEntry(Entry):
    """Where a visit goes by hand."""

    day: date = Field(
        title=later("日期"), description=later("应在检查时间内，并留足提前通知的天数。")
    )
    slot: str = Field(
        title=later("时段"), json_schema_extra={"widget": "select", "choices": "slots"}
    )
    reason: str = Field(
        default="",
        title=later("理由"),
        description=later("改动已采用的日程，或安排在非工作日，须写明理由；记入审计。"),
        max_length=1000,
        json_schema_extra=AREA,
    )


class ReplanEntry(Entry):
    """Why a schedule is re-planned."""

    reason: str = Field(
        title=later("理由"),
        description=later("如：某日 1 人病假。随改动记入审计。"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )


class ShortageSeen(BaseModel):
    """Why visits found no place, in figures and in words."""

    figures: dict[str, Any]
    zh: str
    en: str


class ScheduleSeen(BaseModel):
    """A round's schedule as this person may see it; covert visits stay out before disclosure."""

    schedule: RoundSchedule | None
    appointments: tuple[Appointment, ...]


class ScheduleChecked(BaseModel):
    """What is left out and why; what can't stay and what each remedy costs."""

    shortages: tuple[ShortageSeen, ...]
    outlook: dict[str, Any] | None


async def _propose(work: Work, keys: Keys, _entry: None) -> RoundSchedule:
    return await dispatch.propose_schedule(work, keys["round_id"])


async def _accept(work: Work, keys: Keys, _entry: None) -> RoundSchedule:
    return await dispatch.accept_schedule(work, keys["round_id"])


async def _replan(work: Work, keys: Keys, entry: ReplanEntry) -> RoundSchedule:
    return await dispatch.replan_round(work, keys["round_id"], entry.reason)


async def _move(work: Work, keys: Keys, entry: MoveEntry) -> Appointment:
    move = dispatch.Move(
        visit_id=keys["visit_id"], day=entry.day, slot=entry.slot, reason=entry.reason
    )
    return await dispatch.move_visit(work, move)


async def _stands_now(work: Work, keys: Keys) -> Mapping[str, Any]:
    found = await work.appointments.find(keys["visit_id"])
    return {} if found is None else {"day": found.day.isoformat(), "slot": found.slot}


_ROUND = "/console/rounds/{round_id}/schedule"

ACTS = (
    Act(
        name="propose-schedule",
        path="/rounds/{round_id}/schedule",
        label=later("排定日程"),
        consequence=later("为本批次每次上门重新排定日期和时段；采用之前只是建议，不通知任何人。"),
        role=Role.OFFICE,
        also=(Role.DEPARTMENT,),
        run=_propose,
        back=_ROUND,
    ),
    Act(
        name="accept-schedule",
        path="/rounds/{round_id}/schedule/accept",
        label=later("采用日程"),
        consequence=later(
            "日期随任务发给各部门；已下达的任务立即通知。提前告知的检查，企业可在期限内另选时段。"
        ),
        role=Role.OFFICE,
        run=_accept,
        back=_ROUND,
    ),
    Act(
        name="replan-schedule",
        path="/rounds/{round_id}/schedule/replan",
        label=later("重新调整日程"),
        consequence=later("只移动不能成立的检查和必须让位的检查，移动次数最少；立即通知有关部门。"),
        role=Role.OFFICE,
        run=_replan,
        entry=ReplanEntry,
        danger=True,
        back=_ROUND,
    ),
    Act(
        name="move-visit",
        path="/visits/{visit_id}/move",
        label=later("改定检查时间"),
        consequence=later("检查组每个人当时都能到场才能改；任务已下达的，各部门立即收到新的时间。"),
        role=Role.OFFICE,
        also=(Role.DEPARTMENT,),
        run=_move,
        entry=MoveEntry,
        start=_stands_now,
        back="/console/visits/{visit_id}",
    ),
)
add_acts(router, ACTS, TAG)


@router.get("/rounds/{round_id}/schedule", summary="批次日程", operation_id="schedule")
async def schedule(round_id: str, parts: Parts, person: Reader) -> ScheduleSeen:
    """Give a round's schedule with the appointments that this person may see."""
    async with parts.open_work(person.actor, writes=False) as work:
        await work.rounds.get(round_id)
        return ScheduleSeen(
            schedule=await work.round_schedules.find(round_id),
            appointments=tuple(await seen_appointments(work, person.actor, round_id)),
        )


@router.get(
    "/rounds/{round_id}/schedule/check", summary="批次日程核对", operation_id="schedule_check"
)
async def check(round_id: str, parts: Parts, person: Overseer) -> ScheduleChecked:
    """Say what a schedule leaves out and why, and what can't stay any more."""
    async with parts.open_work(person.actor, writes=False) as work:
        outlook = await dispatch.replan_outlook(work, round_id)
        found = await dispatch.schedule_shortages(work, round_id)
        names = await officer_names(work, found)
        return ScheduleChecked(
            shortages=tuple(_shortage_seen(each, names) for each in found),
            outlook=None if outlook is None else asdict(outlook),
        )


async def seen_appointments(
    work: Work, actor: Actor, round_id: str, **equals: object
) -> list[Appointment]:
    """Give the appointments of a round that somebody may see.

    A department sees those of visits that were published to it; days of covert visits stay with
    the office until their record is open, and departments see none of an unaccepted proposal's
    visits that they were not sent.
    """
    reach = await visits_of(work, actor)
    if actor.role is Role.DEPARTMENT and round_id not in await open_rounds(work):
        return []
    return list(await work.appointments.where(round_id=round_id, **equals, **reach))


async def officer_names(work: Work, found: tuple[Shortage, ...]) -> dict[str, str]:
    """Name the officers that shortages are about."""
    people = {person for each in found for person in each.people}
    officers = await work.inspectors.where(inspector_id=people) if people else ()
    return {each.inspector_id: each.name for each in officers}


def _shortage_seen(shortage: Shortage, names: Mapping[str, str]) -> ShortageSeen:
    zh, en = sentences(shortage, names)
    return ShortageSeen(figures=asdict(shortage), zh=zh, en=en)
