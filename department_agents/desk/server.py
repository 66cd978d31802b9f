"""The desk as a web application: pages, API, styles, and its place in the agent's life."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from typing_extensions import override

from department_agents.desk import api, ceremonies, drafted, letters, messages, pages
from department_agents.desk.identity import Identity, LoginNeededError, desk_token
from department_agents.desk.place import Place
from department_agents.desk.rendering import FOLDER, LOOK
from department_agents.desk.views import Views
from department_agents.evidence_files import EvidenceFiles
from department_agents.refusals import AnswerRefusedError

if TYPE_CHECKING:
    from department_agents.agent import Agent

STOP_SECONDS = 2
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """Signals belong to the agent: it stops the desk with everything else."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def desk_app(agent: "Agent") -> FastAPI:
    """Make the desk of an agent."""
    app = FastAPI(title=f"OneVisit desk of {agent.profile.name_en}", docs_url=None, redoc_url=None)
    app.state.place = Place(
        profile=agent.profile,
        clock=agent.clock,
        database=agent.database,
        counter=agent.counter,
        views=Views(agent.database),
        codes=agent.rules.codes,
        files=EvidenceFiles(
            agent.settings.data_folder / "evidence", agent.settings.evidence_megabytes
        ),
        rehearsal=agent.settings.rehearsal,
        is_consuming=lambda: agent.is_consuming,
    )
    app.state.identity = Identity(desk_token(agent.settings.data_folder), agent.clock)
    app.mount("/look", StaticFiles(directory=LOOK), name="look")
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    for each in (api, pages, drafted, ceremonies, letters, messages):
        app.include_router(each.router)
    for guarded in (api.guarded, letters.guarded):
        app.include_router(guarded)
    app.middleware("http")(_with_headers)
    app.add_exception_handler(LoginNeededError, _to_login)
    app.add_exception_handler(AnswerRefusedError, _refused)
    return app


async def serve_desk(agent: "Agent") -> None:
    """Serve the desk until cancelled; requests under way may finish."""
    config = uvicorn.Config(
        desk_app(agent),
        host=agent.settings.desk_host,
        port=agent.settings.desk_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    log.info("desk_started", host=agent.settings.desk_host, port=agent.settings.desk_port)
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving


async def _with_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _to_login(_: Request, __: Exception) -> Response:
    return RedirectResponse("/login", 303)


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, AnswerRefusedError):
        raise error
    return api.refused_response(error)
