"""Recusals: who must not inspect whom, declared by whom and why."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.registers import Recusal
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.console.frame import InConsole
from coordinator.web.console.registers.objects import object_page
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.pages import bare_code
from coordinator.web.words import state, states_of

router = APIRouter()

WITHDRAW = "/console/acts/withdraw-recusal"


@dataclass(frozen=True)
class RecusalLine:
    """One recusal of a person, with the object's name where the register has it."""

    recusal: Recusal
    object_name: str
    object_href: str
    withdraw_href: str


async def recusals_of(work: Work, person_id: str) -> list[RecusalLine]:
    """Give the recusals of a person, with the names of the objects."""
    found = await work.recusals.where(person_id=person_id)
    objects = await work.objects.where(object_id=tuple(each.object_id for each in found))
    names = {each.object_id: each.name for each in objects}
    return [
        RecusalLine(
            each,
            names.get(each.object_id, bare_code(each.object_id)),
            object_page(each.object_id) if each.object_id in names else "",
            withdrawal(each),
        )
        for each in found
    ]


def withdrawal(recusal: Recusal) -> str:
    """Give where a recusal is withdrawn."""
    keys = {"person_id": recusal.person_id, "object_id": recusal.object_id}
    return f"{WITHDRAW}?{urlencode(keys)}"


@router.get("/console/registers/recusals")
async def recusals(console: InConsole) -> Response:
    """List the recusals; a department sees those of its own people."""
    async with console.reading() as work:
        people = await _people(work, console.actor)
        return await console.show_list(
            work,
            work.recusals,
            recusal_spec(console.actor, people),
            intro=_("有利害关系的人员不会被抽到该对象，也不会被抽到它名下的其他场所。"),
            acts=console.buttons("declare-recusal"),
        )


def recusal_spec(actor: Actor, people: dict[str, str]) -> ListSpec[Recusal]:
    """Give the list of recusals with the names of the people."""
    return ListSpec(
        title=later("回避登记"),
        columns=(
            Column(
                later("人员"),
                lambda each, _names: people.get(each.person_id, each.person_id),
                "strong",
                note=lambda each, _names: each.person_id,
                order="person_id",
            ),
            Column(
                later("检查对象"),
                lambda each, _names: bare_code(each.object_id),
                "code",
                href=lambda each: object_page(each.object_id),
                order="object_id",
            ),
            Column(later("回避事由"), "reason", "long"),
            Column(
                later("申报人"),
                lambda each, _names: state("declared-by", each.declared_by).word,
            ),
            Column(later("撤回"), lambda _each, _names: _("撤回"), href=withdrawal),
        ),
        filters=(Filter("declared_by", later("全部申报人"), states_of("declared-by")),),
        fixed=own_people(actor, people),
        empty=later("还没有回避登记。"),
        empty_next=later("由本人、检查对象或办公室申报，抽取时自动避开。"),
        search_label=later("人员、检查对象或事由"),
    )


def own_people(actor: Actor, people: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Give the condition that keeps a department to its own people."""
    return {"person_id": tuple(people)} if actor.role is Role.DEPARTMENT else {}


async def _people(work: Work, actor: Actor) -> dict[str, str]:
    """Give names by id: for a department its own inspectors, else everybody who may come along."""
    if actor.role is Role.DEPARTMENT:
        own = await work.inspectors.where(department=actor.department)
        return {each.inspector_id: each.name for each in own}
    names = {each.expert_id: each.name for each in await work.experts.where()}
    return names | {each.inspector_id: each.name for each in await work.inspectors.where()}
