"""Who asks: logins and server-side sessions."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from starlette.requests import Request

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.organisation import lower_organs
from coordinator.services import responsibilities
from coordinator.services.ports import Actor, Credential, LoginSession, Role, Work
from coordinator.web.parts import WebParts

_HASHER = PasswordHash.recommended()
_READER = Actor(name="web", role=Role.AUDITOR)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody logged in; `actor` acts in services, `csrf` belongs to the session."""

    actor: Actor
    name: str
    csrf: str
    session: str

    @property
    def department(self) -> str | None:
        """The department this person acts for, None for office and auditors."""
        return self.actor.department


@dataclass(frozen=True)
class Entry:
    """A fresh session: its secret token for the cookie, the person, and how long it lasts."""

    token: str
    person: Person
    lasts_seconds: int


def cookie_name(parts: WebParts) -> str:
    """Name the session cookie; the prefix makes browsers insist on HTTPS and this very host."""
    return "__Host-onevisit" if parts.secure_cookies else "onevisit"


def digest_of(token: str) -> str:
    """Give the SHA-256 that is stored in place of a secret: the store alone opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()


async def check_password(parts: WebParts, login: str, password: str) -> Credential:
    """Give the credential that login and password open, or LOGIN_FAILED without saying why."""
    async with parts.open_work(_READER, writes=False) as work:
        credential = await work.credentials.find(login)
    # Somebody unknown costs as much time as somebody known with a wrong password.
    nobody = await asyncio.to_thread(_hash_of_nobody)
    stored = nobody if credential is None else credential.password
    right = await asyncio.to_thread(_HASHER.verify, password, stored)
    if credential is None or not right:
        raise RuleBrokenError(Rule.LOGIN_FAILED)
    return credential


@cache  # hashed when it is first asked for: it takes as long as many processes need to start
def _hash_of_nobody() -> str:
    return _HASHER.hash("nobody has this password")


async def open_session(parts: WebParts, credential: Credential, attempt_id: str) -> Entry:
    """Open a session; the attempt is taken back, and what is over of the same login forgotten."""
    token, now = parts.new_token(), parts.machine_now()
    async with parts.open_work(actor_of(credential)) as work:
        lasts = timedelta(hours=work.policies.login_rules().session_hours)
        session = LoginSession(
            token_digest=digest_of(token),
            login=credential.login,
            csrf=parts.new_token(),
            expires_at=now + lasts,
        )
        for old in await work.sessions.where(login=credential.login):
            if old.expires_at <= now:
                await work.sessions.remove(old.token_digest)
        await work.login_attempts.remove(attempt_id)
        await work.sessions.add([session])
        await work.audit("identity:session:opened", credential.login)
    return Entry(token, _person(credential, session), int(lasts.total_seconds()))


async def close_session(parts: WebParts, person: Person) -> None:
    """End a session at once."""
    async with parts.open_work(person.actor) as work:
        await work.sessions.remove(person.session)
        await work.audit("identity:session:closed", person.actor.name)


async def person_of(request: Request, parts: WebParts) -> Person | None:
    """Give who the request's cookie belongs to, or None."""
    token = request.cookies.get(cookie_name(parts))
    if not token:
        return None
    async with parts.open_work(_READER, writes=False) as work:
        return await _find_person(work, digest_of(token), parts.machine_now())


def require_same_site(request: Request) -> None:
    """Refuse an unsafe request that another site's page sent."""
    origin = request.headers.get("origin")
    same = origin is None or origin.partition("://")[2] == request.headers.get("host")
    if not same or request.headers.get("sec-fetch-site") == "cross-site":
        raise RuleBrokenError(Rule.CROSS_SITE_REQUEST)


def require_token(person: Person, token: str | None) -> None:
    """Refuse an unsafe request without the session's CSRF token."""
    if token is None or not secrets.compare_digest(token.encode(), person.csrf.encode()):
        raise RuleBrokenError(Rule.CROSS_SITE_REQUEST)


def actor_of(credential: Credential) -> Actor:
    """Give the actor that services see."""
    return Actor(
        name=credential.login,
        role=Role(credential.role),
        department=credential.department,
        approver=credential.approver,
    )


async def _find_person(work: Work, digest: str, now: datetime) -> Person | None:
    session = await work.sessions.find(digest)
    if session is None or session.expires_at <= now:
        return None
    credential = await work.credentials.find(session.login)
    if credential is None:
        return None
    person = _person(credential, session)
    held = await responsibilities.responsibilities_of(work, credential)
    actor = replace(person.actor, responsibilities=held)
    if credential.department is not None:
        lower = lower_organs(await work.departments.where(), credential.department)
        actor = replace(actor, lower=lower)
    return replace(person, actor=actor)


def _person(credential: Credential, session: LoginSession) -> Person:
    return Person(
        actor=actor_of(credential),
        name=credential.name,
        csrf=session.csrf,
        session=session.token_digest,
    )
