"""Acts upon the registers as data: bring a file, follow it, decide on it."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from pydantic import Field, JsonValue

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import (
    ActState,
    Channel,
    ImportProblem,
    RegisterAct,
    RegisterKind,
    Severity,
)
from coordinator.domain.registers.mappings import ColumnMapping
from coordinator.services.ports import Role, Work
from coordinator.services.registers.importing import (
    Source,
    apply_import,
    cancel_import,
    open_import,
)
from coordinator.web.acts import Act, Entry, Keys, Nothing
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import CSRF_HEADER, Reader
from coordinator.web.identity import Person
from coordinator.web.language import later
from coordinator.web.parts import Parts, WebParts
from coordinator.web.reach import own_matters, seen_import
from coordinator.web.receiving import Received, receive, uploadable, uploadable_kind

TAG = "登记 registers"
router = APIRouter(tags=[TAG])

_YES: dict[str, JsonValue] = {"widget": "select", "choices": "words:yes"}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["kind", "file"],
                    "properties": {
                        "kind": {"type": "string", "enum": [each.value for each in RegisterKind]},
                        "mapping": {
                            "type": "string",
                            "description": "ColumnMapping as JSON; without it columns are found "
                            "by their titles",
                        },
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            }
        },
    }
}


class ApplyEntry(Entry):
    """Whether valid rows go in although others were refused."""

    accepted_only: bool = Field(
        default=False,
        title=later("只收有效的行"),
        description=later("否：有一行不能接收，就都不入库。"),
        json_schema_extra=_YES,
    )


class ImportsAsked(Asked):
    """Filters of the acts."""

    kind: RegisterKind | None = None
    channel: Channel | None = None
    state: ActState | None = None


class ProblemsAsked(Asked):
    """Filters of the problems of one import."""

    severity: Severity | None = None


@router.get("/imports", summary="登记库变更列表", operation_id="imports")
async def imports(
    asked: FromUrl[ImportsAsked], parts: Parts, person: Reader
) -> PageOf[RegisterAct]:
    """Give a page of the acts upon the registers; a department sees its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.imports, asked, **own_matters(person.actor))


@router.get("/imports/{import_id}", summary="一次登记库变更", operation_id="import")
async def one_import(import_id: str, parts: Parts, person: Reader) -> RegisterAct:
    """Give one act: its progress, what it would change, or what it did."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await seen_import(work, person.actor, import_id)


@router.get("/imports/{import_id}/problems", summary="导入问题清单", operation_id="import_problems")
async def import_problems(
    import_id: str, asked: FromUrl[ProblemsAsked], parts: Parts, person: Reader
) -> PageOf[ImportProblem]:
    """Give a page of the cells that were refused or doubted, in the order of the file."""
    async with parts.open_work(person.actor, writes=False) as work:
        act = await seen_import(work, person.actor, import_id)
        return await one_page(work.import_problems, asked, import_id=act.import_id)


@router.post(
    "/imports",
    summary="上传名录文件",
    operation_id="upload_import",
    status_code=202,
    openapi_extra=_BODY,
)
async def upload_import(
    request: Request,
    parts: Parts,
    person: Reader,
    token: Annotated[str, Header(alias=CSRF_HEADER)] = "",
) -> RegisterAct:
    """Take a file and begin to read it; the register changes when the import is applied."""
    if not uploadable(person.actor):
        uploadable_kind(person.actor, "")
    if parts.uploads is None:
        raise RuleBrokenError(Rule.UPLOADS_OFF)
    received = await receive(request, parts.uploads, person, token)
    try:
        act = await _open(parts, person, received)
    except RuleBrokenError:
        parts.uploads.drop(received.upload)
        raise
    await parts.uploads.start(received.upload, act.import_id)
    return act


async def _open(parts: WebParts, person: Person, received: Received) -> RegisterAct:
    kind = uploadable_kind(person.actor, received.fields.get("kind", ""))
    written = received.fields.get("mapping", "")
    source = Source(
        name=received.upload.source,
        channel=Channel.API,
        mapping=ColumnMapping.from_json(written).model_dump(mode="json") if written else None,
        bytes_total=received.upload.size,
    )
    async with parts.open_work(person.actor) as work:
        return await open_import(work, kind, source)


async def _apply(work: Work, keys: Keys, entry: ApplyEntry) -> object:
    return await apply_import(work, keys["import_id"], accepted_only=entry.accepted_only)


async def _cancel(work: Work, keys: Keys, _entry: None) -> object:
    return await cancel_import(work, keys["import_id"])


_PAGE = "/console/registers/imports/{import_id}"

ACTS: tuple[Act, ...] = (
    Act(
        name="apply-import",
        path="/imports/{import_id}/apply",
        label=later("入库"),
        consequence=later("登记库一次改成文件的样子；旧内容留在变更记录里。"),
        role=Role.OFFICE,
        also=(Role.DEPARTMENT,),
        entry=ApplyEntry,
        run=_apply,
        back=_PAGE,
    ),
    Act(
        name="cancel-import",
        path="/imports/{import_id}/cancel",
        label=later("取消导入"),
        consequence=later("读到的内容全部丢弃，登记库没有任何改动。"),
        role=Role.OFFICE,
        also=(Role.DEPARTMENT,),
        entry=Nothing,
        run=_cancel,
        back=_PAGE,
    ),
)
