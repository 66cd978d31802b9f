"""Files that people bring: received piece by piece, never held in memory, never above a size."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import DIRECTORIES, RegisterKind
from coordinator.services.ports import Actor, Role
from coordinator.web.identity import Person, require_same_site, require_token
from coordinator.web.uploads import Upload, Uploads

_PIECE = 1 << 20
_ROOM_FOR_FIELDS = 1 << 16
_MOST_FIELDS = 10


_OF_DEPARTMENTS = (RegisterKind.INSPECTORS, RegisterKind.RECUSALS)
_OF_THE_OFFICE = (
    *DIRECTORIES,
    RegisterKind.JOINT_LIST,
    RegisterKind.REGIONS,
    RegisterKind.INDUSTRIES,
    RegisterKind.CALENDAR,
)


def uploadable(actor: Actor) -> tuple[RegisterKind, ...]:
    """Give the registers that somebody may bring files for; items go through proposals."""
    return {Role.OFFICE: _OF_THE_OFFICE, Role.DEPARTMENT: _OF_DEPARTMENTS}.get(actor.role, ())


def uploadable_kind(actor: Actor, kind: str) -> RegisterKind:
    """Give a register by name; one that the actor keeps no files for is not found.

    ROLE_NOT_ALLOWED for somebody who keeps none at all.
    """
    allowed = uploadable(actor)
    if not allowed:
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed=Role.OFFICE.value
        )
    found = next((each for each in allowed if each.value == kind), None)
    if found is None:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="register", key=kind)
    return found


@dataclass(frozen=True)
class Received:
    """A form with its one file, which is on disk by now."""

    fields: dict[str, str]
    upload: Upload


async def receive(request: Request, uploads: Uploads, person: Person, token: str = "") -> Received:
    """Take in a form with a file; the token comes with the form, or as a header of the API.

    IMPORT_FILE_TOO_LARGE before or while it comes, UPLOAD_MISSING without a file.
    """
    require_same_site(request)
    _require_small(request.headers.get("content-length", ""), uploads.most_bytes)
    limited = _limited(request, uploads.most_bytes + _ROOM_FOR_FIELDS)
    parser = MultiPartParser(request.headers, limited, max_files=1, max_fields=_MOST_FIELDS)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise RuleBrokenError(Rule.UPLOAD_MISSING) from error
    try:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        require_token(person, token or fields.get("csrf", ""))
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise RuleBrokenError(Rule.UPLOAD_MISSING)
        upload = await uploads.keep(file.filename, _pieces(file))
    finally:
        await form.close()
    return Received(fields, upload)


def _require_small(announced: str, most: int) -> None:
    if announced.isdecimal() and int(announced) > most + _ROOM_FOR_FIELDS:
        raise _too_large(int(announced), most)


async def _limited(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise _too_large(size, most)
        yield piece


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece


def _too_large(size: int, most: int) -> RuleBrokenError:
    return RuleBrokenError(Rule.IMPORT_FILE_TOO_LARGE, file="", bytes=size, limit=most)
