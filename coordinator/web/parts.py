"""What the pages need from outside: transactions, documents, chance, machine time, names."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from coordinator.domain.audit_chain import ChainVerification
from coordinator.services.ports import Actor, Documents, OpenWork
from coordinator.services.watching import WatchFigures
from coordinator.web.uploads import Uploads


@dataclass(frozen=True, kw_only=True)
class WebParts:
    """Wired by bootstrap; `zone` is the office's IANA time zone, `session_hours` machine time.

    `verify_chain` walks over the audit chain for somebody and puts on record what it found.
    """

    open_work: OpenWork
    documents: Documents
    new_token: Callable[[], str]
    machine_now: Callable[[], datetime]
    published_keys: Mapping[str, Any]
    office_name: str
    secure_cookies: bool
    rehearsal: bool
    version: str
    zone: str
    uploads: Uploads | None = None
    verify_chain: Callable[[Actor], Awaitable[ChainVerification]] | None = None
    public_address: str = ""
    session_hours: int = 8
    failed_logins_allowed: int = 5
    failed_login_minutes: int = 5
    metrics_token: str = ""
    exposition: Callable[[WatchFigures], bytes] | None = None


def _parts(request: Request) -> WebParts:
    parts: WebParts = request.app.state.parts
    return parts


Parts = Annotated[WebParts, Depends(_parts)]
