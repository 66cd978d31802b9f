"""What the pages need from outside: transactions, documents, chance, machine time, names."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from coordinator.domain.audit_chain import ChainVerification
from coordinator.services.ports import Actor, Documents, OpenWork
from coordinator.services.watching import WatchFigures
from coordinator.web.uploads import Uploads


@dataclass(frozen=True, kw_only=True)
class WebParts:
    """Wired by bootstrap; `zone` is the office's IANA time zone.

    `verify_chain` walks over the audit chain for somebody and puts on record what it found;
    `store_is_full`: whether the last writing transaction found no room.
    """

    open_work: OpenWork
    documents: Documents
    new_token: Callable[[], str]
    machine_now: Callable[[], datetime]
    office_name: str
    secure_cookies: bool
    rehearsal: bool
    version: str
    zone: str
    uploads: Uploads | None = None
    verify_chain: Callable[[Actor], Awaitable[ChainVerification]] | None = None
    public_address: str = ""
    metrics_token: str = ""
    exposition: Callable[[WatchFigures], bytes] | None = None
    store_is_full: Callable[[], bool] = lambda: False


def _parts(request: Request) -> WebParts:
    parts: WebParts = request.app.state.parts
    return parts


Parts = Annotated[WebParts, Depends(_parts)]
