"""Reports of visits: every version, the files of their evidence, and former result codes."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import CodeEntry, FormerSet
from coordinator.domain.result_intake import Report, StoredEvidence, translated
from coordinator.domain.review import Hearing, ReviewDecision
from coordinator.services import result_intake
from coordinator.web.dependencies import Reader, Writer
from coordinator.web.parts import Parts
from coordinator.web.report_history import VersionSeen, report_seen

TAG = "报告 reports"
router = APIRouter(tags=[TAG])

_PLACE = "/visits/{visit_id}/departments/{department}"
_MEGABYTE = 1 << 20
_FILE: dict[str, Any] = {
    "requestBody": {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    }
}


class Change(BaseModel):
    """One field of one finding that a version changed."""

    model_config = ConfigDict(from_attributes=True)

    object_id: str
    item: str
    field: str
    before: Any
    after: Any


class Version(BaseModel):
    """One version of a report, what it changed and what was decided about it."""

    report: Report
    changes: list[Change]
    decisions: list[ReviewDecision]
    hearing: Hearing | None
    stored_evidence: list[str] = Field(description="SHA-256")


class ReportHistory(BaseModel):
    """A department's part of a visit with all versions of its report, the latest first."""

    task: DepartmentTask
    versions: list[Version]


class CodesAsked(BaseModel):
    """Codes of a former set, by number or name, and the day whose table they are wanted in."""

    model_config = ConfigDict(extra="forbid")

    code_set: str = Field(examples=["nine"])
    codes: list[str] = Field(min_length=1)
    day: date


class CodesGiven(BaseModel):
    """The same in the current table."""

    result_codes: list[str]


class CodeTables(BaseModel):
    """The result codes in force on a day, and the former sets that can be translated."""

    day: date
    result_codes: list[CodeEntry]
    former_sets: list[FormerSet]


@router.get(f"{_PLACE}/reports", summary="报告的全部版本", operation_id="report-history")
async def history(visit_id: str, department: str, parts: Parts, person: Reader) -> ReportHistory:
    """Give every version of a report with what changed; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        seen = await report_seen(work, person.actor, visit_id, department)
    return ReportHistory(task=seen.task, versions=[_version(each) for each in seen.versions])


@router.put(
    f"{_PLACE}/evidence/{{sha256}}",
    summary="上传证据文件",
    operation_id="store-evidence",
    openapi_extra=_FILE,
)
async def store(
    visit_id: str, department: str, sha256: str, request: Request, parts: Parts, person: Writer
) -> StoredEvidence:
    """Bring the file of a piece of evidence: it must have the hash and size the report named."""
    async with parts.open_work(person.actor, writes=False) as work:
        most = work.policy.fieldwork.evidence_megabytes * _MEGABYTE
    body = await _limited(request, most)
    async with parts.open_work(person.actor) as work:
        return await result_intake.store_evidence(work, visit_id, department, sha256, body)


@router.get(
    f"{_PLACE}/evidence/{{sha256}}",
    summary="证据文件",
    operation_id="evidence-file",
    response_class=Response,
)
async def evidence(
    visit_id: str, department: str, sha256: str, parts: Parts, person: Reader
) -> Response:
    """Give a stored file to those who see the report, compared with its hash again."""
    async with parts.open_work(person.actor, writes=False) as work:
        await report_seen(work, person.actor, visit_id, department)
        stored, body = await result_intake.open_evidence(work, visit_id, department, sha256)
    headers = {
        "Content-Disposition": f'attachment; filename="{stored.sha256[:16]}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, media_type="application/octet-stream", headers=headers)


@router.get("/result-codes", summary="结果代码表", operation_id="result-codes")
async def result_codes(
    parts: Parts, person: Reader, day: Annotated[date | None, Query()] = None
) -> CodeTables:
    """Give the dated table of a day, today's without one."""
    async with parts.open_work(person.actor, writes=False) as work:
        wanted = day or work.today()
        return CodeTables(
            day=wanted,
            result_codes=list(work.policy.result_codes_on(wanted)),
            former_sets=list(work.policy.former_sets),
        )


@router.post("/result-codes/translate", summary="旧结果代码转换", operation_id="translate-codes")
async def translate(
    asked: Annotated[CodesAsked, Body()], parts: Parts, person: Reader
) -> CodesGiven:
    """Translate codes of a former set; an ambiguous one is refused with its candidates."""
    async with parts.open_work(person.actor, writes=False) as work:
        codes = translated(asked.codes, asked.code_set, work.policy, asked.day)
    return CodesGiven(result_codes=list(codes))


def _version(seen: VersionSeen) -> Version:
    return Version(
        report=seen.report,
        changes=[Change.model_validate(each) for each in seen.changes],
        decisions=list(seen.decisions),
        hearing=seen.hearing,
        stored_evidence=[each.evidence.sha256 for each in seen.evidence if each.stored],
    )


async def _limited(request: Request, most: int) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise RuleBrokenError(Rule.IMPORT_FILE_TOO_LARGE, file="", bytes=len(body), limit=most)
    return bytes(body)
