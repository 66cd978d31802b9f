"""What all applications of a test process share: routes, which are slow to work out, and fonts."""

from functools import cache

from fastapi import APIRouter, FastAPI

from coordinator.adapters.documents import TypstDocuments
from coordinator.settings import Settings

_first: list[APIRouter] = []


def with_shared_routes(app: FastAPI) -> FastAPI:
    """Give an application the routes of the first: they know nothing of its parts."""
    if not _first:
        _first.append(app.router)
    app.router = _first[0]
    return app


@cache
def documents() -> TypstDocuments:
    """Give documents with the fonts of the settings, read once."""
    return TypstDocuments(Settings.model_fields["fonts"].default)
