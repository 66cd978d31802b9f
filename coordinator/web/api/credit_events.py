"""The credit log for credit systems: the authority that queue and stream are completed from."""

import base64
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import credit_log
from coordinator.web.dependencies import VISITOR, overseer, reader
from coordinator.web.identity import digest_of
from coordinator.web.parts import Parts

TAG = "系统 system"
router = APIRouter(tags=[TAG])

_LAST_EVENT = 2**62  # beyond that databases can't count
_EVENTS_PER_PAGE = 500
_bearer = HTTPBearer(auto_error=False, description="信用系统的令牌，或以统筹办、审计员身份登录")


class CreditEventSeen(BaseModel):
    """One event of the gap-free log; `body` is the message as published, base64.

    `signature` is the office's detached JWS over these bytes; the body's sequence is the number.
    """

    number: int
    message_id: str
    type: str
    subject: str
    body: str
    signature: str
    created_at: datetime


async def credit_reader(
    request: Request,
    parts: Parts,
    token: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    """Give the name of who may read the log: a credit system by token, or an overseer logged in."""
    if token is None:
        return (await overseer(await reader(request, parts))).actor.name
    async with parts.open_work(VISITOR, writes=False) as work:
        system = await credit_log.system_of(work, digest_of(token.credentials))
    if system is None:
        raise RuleBrokenError(Rule.LOGIN_NEEDED)
    return system.code


@router.get("/credit-events", summary="信用事件", operation_id="credit_events")
async def credit_events(
    parts: Parts,
    _reader: Annotated[str, Depends(credit_reader)],
    after: Annotated[int, Query(ge=0, le=_LAST_EVENT, description="从这个编号之后开始")] = 0,
    limit: Annotated[int, Query(ge=1, le=_EVENTS_PER_PAGE, description="条数")] = 100,
) -> list[CreditEventSeen]:
    """Give events after a number in order: disclosed results, listings, delistings; none: the end.

    The next page begins after the last number of this one.
    """
    async with parts.open_work(VISITOR, writes=False) as work:
        found = await credit_log.events_after(work, after, limit)
    return [
        CreditEventSeen(
            number=each.number,
            message_id=each.message_id,
            type=each.type,
            subject=each.subject,
            body=base64.b64encode(each.body).decode(),
            signature=each.signature,
            created_at=each.created_at,
        )
        for each in found
    ]
