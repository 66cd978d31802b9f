"""The web application: API, console and public site over the same services."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from contracts.tracing import span
from coordinator.domain.errors import RuleBrokenError
from coordinator.web import api, console, metrics, public
from coordinator.web.errors import on_http_error, on_request_invalid, on_rule_broken
from coordinator.web.language import LanguageMiddleware
from coordinator.web.pages import LOOK, SCRIPTS, Pages
from coordinator.web.parts import WebParts

__all__ = ["WebParts", "create_app"]

# No page runs a script or loads anything that does not come from this very site.
_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def create_app(parts: WebParts, routes: APIRouter | None = None) -> FastAPI:
    """Build the application; nothing is read from the environment.

    `routes` are those of another application: they know nothing of its parts, and are slow to make.
    """
    app = FastAPI(
        title="OneVisit 进一次门、查多项事",
        version=parts.version,
        docs_url=None,  # its scripts would come from another site
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    app.state.parts = parts
    app.state.pages = Pages(parts)
    app.add_exception_handler(RuleBrokenError, on_rule_broken)
    app.add_exception_handler(RequestValidationError, on_request_invalid)
    app.add_exception_handler(HTTPException, on_http_error)
    app.middleware("http")(_secure)
    app.add_middleware(LanguageMiddleware)
    if routes is None:
        _add_routes(app)
    else:
        app.router = routes
    return app


def _add_routes(app: FastAPI) -> None:
    for router in api.ROUTERS:
        app.include_router(router, prefix="/v1")
    app.include_router(api.system.health)
    app.include_router(metrics.router, include_in_schema=False)
    for router in (*console.ROUTERS, *public.ROUTERS):
        app.include_router(router, include_in_schema=False)
    app.mount("/look", StaticFiles(directory=LOOK))
    app.mount("/static", StaticFiles(directory=SCRIPTS))


async def _secure(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    with span(request.method, "server") as work:
        response = await call_next(request)
        if work.is_kept:
            work.rename(f"{request.method} {_pattern_of(request)}")
    response.headers.update(_SECURITY_HEADERS)
    if not request.url.path.startswith("/look/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _pattern_of(request: Request) -> str:
    """Give the pattern of a request's path: the path itself may name whom it is about."""
    state = request.app.state
    if not hasattr(state, "patterns"):
        # A route knows its path in its own router only: under /v1 there are more of the same.
        found = iter_route_contexts(request.app.routes)
        state.patterns = {id(each.original_route): each.path for each in found}
    return state.patterns.get(id(request.scope.get("route"))) or "-"
