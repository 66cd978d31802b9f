"""`/metrics` for Prometheus: only where a token is set, only to who brings it."""

from secrets import compare_digest
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.watching import watch_figures
from coordinator.web.dependencies import VISITOR
from coordinator.web.parts import Parts

router = APIRouter()
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/metrics")
async def metrics(parts: Parts, authorization: Annotated[str, Header()] = "") -> Response:
    """Give the figures of the messages; NOT_FOUND without a token or with another one."""
    wanted = parts.metrics_token
    given = authorization.removeprefix("Bearer ")
    if (
        parts.exposition is None
        or not wanted
        or not compare_digest(given.encode(), wanted.encode())
    ):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="page", key="/metrics")
    async with parts.open_work(VISITOR, writes=False) as work:
        return Response(parts.exposition(await watch_figures(work)), media_type=_TEXT)
