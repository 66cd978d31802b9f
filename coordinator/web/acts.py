"""Acts: what a person may do, declared once, offered by the API and as a form on the console."""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from pydantic import BaseModel, ConfigDict
from pydantic_core import to_jsonable_python

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.dependencies import Writer, writer
from coordinator.web.parts import Parts

Keys = Mapping[str, str]


class Entry(BaseModel):
    """What somebody enters for an act."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Nothing(Entry):
    """An act that asks for nothing but the decision."""


class Done(BaseModel):
    """The act is done; `subject` is what it was done to, `state` its state now, where it has one."""

    act: str
    subject: str
    state: str | None = None


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act: who may do it to what, what it asks for, what follows from it, and the verb.

    `path` is its place under /v1 with the keys in braces; `department` as a key must be the
    person's own. `consequence` is read before the button is pressed; `danger` colours it.
    """

    name: str
    path: str
    label: str
    consequence: str
    role: Role
    run: Callable[[Work, Keys, Any], Awaitable[object]]
    entry: type[Entry] = Nothing
    also: tuple[Role, ...] = ()
    approver: bool = False
    danger: bool = False
    back: str = ""
    on_console: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of its keys, in order."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    def require(self, actor: Actor, keys: Keys) -> None:
        """Refuse whoever may not do it: wrong role, other department, no approver."""
        if actor.role not in (self.role, *self.also):
            raise RuleBrokenError(
                Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed=self.role.value
            )
        own = keys.get("department", actor.department)
        if own != actor.department:
            raise RuleBrokenError(
                Rule.NOT_YOUR_DEPARTMENT, actor=actor.department or "-", department=own
            )
        if self.approver and not actor.approver:
            raise RuleBrokenError(
                Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed="approver"
            )

    def allows(self, actor: Actor, keys: Keys) -> bool:
        """Say whether `require` would let somebody through."""
        try:
            self.require(actor, keys)
        except RuleBrokenError:
            return False
        return True


def add_acts(router: APIRouter, acts: tuple[Act, ...], tag: str) -> None:
    """Give each act its endpoint: POST on its path, the entry as JSON body, CSRF checked."""
    for act in acts:
        router.add_api_route(
            act.path,
            _endpoint(act),
            methods=["POST"],
            tags=[tag],
            summary=act.label,
            description=act.consequence,
            operation_id=act.name,
            response_model=Done,
        )


def _endpoint(act: Act) -> Callable[..., Awaitable[Done]]:
    """Build the endpoint; the signature is written out so that OpenAPI knows keys and body."""

    async def endpoint(
        request: Request, parts: Parts, person: Writer, body: Entry | None = None
    ) -> Done:
        keys = dict(request.path_params)
        act.require(person.actor, keys)
        async with parts.open_work(person.actor) as work:
            return done(act, keys, await act.run(work, keys, body))

    text = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("request", text, annotation=Request),
        inspect.Parameter("parts", text, annotation=Parts),
        inspect.Parameter("person", text, annotation=Annotated[Any, Depends(writer)]),
        *(inspect.Parameter(key, text, annotation=str) for key in act.keys),
    ]
    if act.entry is not Nothing:
        parameters.append(
            inspect.Parameter("body", text, annotation=Annotated[act.entry, Body()])
        )

    async def with_keys(request: Request, parts: Any, person: Any, **rest: Any) -> Done:
        return await endpoint(request, parts, person, rest.get("body"))

    with_keys.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # functions have it
    with_keys.__doc__ = act.consequence
    return with_keys


def done(act: Act, keys: Keys, value: object) -> Done:
    """Say what was done to what, and its state now."""
    state = getattr(value, "state", None)
    subject = "/".join(keys.values()) or _identity(value)
    return Done(act=act.name, subject=subject, state=to_jsonable_python(state))


def _identity(value: object) -> str:
    """Give the id of a fresh value: its first field, as all values of the domain have it."""
    fields = list(getattr(value, "__dataclass_fields__", ()))
    return str(getattr(value, fields[0])) if fields else ""
