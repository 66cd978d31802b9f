"""Acts: what a person may do, declared once, offered by the API and as a form on the console."""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import Channel
from coordinator.services.complaints import Receipt
from coordinator.services.participants import Issued
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.dependencies import Writer
from coordinator.web.going_on import PATIENCE_SECONDS, finished
from coordinator.web.identity import Person
from coordinator.web.language import later
from coordinator.web.parts import Parts, WebParts

Keys = Mapping[str, str]
AREA: dict[str, JsonValue] = {"widget": "area"}
"""What a text field of several lines says of its widget, as `json_schema_extra`."""

_CHANNEL = "channel"
_GO_ON = "respond-async"
Prefer = Annotated[
    str,
    Header(description=later("respond-async：几秒后还没做完就先答复 202，并给出查看进度的地址。")),
]


class Entry(BaseModel):
    """What somebody enters for an act."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Nothing(Entry):
    """An act that asks for nothing but the decision."""


class Slip(BaseModel):
    """The receipt of a complaint, for whoever made it: by number and secret they follow it."""

    number: str
    secret: str


class Done(BaseModel):
    """The act is done to `subject`; `state` is its state now, where it has one.

    `issued` holds credentials, `receipt` a secret, that no other answer will show again.
    """

    act: str
    subject: str
    state: str | None = None
    issued: Issued | None = Field(default=None, exclude_if=lambda issued: issued is None)
    receipt: Slip | None = Field(default=None, exclude_if=lambda receipt: receipt is None)


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act: who may do it to what, what it asks for, what follows from it, and the verb.

    `path` is its place under /v1 with the keys in braces; `department` as a key must be the
    person's own. `start` gives what the form begins with. `consequence` is read before the button
    is pressed; `danger` colours it; a `long` one may go on without anybody waiting for it. On the
    console it leads `back` afterwards, with `{subject}` for what it made; whoever gives up goes to
    `origin`, where the button stands.
    """

    name: str
    path: str
    label: str
    consequence: str
    role: Role
    run: Callable[[Work, Keys, Any], Awaitable[object]]
    entry: type[Entry] = Nothing
    start: Callable[[Work, Keys], Awaitable[Mapping[str, Any]]] | None = None
    also: tuple[Role, ...] = ()
    approver: bool = False
    danger: bool = False
    long: bool = False
    back: str = ""
    origin: str = ""
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
            raise RuleBrokenError(Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed="approver")

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
            responses={202: {"model": Done}} if act.long else {},
        )


def _endpoint(act: Act) -> Callable[..., Awaitable[Done | Response]]:
    """Build the endpoint; its signature is written out so that OpenAPI knows keys and body.

    Whoever prefers `respond-async` (RFC 7240) to waiting for a long act is told where to look.
    """

    async def endpoint(
        request: Request, parts: WebParts, person: Person, **given: Any
    ) -> Done | Response:
        keys = {key: given[key] for key in act.keys}
        doing = perform(act, parts, person, Call(keys, given.get("body")))
        if _GO_ON not in re.split(r"[,;\s]+", given.get("prefer", "").lower()):
            return await doing
        return await finished(doing, PATIENCE_SECONDS) or _going_on(request, act, keys)

    named = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("request", named, annotation=Request),
        inspect.Parameter("parts", named, annotation=Parts),
        inspect.Parameter("person", named, annotation=Writer),
        *(inspect.Parameter(key, named, annotation=str) for key in act.keys),
    ]
    if act.long:
        parameters.append(inspect.Parameter("prefer", named, default="", annotation=Prefer))
    if act.entry is not Nothing:
        parameters.append(
            inspect.Parameter("body", named, annotation=act.entry, default=_left_empty(act.entry))
        )
    endpoint.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # functions have it
    return endpoint


def _left_empty(entry: type[Entry]) -> Any:
    """Give what an absent body means: nothing entered, where nothing has to be."""
    needed = any(field.is_required() for field in entry.model_fields.values())
    return inspect.Parameter.empty if needed else entry()


def _going_on(request: Request, act: Act, keys: Keys) -> Response:
    """Say that an act is under way, and that what it is done to shows its progress."""
    begun = Done(act=act.name, subject="/".join(keys.values()))
    place, _, _ = request.url.path.rpartition("/")
    headers = {"Location": place, "Preference-Applied": _GO_ON}
    return JSONResponse(begun.model_dump(), 202, headers)


@dataclass(frozen=True)
class Call:
    """One call of an act: the keys of its path, what was entered, and by which way it came."""

    keys: Keys
    entry: Any
    channel: Channel = Channel.API


async def perform(act: Act, parts: WebParts, person: Person, call: Call) -> Done:
    """Do an act in one transaction of its own."""
    keys = call.keys
    act.require(person.actor, keys)
    async with parts.open_work(person.actor) as work:
        value = await act.run(work, {**keys, _CHANNEL: call.channel.value}, call.entry)
    return Done(
        act=act.name,
        subject=_identity(value) or "/".join(keys.values()),
        state=getattr(value, "state", None),
        issued=value if isinstance(value, Issued) else None,
        receipt=_slip(value) if isinstance(value, Receipt) else None,
    )


def channel_of(keys: Keys) -> Channel:
    """Give the way by which an act came, as the history of a register keeps it."""
    return Channel(keys[_CHANNEL])


def _slip(receipt: Receipt) -> Slip:
    return Slip(number=receipt.number, secret=receipt.secret)


def _identity(value: object) -> str:
    """Give the id of a fresh value: its first field, as all values of the domain have it."""
    kind = type(value)
    fields = getattr(kind, "__dataclass_fields__", None) or getattr(kind, "model_fields", {})
    return str(getattr(value, next(iter(fields)))) if fields else ""
