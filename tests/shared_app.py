"""What all applications of a test process share: routes, which are slow to work out, and fonts."""

from functools import cache

from fastapi import APIRouter, FastAPI

from coordinator.adapters.documents import TypstDocuments
from coordinator.settings import Settings
from coordinator.web.app import WebParts, create_app

_first: list[APIRouter] = []


def shared_app(parts: WebParts) -> FastAPI:
    """Give an application with the routes of the first: they know nothing of its parts."""
    app = create_app(parts, *_first)
    _first[:] = [app.router]
    return app


@cache
def documents() -> TypstDocuments:
    """Give documents with the fonts of the settings, read once."""
    return TypstDocuments(Settings.model_fields["fonts"].default)
