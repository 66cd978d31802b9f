"""The desk as JSON: the same lists and answers, for programs and recorded people."""

from dataclasses import asdict
from tempfile import SpooledTemporaryFile
from typing import Any

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import JSONResponse
from pydantic import JsonValue

from department_agents.desk.identity import require_bearer
from department_agents.desk.place import place_of
from department_agents.refusals import AnswerRefusedError, Flaw, refuse
from department_agents.standing import standing_of

Body = dict[str, JsonValue]

router = APIRouter()
guarded = APIRouter(prefix="/api", dependencies=[Depends(require_bearer)])

_SPOOLED = 1 << 20

_STATUS = {
    Flaw.VISIT_UNKNOWN: status.HTTP_404_NOT_FOUND,
    Flaw.ORDER_UNKNOWN: status.HTTP_404_NOT_FOUND,
    Flaw.ROUND_UNKNOWN: status.HTTP_404_NOT_FOUND,
    Flaw.DRAFT_UNKNOWN: status.HTTP_404_NOT_FOUND,
    Flaw.LETTER_UNKNOWN: status.HTTP_404_NOT_FOUND,
    Flaw.STATE_WRONG: status.HTTP_409_CONFLICT,
    Flaw.VERSION_WRONG: status.HTTP_409_CONFLICT,
}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, Any]:
    """Say that the store answers, and whether the broker is there: work goes on without it."""
    place = place_of(request)
    standing = await standing_of(place.database)
    return {
        "status": "ready",
        "department": place.profile.code,
        "consuming": place.is_consuming(),
        "rehearsal": place.rehearsal,
        **standing,
    }


@guarded.get("/tasks")
async def tasks(request: Request) -> list[dict[str, Any]]:
    """Give all tasks with their state."""
    return [view.as_json() for view in await place_of(request).views.tasks()]


@guarded.post("/tasks/{visit_id}/accept", status_code=status.HTTP_202_ACCEPTED)
async def accept(request: Request, visit_id: str, body: Body) -> dict[str, str]:
    """Accept a task: `accepted_by`."""
    return await _take(request, "TaskAccepted", {**body, "visit_id": visit_id})


@guarded.post("/tasks/{visit_id}/decline", status_code=status.HTTP_202_ACCEPTED)
async def decline(request: Request, visit_id: str, body: Body) -> dict[str, str]:
    """Decline a person of the team: `person_id`, `reason`, `declined_by`."""
    return await _take(request, "TaskDeclined", {**body, "visit_id": visit_id})


@guarded.post("/tasks/{visit_id}/findings", status_code=status.HTTP_202_ACCEPTED)
async def findings(request: Request, visit_id: str, body: Body) -> dict[str, str]:
    """Submit a report: FindingsSubmitted without `department` and `visit_id`."""
    return await _take(request, "FindingsSubmitted", {**body, "visit_id": visit_id})


@guarded.post("/tasks/{visit_id}/drafts", status_code=status.HTTP_202_ACCEPTED)
async def draft(request: Request, visit_id: str, body: Body) -> dict[str, str]:
    """Enter a problem that an expert found: ProblemDrafted without `visit_id`."""
    return await _take(request, "ProblemDrafted", {**body, "visit_id": visit_id})


@guarded.post("/tasks/{visit_id}/drafts/{number}/decide", status_code=status.HTTP_202_ACCEPTED)
async def decide(request: Request, visit_id: str, number: int, body: Body) -> dict[str, str]:
    """Adopt or reject a draft: `adopted`, `decided_by`, and `reason` for a no."""
    named = {**body, "visit_id": visit_id, "number": number}
    return await _take(request, "DraftDecided", named)


@guarded.post("/evidence", status_code=status.HTTP_201_CREATED)
async def evidence(request: Request) -> dict[str, Any]:
    """Keep a file of evidence, given as the body; gives the hash and size for a finding."""
    files = place_of(request).files
    with SpooledTemporaryFile(max_size=_SPOOLED) as body:
        async for piece in request.stream():
            body.write(piece)
            if body.tell() > files.megabytes << 20:
                break
        body.seek(0)
        stored = files.keep(body)
    if stored is None:
        raise refuse("evidence", Flaw.FILE_TOO_LARGE, str(files.megabytes))
    return asdict(stored)


@guarded.get("/measures")
async def measures(request: Request) -> list[dict[str, Any]]:
    """Give all measures with their state."""
    return [view.as_json() for view in await place_of(request).views.measures()]


@guarded.get("/registers")
async def register_uploads(request: Request) -> list[dict[str, Any]]:
    """Give the directories that were sent, with their receipts, the latest first."""
    return await place_of(request).views.uploads()


@guarded.post("/measures/{order_id}/feedback", status_code=status.HTTP_202_ACCEPTED)
async def feedback(request: Request, order_id: str, body: Body) -> dict[str, str]:
    """Answer a measure: `outcome`, `reason`, `person`, `done_at`."""
    return await _take(request, "MeasureFeedback", {**body, "order_id": order_id})


@guarded.get("/ceremonies")
async def ceremonies(request: Request) -> list[dict[str, Any]]:
    """Give the lotteries whose attempts reminded us, the latest first."""
    return [view.as_json() for view in await place_of(request).views.ceremonies()]


@guarded.post("/ceremonies/{round_id}/explain", status_code=status.HTTP_202_ACCEPTED)
async def explain(request: Request, round_id: str, body: Body) -> dict[str, str]:
    """Say why we were silent, signed and public: `attempt`, `statement`."""
    return await _take(request, "SilenceExplained", {**body, "round_id": round_id})


@guarded.get("/shared-results")
async def shared_results(request: Request) -> list[dict[str, Any]]:
    """Give what other departments found at our visits."""
    shared = await place_of(request).views.shared_results()
    return [one.model_dump(mode="json") for one in shared]


@guarded.get("/codes")
async def codes(request: Request) -> dict[str, list[dict[str, Any]]]:
    """Give the code table of results and follow-up that a finding must use."""
    table = place_of(request).codes
    return {
        "result_codes": [
            asdict(code) | {"excludes": sorted(code.excludes)} for code in table.results.values()
        ],
        "follow_up": [asdict(code) for code in table.follow_ups.values()],
    }


def refused_response(error: AnswerRefusedError) -> JSONResponse:
    """Word a refusal as RFC 9457 problem details with every broken rule."""
    code = _STATUS.get(error.refusals[0].flaw, status.HTTP_422_UNPROCESSABLE_CONTENT)
    problem = {
        "type": "about:blank",
        "title": "answer refused",
        "status": code,
        "errors": [one.as_json() for one in error.refusals],
    }
    return JSONResponse(problem, code, media_type="application/problem+json")


async def _take(request: Request, kind: str, answer: Body) -> dict[str, str]:
    await place_of(request).counter.take(kind, answer)
    return {"status": "accepted"}
