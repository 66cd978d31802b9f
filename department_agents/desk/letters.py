"""The desk's page of letters: copy notices and transfers to this department, and the answers."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import JsonValue
from sqlmodel import col, select

from contracts.clocks import ClockReminded
from contracts.follow_up import (
    CaseTransferred,
    CopyNoticeOutcome,
    CopyNoticeSent,
    RectificationReminded,
)
from department_agents.clock import LEGAL_TIME, legal_date
from department_agents.desk.identity import PageSession, Session, require_bearer
from department_agents.desk.pages import FormSession
from department_agents.desk.place import Place, place_of
from department_agents.desk.rendering import Page, render
from department_agents.letters import COPY, notice_of, transfer_of
from department_agents.refusals import AnswerRefusedError, Refusal
from department_agents.store.letter_rows import LetterRow, LetterState
from department_agents.store.rows import NoticeRow, TaskRow, TaskState

_CLOCKS_SHOWN = 20

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
guarded = APIRouter(prefix="/api", dependencies=[Depends(require_bearer)])


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter with its state and answer; one of `notice` and `transfer` is there."""

    row: LetterRow
    notice: CopyNoticeSent | None
    transfer: CaseTransferred | None
    answer: dict[str, Any] | None
    late: bool

    @property
    def is_open(self) -> bool:
        """Whether it waits for our answer."""
        return self.row.state == LetterState.RECEIVED

    def as_json(self) -> dict[str, Any]:
        """Give the view for the API."""
        return {
            "letter_id": self.row.letter_id,
            "kind": self.row.kind,
            "state": self.row.state,
            "reminders": self.row.reminders,
            "late": self.late,
            "letter": json.loads(self.row.body),
            "answer": self.answer,
        }


@dataclass(frozen=True, slots=True)
class ClockView:
    """A reminder of something that is due, and when it came: only the office knows what is done."""

    told: ClockReminded
    received_at: datetime


@router.get("/letters")
async def letters(request: Request, session: PageSession) -> Response:
    """Show the letters to this department, what is due first."""
    return await _page(request, session)


@router.post("/letters/{letter_id}/answer")
async def answer(request: Request, letter_id: str, session: FormSession) -> Response:
    """Answer a letter; it is done now, by the named person."""
    fields = await request.form()
    place = place_of(request)
    at = place.clock.now().astimezone(LEGAL_TIME).isoformat(timespec="seconds")
    given: dict[str, JsonValue] = {
        "person": str(fields.get("person", "")).strip(),
        "answered_at": at,
    }
    if fields.get("kind") == COPY:
        kind = "CopyNoticeAnswered"
        given |= {
            "notice_id": letter_id,
            "outcome": str(fields.get("outcome", "")),
            "answer": str(fields.get("answer", "")).strip(),
        }
    else:
        kind = "TransferAnswered"
        given |= {
            "transfer_id": letter_id,
            "accepted": fields.get("accepted") == "yes",
            "reason": str(fields.get("answer", "")).strip() or None,
        }
    try:
        await place.counter.take(kind, given)
    except AnswerRefusedError as error:
        return await _page(request, session, letter_id, error.refusals)
    return RedirectResponse("/letters", status.HTTP_303_SEE_OTHER)


@guarded.get("/letters")
async def letters_as_json(request: Request) -> list[dict[str, Any]]:
    """Give the copy notices and transfers to this department, what is due first."""
    return [view.as_json() for view in await _views(place_of(request))]


@guarded.get("/reminders")
async def reminders_as_json(request: Request) -> list[dict[str, Any]]:
    """Give what the office reminded us of last, the latest first."""
    return [
        {**view.told.model_dump(mode="json"), "received_at": view.received_at.isoformat()}
        for view in await _clocks(place_of(request))
    ]


@guarded.post("/letters/{letter_id}/answer", status_code=status.HTTP_202_ACCEPTED)
async def answer_as_json(
    request: Request, letter_id: str, body: dict[str, JsonValue]
) -> dict[str, str]:
    """Answer a letter: CopyNoticeAnswered or TransferAnswered without `department` and id."""
    is_notice = "outcome" in body
    kind = "CopyNoticeAnswered" if is_notice else "TransferAnswered"
    key = "notice_id" if is_notice else "transfer_id"
    await place_of(request).counter.take(kind, {**body, key: letter_id})
    return {"status": "accepted"}


async def _page(
    request: Request, session: Session, letter_id: str = "", refusals: tuple[Refusal, ...] = ()
) -> Response:
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if refusals else status.HTTP_200_OK
    return render(
        request,
        Page("letters.html", session, code),
        letters=await _views(place_of(request)),
        reminders=await _reminders(place_of(request)),
        clocks=await _clocks(place_of(request)),
        outcomes=[each.value for each in CopyNoticeOutcome],
        refused_letter=letter_id,
        refusals=refusals,
    )


async def _reminders(place: Place) -> list[RectificationReminded]:
    """Give the last reminder of each order of ours, what is due first."""
    async with place.database.transaction() as session:
        kind = RectificationReminded.__name__
        kept = select(NoticeRow).where(col(NoticeRow.kind) == kind)
        rows = await session.exec(kept.order_by(col(NoticeRow.received_at)))
        found = [
            RectificationReminded.model_validate(json.loads(row.body)["data"], extra="ignore")
            for row in rows
        ]
    last = {each.rectification_id: each for each in found}
    return sorted(last.values(), key=lambda each: each.due_date)


async def _clocks(place: Place) -> list[ClockView]:
    """Give the last reminder of each thing of ours that is due; what is reported is left out."""
    kind = ClockReminded.__name__
    async with place.database.transaction() as session:
        kept = select(NoticeRow).where(col(NoticeRow.kind) == kind)
        rows = await session.exec(kept.order_by(col(NoticeRow.received_at).desc()))
        last: dict[tuple[str, str], ClockView] = {}
        for row in rows:
            told = ClockReminded.model_validate(json.loads(row.body)["data"], extra="ignore")
            last.setdefault((told.clock, told.about), ClockView(told, row.received_at))
        reported = select(TaskRow.visit_id).where(col(TaskRow.state) == TaskState.REPORTED)
        done = {("findings", visit_id) for visit_id in await session.exec(reported)}
    open_ones = [view for key, view in last.items() if key not in done]
    return open_ones[:_CLOCKS_SHOWN]


async def _views(place: Place) -> list[LetterView]:
    today = legal_date(place.clock.now())
    async with place.database.transaction() as session:
        ordered = select(LetterRow).order_by(col(LetterRow.answer_due), col(LetterRow.letter_id))
        rows = list(await session.exec(ordered))
        views = [
            LetterView(
                row,
                notice_of(row) if row.kind == COPY else None,
                None if row.kind == COPY else transfer_of(row),
                json.loads(row.answer) if row.answer else None,
                late=row.state == LetterState.RECEIVED and today > row.answer_due,
            )
            for row in rows
        ]
        session.expunge_all()
    return sorted(views, key=lambda view: not view.is_open)
