"""The throttle on failed logins: counted in the database, so that all web processes see them."""

from datetime import datetime, timedelta

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Actor, LoginAttempt, Query, Role, Work
from coordinator.web.identity import digest_of
from coordinator.web.parts import WebParts

_DOOR = Actor(name="web", role=Role.AUDITOR)
_FORGOTTEN_AT_ONCE = 100


async def begin_attempt(parts: WebParts, login: str, address: str) -> str:
    """Count an attempt before its password is looked at; gives the id that takes it back.

    Counted in the transaction that asks for room: no burst of guesses slips through, by whichever
    process it comes. LOGIN_THROTTLED is told without writing, so that it keeps nobody waiting.
    """
    now = parts.machine_now()
    who = (digest_of(f"{login}\n{address}"), digest_of(address))
    async with parts.open_work(_DOOR, writes=False) as work:
        await _require_room(work, who, now)
    async with parts.open_work(_DOOR) as work:
        await _require_room(work, who, now)
        await _forget_old(work, _since(work, now))
        attempt = LoginAttempt(
            attempt_id=work.new_id(), login_digest=who[0], address_digest=who[1], tried_at=now
        )
        await work.login_attempts.add([attempt])
    return attempt.attempt_id


async def _require_room(work: Work, who: tuple[str, str], now: datetime) -> None:
    """Refuse when too many logins failed lately, of this login from here, or of all from here."""
    rules = work.policies.login_rules()
    login, address = who
    tried = await work.login_attempts.where(address_digest=address)
    since = _since(work, now)
    lately = [each for each in tried if each.tried_at > since]
    own = sum(each.login_digest == login for each in lately)
    if own >= rules.failed_allowed or len(lately) >= rules.failed_allowed_of_address:
        raise RuleBrokenError(Rule.LOGIN_THROTTLED, minutes=rules.failed_minutes)


async def _forget_old(work: Work, until: datetime) -> None:
    """Forget some that count no more; each attempt forgets more than it adds."""
    query = Query(until={"tried_at": until}, order="tried_at", limit=_FORGOTTEN_AT_ONCE)
    for each in (await work.login_attempts.page(query)).values:
        await work.login_attempts.remove(each.attempt_id)


def _since(work: Work, now: datetime) -> datetime:
    return now - timedelta(minutes=work.policies.login_rules().failed_minutes)
