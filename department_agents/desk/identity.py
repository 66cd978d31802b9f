"""Who may use the desk: whoever knows the desk token; pages by a session, the API by a bearer."""

import hmac
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Form, HTTPException, Request, status

from department_agents.chance import fresh_token
from department_agents.clock import Clock

TOKEN_FILE = "desk.token"  # noqa: S105 - the file's name, not the token
SESSION_COOKIE = "onevisit_desk"
SESSION_LASTS = timedelta(hours=12)


class LoginNeededError(Exception):
    """A page was asked for without a session."""


@dataclass(frozen=True, slots=True)
class Session:
    """One login; the CSRF token stands in every form of it."""

    csrf: str
    ends_at: datetime


class Identity:
    """Desk token and open sessions; sessions go by machine time and end with the process."""

    def __init__(self, token: str, clock: Clock) -> None:
        self._token = token
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    def knows(self, token: str) -> bool:
        """Say whether this is the desk token, in constant time."""
        return hmac.compare_digest(token.encode(), self._token.encode())

    def log_in(self) -> str:
        """Open a session and give its id for the cookie; ended ones are forgotten."""
        now = self._clock.machine_now()
        self._sessions = {key: one for key, one in self._sessions.items() if one.ends_at > now}
        session_id = fresh_token()
        self._sessions[session_id] = Session(fresh_token(), now + SESSION_LASTS)
        return session_id

    def session(self, session_id: str | None) -> Session | None:
        """Give the running session, or None."""
        session = self._sessions.get(session_id or "")
        if session is None or session.ends_at <= self._clock.machine_now():
            return None
        return session

    def log_out(self, session_id: str | None) -> None:
        """End a session."""
        self._sessions.pop(session_id or "", None)


def desk_token(data_folder: Path) -> str:
    """Read the desk token, or make it at the first start; its owner alone may read the file."""
    file = data_folder / TOKEN_FILE
    if not file.exists():
        data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(fresh_token())
    return file.read_text().strip()


def _identity(request: Request) -> Identity:
    identity: Identity = request.app.state.identity
    return identity


def require_session(request: Request) -> Session:
    """Give the session of a page; raises LoginNeededError."""
    session = _identity(request).session(request.cookies.get(SESSION_COOKIE))
    if session is None:
        raise LoginNeededError
    return session


PageSession = Annotated[Session, Depends(require_session)]


def require_csrf(session: PageSession, csrf: Annotated[str, Form()] = "") -> Session:
    """Give the session of a submitted form; 403 when the form is not one of ours."""
    if not hmac.compare_digest(csrf.encode(), session.csrf.encode()):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "csrf-token-wrong")
    return session


def require_bearer(request: Request) -> None:
    """Let an API request through; 401 without the desk token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _identity(request).knows(token):
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            "bearer-token-wrong",
            headers={"WWW-Authenticate": "Bearer"},
        )
