"""Login and logout for programs; pages use the same sessions."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from coordinator.web.dependencies import Reader, Writer
from coordinator.web.identity import (
    Person,
    check_password,
    close_session,
    cookie_name,
    open_session,
    require_same_site,
)
from coordinator.web.parts import Parts, WebParts
from coordinator.web.throttle import begin_attempt

router = APIRouter(tags=["登录 login"])


class Login(BaseModel):
    """Login and password of a person."""

    login: Annotated[str, Field(min_length=1, max_length=100)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class Session(BaseModel):
    """The person of a session; `csrf` goes into header X-CSRF-Token of every unsafe request."""

    csrf: str
    login: str
    name: str
    role: str
    department: str | None
    approver: bool


@router.post("/login", summary="登录", operation_id="login")
async def login(body: Login, request: Request, response: Response, parts: Parts) -> Session:
    """Open a session: the cookie comes with the answer."""
    person = await enter(request, response, parts, body)
    return session_of(person)


@router.post("/logout", summary="退出", operation_id="logout", status_code=204)
async def logout(response: Response, parts: Parts, person: Writer) -> None:
    """Close the session."""
    await close_session(parts, person)
    response.delete_cookie(cookie_name(parts), secure=parts.secure_cookies, httponly=True)


@router.get("/me", summary="当前登录的人", operation_id="me")
async def me(person: Reader) -> Session:
    """Say who is logged in."""
    return session_of(person)


async def enter(request: Request, response: Response, parts: WebParts, login: Login) -> Person:
    """Check login and password under the throttle, and set the session's cookie."""
    require_same_site(request)
    address = request.client.host if request.client else ""
    attempt_id = await begin_attempt(parts, login.login, address)
    credential = await check_password(parts, login.login, login.password)
    entry = await open_session(parts, credential, attempt_id)
    response.set_cookie(
        cookie_name(parts),
        entry.token,
        max_age=entry.lasts_seconds,
        secure=parts.secure_cookies,
        httponly=True,
        samesite="lax",
        path="/",
    )
    return entry.person


def session_of(person: Person) -> Session:
    """Tell what a client needs to know about its session."""
    actor = person.actor
    return Session(
        csrf=person.csrf,
        login=actor.name,
        name=person.name,
        role=actor.role.value,
        department=actor.department,
        approver=actor.approver,
    )
