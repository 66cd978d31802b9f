"""What endpoints ask for: the person, checked for reading or for writing."""

from typing import Annotated

from fastapi import Depends, Header, Request

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Actor, Role
from coordinator.web.identity import Person, person_of, require_same_site, require_token
from coordinator.web.parts import Parts

CSRF_HEADER = "X-CSRF-Token"

# Someone without login who may be heard but decides nothing: no department, no office.
PUBLIC = Actor(name="public", role=Role.DEPARTMENT)
VISITOR = Actor(name="public", role=Role.AUDITOR)


async def reader(request: Request, parts: Parts) -> Person:
    """Give the person logged in, or LOGIN_NEEDED."""
    person = await person_of(request, parts)
    if person is None:
        raise RuleBrokenError(Rule.LOGIN_NEEDED)
    request.state.person = person
    return person


async def writer(
    request: Request,
    person: Annotated[Person, Depends(reader)],
    token: Annotated[str | None, Header(alias=CSRF_HEADER)] = None,
) -> Person:
    """Give the person of an unsafe API request that carries the session's token."""
    require_same_site(request)
    require_token(person, token)
    return person


async def overseer(person: Annotated[Person, Depends(reader)]) -> Person:
    """Give a person of the office or an auditor; departments see their own matters only."""
    if person.actor.role is Role.DEPARTMENT:
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED,
            role=person.actor.role.value,
            needed=[Role.OFFICE.value, Role.AUDITOR.value],
        )
    return person


async def inspector_of_conduct(person: Annotated[Person, Depends(reader)]) -> Person:
    """Give somebody of the discipline inspection or an auditor: who reads complaints."""
    if person.actor.role not in (Role.DISCIPLINE, Role.AUDITOR):
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED,
            role=person.actor.role.value,
            needed=[Role.DISCIPLINE.value, Role.AUDITOR.value],
        )
    return person


Reader = Annotated[Person, Depends(reader)]
Writer = Annotated[Person, Depends(writer)]
Overseer = Annotated[Person, Depends(overseer)]
ComplaintReader = Annotated[Person, Depends(inspector_of_conduct)]
