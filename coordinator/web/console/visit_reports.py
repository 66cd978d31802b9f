"""A department's report: its versions with what changed, its evidence, and its documents."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.result_intake import FindingChange, has_problem
from coordinator.services import result_intake
from coordinator.services.policies import policy_of_visit
from coordinator.services.ports import Work
from coordinator.web.console.frame import InConsole
from coordinator.web.console.notices import pdf
from coordinator.web.console.problem_notes import notes_of
from coordinator.web.console.report_papers import paper_of
from coordinator.web.console.team_draw import people_names
from coordinator.web.console.visit_buttons import task_buttons
from coordinator.web.identity import require_same_site, require_token
from coordinator.web.language import CHINESE, _, choose, later, speaking
from coordinator.web.names import Names, load_names
from coordinator.web.report_history import report_seen
from coordinator.web.words import state

router = APIRouter()

_PLACE = "/console/visits/{visit_id}/departments/{department}"
_MEGABYTE = 1 << 20
_FIELDS = {
    "checked": later("是否检查"),
    "method": later("检查方式"),
    "result_codes": later("检查结果"),
    "problem": later("问题"),
    "legal_basis": later("法律依据"),
    "follow_up": later("后续处置"),
    "evidence": later("证据"),
    "dispute": later("争议"),
}


@router.get(f"{_PLACE}/report")
async def versions(visit_id: str, department: str, console: InConsole) -> Response:
    """Show every version of a report: who entered it, when, what it changed, what was decided."""
    async with console.reading() as work:
        seen = await report_seen(work, console.actor, visit_id, department)
        names, policy = await load_names(work), await policy_of_visit(work, seen.visit)
        checks = await work.checks.where(visit_id=visit_id, department=department)
        return await console.show(
            work,
            "review/report.html",
            names=names,
            seen=seen,
            items={each.item: each.item_name for each in checks},
            objects={each.object_id: each.object_name for each in checks},
            people=await people_names(work),
            late_words=_late_words(work),
            notes=lambda report, finding: notes_of(
                report, finding, problem=has_problem(finding, policy, report.visited_date)
            ),
            change_words=lambda change: _change_words(change, names),
            mine=console.actor.department == department,
            most_megabytes=work.policy.fieldwork.evidence_megabytes,
            acts=task_buttons(console, seen.task),
        )


@router.get(f"{_PLACE}/{{paper}}.pdf")
async def document(visit_id: str, department: str, paper: str, console: InConsole) -> Response:
    """Set a paper of the latest version as PDF."""
    async with console.reading() as work:
        seen = await report_seen(work, console.actor, visit_id, department)
        with speaking(CHINESE):
            form, data = await paper_of(console, work, seen, paper)
    return pdf(console.parts.documents.pdf(form, data), f"{paper}-{visit_id}-{department}")


@router.post(f"{_PLACE}/evidence")
async def bring_evidence(
    visit_id: str, department: str, request: Request, console: InConsole
) -> Response:
    """Take the file of a listed piece of evidence; another file is refused."""
    async with console.reading() as work:
        most = work.policy.fieldwork.evidence_megabytes * _MEGABYTE
    async with request.form() as form:
        require_same_site(request)
        require_token(console.person, str(form.get("csrf", "")))
        sha256, file = str(form.get("sha256", "")), form.get("file")
        body = await file.read(most + 1) if isinstance(file, UploadFile) else b""
    if not body:
        raise RuleBrokenError(Rule.UPLOAD_MISSING)
    if len(body) > most:
        raise RuleBrokenError(Rule.IMPORT_FILE_TOO_LARGE, file="", bytes=len(body), limit=most)
    async with console.parts.open_work(console.actor) as work:
        await result_intake.store_evidence(work, visit_id, department, sha256, body)
    return RedirectResponse(f"/console/visits/{visit_id}/departments/{department}/report", 303)


def _late_words(work: Work) -> dict[str, str]:
    """Give the typed reasons of a late entry in words."""
    return {each.code: choose(each.name, each.name_en) for each in work.policies.late_reasons()}


def _change_words(change: FindingChange, names: Names) -> tuple[str, str, str]:
    """Word one change: field, before, after."""
    name, _dot, point = change.field.partition(".")
    title = _("检查要点 %s") % point if point else _(_FIELDS.get(name, name))
    return title, _value(name, change.before, names), _value(name, change.after, names)


def _value(field: str, value: Any, names: Names) -> str:
    if value is None:
        return "—"
    if field == "checked":
        return _("已检查") if value else _("未检查")
    word = {"result_codes": names.result, "follow_up": names.follow_up, "evidence": _short}
    if field in word:
        return _("、").join(word[field](each) for each in value)
    if field == "dispute":
        said = [state(field, value["state"]).word, value.get("claim"), value.get("settlement")]
        return _("；").join(each for each in said if each)
    return str(value)


def _short(sha256: str) -> str:
    return sha256[:12]
