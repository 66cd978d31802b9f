"""People and their responsibilities: of the own organ, for overseers of all."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from contracts.vocabulary import OFFICE
from coordinator.services import responsibilities
from coordinator.services.ports import DIVIDED, Credential, Responsibility, Role, Work
from coordinator.web.console.frame import ActButton, Console, InConsole

router = APIRouter()


@dataclass(frozen=True)
class OrganView:
    """The people of an organ, whether it has divided its work, and what may be done."""

    organ: str
    people: Sequence[Credential]
    divided: bool
    kinds: tuple[Responsibility, ...]
    acts: Sequence[ActButton]


@router.get("/console/people")
async def people(console: InConsole) -> Response:
    """Show who does what: a department's person sees the own organ, everybody else all."""
    async with console.reading() as work:
        organs = [await _view(work, console, organ) for organ in await _organs(work, console)]
        readers = await _readers(work, console)
        return await console.show(
            work, "departments/people.html", organs=organs, readers=readers, office=OFFICE
        )


async def _organs(work: Work, console: Console) -> Sequence[str]:
    if console.actor.role is Role.DEPARTMENT:
        return (console.actor.department or "",)
    departments = await work.departments.where()
    return (OFFICE, *(each.code for each in sorted(departments, key=lambda each: each.position)))


async def _view(work: Work, console: Console, organ: str) -> OrganView:
    division = await responsibilities.division_of(work, organ)
    acts = (
        console.buttons("divide-office")
        if organ == OFFICE
        else console.buttons("divide-organ", department=organ)
    )
    return OrganView(
        organ=organ,
        people=await responsibilities.people_of(work, organ),
        divided=division.divided,
        kinds=DIVIDED[responsibilities.role_in(organ)],
        acts=acts,
    )


async def _readers(work: Work, console: Console) -> Sequence[Credential]:
    """Give auditors and 纪检; departments need not know them."""
    if console.actor.role is Role.DEPARTMENT:
        return ()
    return await work.credentials.where(role=(Role.AUDITOR, Role.DISCIPLINE))
