"""Checkpoints of the audit chain for everybody: whoever keeps a copy can show that it changed."""

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic_core import to_json

from coordinator.services.ports import Query
from coordinator.web.public.frame import OnSite

router = APIRouter()

_SHOWN = 30


@router.get("/audit-checkpoints")
async def checkpoints(site: OnSite) -> Response:
    """Show the latest checkpoints and how to use them."""
    async with site.reading() as work:
        query = Query(order="checkpoint", descending=True, limit=_SHOWN)
        found = await work.audit_checkpoints.page(query)
        return site.show("public/checkpoints.html", checkpoints=found.values, total=found.total)


@router.get("/audit-checkpoints.jsonl")
async def checkpoint_file(site: OnSite) -> Response:
    """Send all checkpoints, one JSON line each, as `onevisit audit verify` reads them."""
    async with site.reading() as work:
        lines = b"".join(to_json(each) + b"\n" for each in await work.audit_checkpoints.where())
    headers = {"Content-Disposition": 'attachment; filename="audit-checkpoints.jsonl"'}
    return Response(lines, media_type="application/jsonl; charset=utf-8", headers=headers)
