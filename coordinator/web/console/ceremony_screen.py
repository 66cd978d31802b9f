"""The screen in the meeting room, and the file of an external source."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import lottery
from coordinator.services.lottery.drawn_files import drawn_rows
from coordinator.services.ports import Work
from coordinator.web.acts import Call, perform
from coordinator.web.api.ceremony import SourceValueEntry
from coordinator.web.api.ceremony_seen import BEFORE_DRAW
from coordinator.web.console.ceremony import changed_words, next_step, standing_of
from coordinator.web.console.frame import ACTS, InConsole
from coordinator.web.console.long_work import progress_words
from coordinator.web.identity import require_same_site, require_token
from coordinator.web.names import Names, load_names
from coordinator.web.public.draw_views import LineView, lines_of

router = APIRouter()

_TICKETS_SHOWN = 24
_MARKS_SHOWN = 60
_LARGEST_FILE = 20_000


@dataclass(frozen=True)
class ScreenLine:
    """A line as the room may see it: its figures, and the tickets whose objects are public."""

    view: LineView
    frame: int
    drawn: int
    tickets: list[tuple[str, str]]
    names: list[str]

    @property
    def marks(self) -> int:
        """How many nameless marks stand for the drawn of a list that is not open."""
        return min(self.drawn, _MARKS_SHOWN)


@router.get("/console/rounds/{round_id}/screen")
async def screen(round_id: str, console: InConsole) -> Response:
    """Show the ceremony in large type for a room: nothing secret, and it looks again by itself."""
    async with console.reading() as work:
        drawn = await work.rounds.get(round_id)
        standing = await standing_of(work, drawn)
        names = await load_names(work)
        return await console.show(
            work,
            "lottery/screen.html",
            names=names,
            drawn=drawn,
            standing=standing,
            changed=changed_words(standing.changed, names),
            next_step=next_step(drawn, names, standing),
            voids=await work.void_attempts.where(round_id=round_id),
            progress=_progress(work, drawn, names),
            waiting=drawn.state in BEFORE_DRAW,
            counting=drawn.state in BEFORE_DRAW and drawn.state is not RoundState.READY,
            lines=await _lines(work, drawn),
        )


@router.post("/console/rounds/{round_id}/source-file")
async def source_file(round_id: str, request: Request, console: InConsole) -> Response:
    """Take the file that the publisher of an external source offers, and enter its value."""
    async with request.form() as form:
        require_same_site(request)
        require_token(console.person, str(form.get("csrf", "")))
        name, file = str(form.get("name", "")), form.get("file")
        content = await file.read(_LARGEST_FILE) if isinstance(file, UploadFile) else b""
    try:
        entry = SourceValueEntry(name=name, value=content.decode())
    except ValueError:  # also a UnicodeDecodeError or an empty file
        raise RuleBrokenError(Rule.SOURCE_VALUE_INVALID, source=name, problem="file") from None
    call = Call({"round_id": round_id}, entry)
    await perform(ACTS["enter-source"], console.parts, console.person, call)
    return RedirectResponse(f"/console/rounds/{round_id}?done=enter-source", 303)


def _progress(work: Work, drawn: Round, names: Names) -> str:
    """Say what is being worked on; what did not end well is for the office."""
    found = work.shelf.progress(drawn.round_id) if drawn.state in BEFORE_DRAW else None
    return progress_words(found, names) if found and found.is_running else ""


async def _lines(work: Work, drawn: Round) -> list[ScreenLine]:
    """Give the drawn lines, no more than the public page would show of them.

    Where tickets are not public beside their objects, the names stand alone.
    """
    if drawn.outcome is None:
        return []
    lists = await lottery.published_lists(work, drawn)
    open_tickets = lottery.tickets_are_open(drawn, lists)
    return [
        ScreenLine(
            view=view,
            frame=sum(stratum.frame for stratum in view.strata),
            drawn=sum(stratum.drawn for stratum in view.strata),
            tickets=await _tickets(work, drawn, view) if open_tickets else [],
            names=[] if open_tickets else [name for _code, name in view.objects[:_TICKETS_SHOWN]],
        )
        for view in await lines_of(work, drawn)
    ]


async def _tickets(work: Work, drawn: Round, view: LineView) -> list[tuple[str, str]]:
    """Give ticket and name of the first objects whose names are public."""
    public = dict(view.objects)
    rows = await drawn_rows(work, drawn, view.code) if public else []
    return [(row.ticket, public[row.object]) for row in rows if row.object in public][
        :_TICKETS_SHOWN
    ]
