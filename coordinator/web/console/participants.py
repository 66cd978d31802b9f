"""Participants: their broker users and queues, and the keys by which they are believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from contracts.signing import counts_at, thumbprint
from coordinator.domain.signing_keys import DepartmentKey, KeyState
from coordinator.services import participants
from coordinator.services.ports import AuditEntry, Department, ParticipantKind, Query, Work
from coordinator.services.public_keys import key_id_of
from coordinator.web.acts import Act, Done
from coordinator.web.api.participants import participant_of
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.participant_words import PARTICIPANT_ACTS

router = APIRouter()

_PROVISIONED = ("rotate-participant", "shut-out-participant")
_ACTS_SHOWN = 30
_REGISTERED = "organisation:department:key-registered"


@dataclass(frozen=True)
class KeyLine:
    """A key as the page shows it: how it stands, until when, and what may be done."""

    key_id: str
    state: str
    begins: datetime | None = None
    ends: datetime | None = None
    by: str = ""
    reason: str = ""
    acts: tuple[ActButton, ...] = ()


@router.get("/console/participants")
async def everybody(console: InConsole, _person: Overseer) -> Response:
    """Show who takes part, what waits for each, and the office's own keys."""
    async with console.reading() as work:
        lines = await participants.standing(work)
        return await console.show(
            work,
            "participants/participants.html",
            lines=[(each, await _number_of_keys(work, each)) for each in lines],
            administered=work.broker is not None,
            acts=console.buttons("add-credit-system"),
            keys=_office_keys(work, console),
            key_acts=_beside(console.buttons("rotate-office-key")),
        )


@router.get("/console/participants/{kind}/{organ}")
async def one(kind: str, organ: str, console: InConsole, _person: Overseer) -> Response:
    """Show one participant: its user, its queues, its keys, and what was done."""
    where = {"kind": kind, "organ": organ}
    async with console.reading() as work:
        standing = await participants.standing_of(work, participant_of(where))
        is_department = standing.participant.kind is ParticipantKind.DEPARTMENT
        return await console.show(
            work,
            "participants/participant.html",
            standing=standing,
            administered=work.broker is not None,
            acts=console.buttons(*_acts_for(standing), **where),
            is_department=is_department,
            keys=await _department_keys(work, console, organ) if is_department else (),
            key_acts=_beside(console.buttons("propose-key", organ=organ)),
            history=await _history(work, organ),
        )


async def answered(console: Console, act: Act, done: Done, back: str) -> Response:
    """Lead back to where an act came from; what no page shows again is shown first, once."""
    if done.issued is None and done.receipt is None:
        return RedirectResponse(f"{back}?done={act.name}", 303)
    page = "complaints/slip.html" if done.issued is None else "participants/issued.html"
    async with console.reading() as work:
        return await console.show(
            work, page, act=act, issued=done.issued, receipt=done.receipt, back=back
        )


def _beside(buttons: Sequence[ActButton]) -> list[ActButton]:
    """Give the buttons of a part of the page: the page's own act stays the primary one."""
    return [replace(each, primary=False) for each in buttons]


def _acts_for(standing: participants.Standing) -> tuple[str, ...]:
    if standing.provisioned:
        return _PROVISIONED
    return ("provision-participant", "remove-participant-queues")[: 1 + bool(standing.queues)]


async def _number_of_keys(work: Work, standing: participants.Standing) -> int | None:
    """Count the keys that count now; None for credit systems, which sign nothing."""
    if standing.participant.kind is not ParticipantKind.DEPARTMENT:
        return None
    code, now = standing.participant.code, work.now()
    organ = await work.departments.get(code)
    former = await work.department_keys.where(department=code, state=KeyState.REPLACED)
    return (organ.public_key is not None) + sum(key.counts_at(now) for key in former)


async def _department_keys(work: Work, console: Console, code: str) -> list[KeyLine]:
    organ = await work.departments.get(code)
    rows = await work.department_keys.where(department=code)
    known = [_line(key, console, work.now()) for key in rows]
    return [*_without_row(organ, rows, console), *sorted(known, key=lambda each: each.state)]


def _without_row(
    organ: Department, rows: Sequence[DepartmentKey], console: Console
) -> list[KeyLine]:
    """Give the key that was registered before keys had rows of their own."""
    if organ.public_key is None:
        return []
    key_id = key_id_of(organ.public_key)
    if any(row.key_id == key_id for row in rows):
        return []
    acts = console.buttons("revoke-key", organ=organ.code, key_id=key_id)
    return [KeyLine(key_id, KeyState.REGISTERED.value, acts=tuple(acts))]


def _line(key: DepartmentKey, console: Console, now: datetime) -> KeyLine:
    expired = key.state is KeyState.REPLACED and not key.counts_at(now)
    wanted = {
        KeyState.PROPOSED: ("confirm-key", "reject-key"),
        KeyState.REGISTERED: ("revoke-key",),
        KeyState.REPLACED: ("revoke-key",),
    }.get(key.state, ())
    return KeyLine(
        key.key_id,
        "expired" if expired else key.state.value,
        begins=key.registered_at,
        ends=key.ends_at,
        by=key.registered_by or key.proposed_by,
        reason=key.reason,
        acts=tuple(console.buttons(*wanted, organ=key.department, key_id=key.key_id)),
    )


def _office_keys(work: Work, console: Console) -> list[KeyLine]:
    signing = work.signer.signing_key()
    return [_office_line(jwk, signing, console, work.now()) for jwk in _jwks(work)]


def _jwks(work: Work) -> list[Mapping[str, Any]]:
    return list(reversed(work.signer.published_keys()["keys"]))


def _office_line(jwk: Mapping[str, Any], signing: str, console: Console, now: datetime) -> KeyLine:
    key_id = thumbprint(jwk)
    state = _office_state(jwk, key_id == signing, now)
    revocable = key_id != signing and state not in ("revoked", "expired")
    acts = console.buttons("revoke-office-key", key_id=key_id) if revocable else []
    ended = jwk.get("revoked", {}).get("revoked_at", jwk.get("exp"))
    return KeyLine(key_id, state, begins=_time(jwk.get("nbf")), ends=_time(ended), acts=tuple(acts))


def _office_state(jwk: Mapping[str, Any], signs: bool, now: datetime) -> str:
    if "revoked" in jwk:
        return "revoked"
    if signs:
        return "signing"
    if counts_at(jwk, now):
        return "replaced"
    return "next" if jwk.get("nbf", 0) > now.timestamp() else "expired"


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


async def _history(work: Work, code: str) -> list[AuditEntry]:
    tags = (*PARTICIPANT_ACTS, _REGISTERED)
    query = Query(
        equals={"subject": code, "tag": tags},
        order="number",
        descending=True,
        limit=_ACTS_SHOWN,
    )
    return list((await work.audit_entries.page(query)).values)
