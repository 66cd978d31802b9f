"""Responsibilities 分工: an organ's approver says who of its people does what (2.14).

As long as an organ has divided nothing, everybody of it may do everything that its role allows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from contracts.vocabulary import OFFICE
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.access import require_department, require_office_approver
from coordinator.services.ports import DIVIDED, Credential, Responsibility, Role, Work

Holders = Mapping[Responsibility, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Division:
    """Who of an organ is responsible for what; `organ` is a department's code, or the office."""

    organ: str
    holders: Mapping[Responsibility, tuple[str, ...]]

    @property
    def divided(self) -> bool:
        """Whether anything was divided at all."""
        return any(self.holders.values())


async def division_of(work: Work, organ: str) -> Division:
    """Give how an organ has divided its work."""
    people = await people_of(work, organ)
    return Division(
        organ=organ,
        holders={
            each: tuple(p.login for p in people if each in p.responsibilities)
            for each in DIVIDED[role_in(organ)]
        },
    )


async def divide_work(work: Work, organ: str, holders: Holders) -> Division:
    """Divide the work of an organ anew, all of it at once; nobody named at all undoes the division.

    Each responsibility needs somebody, or what only they may do would stand still.
    """
    if organ == OFFICE:
        require_office_approver(work)
    else:
        require_department(work, organ, approver=True)
    people = {each.login: each for each in await people_of(work, organ)}
    named = {login for logins in holders.values() for login in logins}
    for login in sorted(named - people.keys()):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="credential", key=login)
    wanted = DIVIDED[role_in(organ)]
    for each in wanted:
        if named and not holders.get(each):
            raise RuleBrokenError(Rule.RESPONSIBILITY_UNHELD, responsibility=each.value)
    changed = [
        replace(
            person,
            responsibilities=tuple(each for each in wanted if login in holders.get(each, ())),
        )
        for login, person in people.items()
    ]
    await work.credentials.save(*changed)
    division = await division_of(work, organ)
    told = {each.value: list(logins) for each, logins in division.holders.items()}
    await work.audit("organisation:responsibilities:divided", organ, **told)
    return division


async def responsibilities_of(
    work: Work, credential: Credential
) -> tuple[Responsibility, ...] | None:
    """Give what somebody answers for; None where their organ has divided nothing."""
    role = Role(credential.role)
    if role not in DIVIDED:
        return None
    colleagues = await work.credentials.where(role=role, department=credential.department)
    divided = any(each.responsibilities for each in colleagues)
    return tuple(credential.responsibilities) if divided else None


async def people_of(work: Work, organ: str) -> Sequence[Credential]:
    """Give the people of an organ."""
    department = None if organ == OFFICE else organ
    return await work.credentials.where(role=role_in(organ), department=department)


def role_in(organ: str) -> Role:
    """Give the role that the people of an organ have."""
    return Role.OFFICE if organ == OFFICE else Role.DEPARTMENT
