"""Bringing a file: choose register and file, say what its columns hold, begin to read."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import (
    Channel,
    RegisterAct,
    RegisterKind,
    SavedMapping,
)
from coordinator.domain.registers.mappings import ColumnMapping, MappingGuess
from coordinator.services.ports import Actor, Work
from coordinator.services.registers.importing import Source, open_import
from coordinator.services.registers.mappings import save_mapping, saved_mappings
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.console.registers import mapping_form
from coordinator.web.console.registers.mapping_form import Choice
from coordinator.web.errors import sentences
from coordinator.web.identity import require_same_site, require_token
from coordinator.web.parts import WebParts
from coordinator.web.receiving import receive, uploadable, uploadable_kind
from coordinator.web.rule_texts import RULE_TEXTS
from coordinator.web.uploads import Upload, Uploads
from coordinator.web.words import state

router = APIRouter()

_WITHOUT_COLUMNS = (RegisterKind.JOINT_LIST,)  # official lists are read as they are
_LONGEST_NAME = 100
Problems = list[tuple[str, str]]


@dataclass(frozen=True)
class Waiting:
    """A file that waits for its mapping, with what its columns seem to hold."""

    kind: RegisterKind
    upload: Upload
    guess: MappingGuess


@dataclass(frozen=True)
class Reading:
    """How a file is read: as which register, by which columns, saved under which name."""

    kind: RegisterKind
    columns: ColumnMapping | None = None
    name: str = ""


@dataclass(frozen=True)
class Chosen:
    """What stands on the mapping form: every column's field, and the name to save it under."""

    choices: list[Choice]
    name: str = ""
    saved: str = ""


def uploads_of(parts: WebParts) -> Uploads:
    """Give where files wait; UPLOADS_OFF on a server without such a place."""
    if parts.uploads is None:
        raise RuleBrokenError(Rule.UPLOADS_OFF)
    return parts.uploads


@router.get("/console/registers/imports/new")
async def choose_file(console: InConsole) -> Response:
    """Ask for the register and the file."""
    return await _ask_file(console, console.request.query_params.get("kind", ""), [])


@router.post("/console/registers/imports/new")
async def take_file(request: Request, console: InConsole) -> Response:
    """Take the file and go on to its columns; what is no table is refused here."""
    _require_some(console.actor)
    uploads, kind = uploads_of(console.parts), ""
    try:
        received = await receive(request, uploads, console.person)
        kind = received.fields.get("kind", "")
        chosen = await _look_into(console, uploads, received.upload, kind)
    except RuleBrokenError as error:
        if error.rule is Rule.CROSS_SITE_REQUEST:
            raise
        return await _ask_file(console, kind, [("file", sentences(error)[0][1])], error.rule)
    if chosen in _WITHOUT_COLUMNS:
        act = await open_upload(console.parts, console.actor, received.upload, Reading(chosen))
        return RedirectResponse(f"/console/registers/imports/{act.import_id}", 303)
    return RedirectResponse(f"/console/registers/uploads/{received.upload.upload_id}/{kind}", 303)


@router.get("/console/registers/uploads/{upload_id}/{kind}")
async def choose_columns(upload_id: str, kind: str, console: InConsole) -> Response:
    """Ask what the columns of the file hold, beginning with a guess or a saved mapping."""
    waiting = await _waiting(console, upload_id, kind)
    async with console.reading() as work:
        saved = await saved_mappings(work, waiting.kind)
        wanted = console.request.query_params.get("saved", "")
        mapping = next((each for each in saved if each.mapping_id == wanted), None)
        columns = ColumnMapping.model_validate(mapping.mapping) if mapping else None
        chosen = Chosen(
            mapping_form.choices(waiting.guess, columns),
            mapping.name if mapping else "",
            mapping.mapping_id if mapping else "",
        )
        return await _ask_columns(console, work, waiting, chosen, [])


@router.post("/console/registers/uploads/{upload_id}/{kind}")
async def begin(upload_id: str, kind: str, request: Request, console: InConsole) -> Response:
    """Begin to read the file with the columns as chosen; the register doesn't change yet."""
    form = await request.form()
    require_same_site(request)
    require_token(console.person, str(form.get("csrf", "")))
    waiting = await _waiting(console, upload_id, kind)
    chosen = Chosen(mapping_form.entered(waiting.guess, form), _name(form))
    try:
        columns = mapping_form.to_mapping(waiting.kind, waiting.guess, chosen.choices)
    except RuleBrokenError as error:
        status = RULE_TEXTS[error.rule].status
        async with console.reading() as work:
            problems = sentences(error)
            return await _ask_columns(console, work, waiting, chosen, problems, status)
    reading = Reading(waiting.kind, columns, chosen.name)
    act = await open_upload(console.parts, console.actor, waiting.upload, reading)
    return RedirectResponse(f"/console/registers/imports/{act.import_id}", 303)


async def open_upload(
    parts: WebParts, actor: Actor, upload: Upload, reading: Reading
) -> RegisterAct:
    """Open the import of a file that waits, and begin to read it once that is committed."""
    columns = reading.columns
    source = Source(
        name=upload.source,
        channel=Channel.UPLOAD,
        mapping=columns.model_dump(mode="json") if columns else None,
        bytes_total=upload.size,
    )
    async with parts.open_work(actor) as work:
        act = await open_import(work, reading.kind, source)
        if reading.name and columns:
            await save_mapping(work, reading.kind, reading.name, columns)
    await uploads_of(parts).start(upload, act.import_id)
    return act


async def _waiting(console: Console, upload_id: str, kind: str) -> Waiting:
    uploads = uploads_of(console.parts)
    chosen = uploadable_kind(console.actor, kind)
    upload = uploads.find(upload_id)
    return Waiting(chosen, upload, await uploads.guess(upload, chosen))


async def _look_into(console: Console, uploads: Uploads, upload: Upload, kind: str) -> RegisterKind:
    """Look into a file once before its columns are asked for; a file that fails is forgotten."""
    try:
        chosen = uploadable_kind(console.actor, kind)
        if chosen not in _WITHOUT_COLUMNS:
            await uploads.guess(upload, chosen)
    except RuleBrokenError:
        uploads.drop(upload)
        raise
    return chosen


def _require_some(actor: Actor) -> None:
    if not uploadable(actor):
        uploadable_kind(actor, "")


def _name(form: FormData) -> str:
    return str(form.get("save_as", "")).strip()[:_LONGEST_NAME]


async def _ask_file(
    console: Console, kind: str, problems: Problems, rule: Rule | None = None
) -> Response:
    _require_some(console.actor)
    async with console.reading() as work:
        return await console.show(
            work,
            "registers/upload.html",
            kinds=[
                (each.value, state("register", each).word) for each in uploadable(console.actor)
            ],
            kind=kind,
            most_megabytes=uploads_of(console.parts).most_bytes // 1_000_000,
            most_bytes=uploads_of(console.parts).most_bytes,
            problems=problems,
            status=RULE_TEXTS[rule].status if rule else 200,
        )


async def _ask_columns(
    console: Console,
    work: Work,
    waiting: Waiting,
    chosen: Chosen,
    problems: Problems,
    status: int = 200,
) -> Response:
    saved: list[SavedMapping] = list(await saved_mappings(work, waiting.kind))
    taken = {each.field for each in chosen.choices}
    missing = [each for each in waiting.guess.missing if each not in taken]
    return await console.show(
        work,
        "registers/mapping.html",
        waiting=waiting,
        chosen=chosen,
        fields=mapping_form.field_pairs(waiting.kind, waiting.guess),
        missing=[mapping_form.label(waiting.kind, waiting.guess, each) for each in missing],
        saved=saved,
        problems=problems,
        status=status,
    )
