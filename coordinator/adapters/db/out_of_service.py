"""What a database says when it has no room left, or is not there: refused, never half done."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.amqp.ports import StoreFullError
from coordinator.domain.errors import Rule, RuleBrokenError

# SQLSTATEs of PostgreSQL and, by name, result codes of SQLite.
_FULL = ("53100", "SQLITE_FULL")
_AWAY = ("08", "53", "57P", "58", "SQLITE_IOERR", "SQLITE_CANTOPEN")
log = structlog.get_logger(__name__)


@dataclass
class StoreHealth:
    """Whether the last transaction that wanted to write found room, as this process saw it."""

    is_full: bool = False


@contextmanager
def refusing_out_of_service(health: StoreHealth, *, writes: bool) -> Iterator[None]:
    """Turn a database's failure into STORE_FULL or STORE_AWAY, and remember which it was."""
    try:
        yield
    except DBAPIError as error:
        rule = _rule_of(error)
        if rule is None:
            raise
        health.is_full = health.is_full or rule is Rule.STORE_FULL
        raise _told(rule, error) from error
    if writes:
        health.is_full = False


@contextmanager
def undecided_when_full() -> Iterator[None]:
    """Let a message wait for room: StoreFullError.

    While one table finds none another one may: attempts would be counted, and used up.
    """
    try:
        yield
    except DBAPIError as error:
        if _rule_of(error) is not Rule.STORE_FULL:
            raise
        raise StoreFullError(type(error.orig).__name__) from error


@asynccontextmanager
async def begun(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction as `engine.begin()` does; STORE_AWAY where nobody answers."""
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(engine.connect())
        except Exception as error:
            # What a driver raises before there is a connection nobody has wrapped.
            if not isinstance(error, OSError) and _rule_of(error) is None:
                raise
            raise _told(Rule.STORE_AWAY, error) from error
        await stack.enter_async_context(connection.begin())
        yield connection


def _rule_of(error: Exception) -> Rule | None:
    """Name what a failure means; None: it is about what was asked, not about the database."""
    code = _code_of(error)
    if code.startswith(_FULL):
        return Rule.STORE_FULL
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return Rule.STORE_AWAY if is_lost or code.startswith(_AWAY) else None


def _code_of(error: Exception) -> str:
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return getattr(said, "sqlstate", None) or getattr(said, "sqlite_errorname", None) or ""


def _told(rule: Rule, error: Exception) -> RuleBrokenError:
    # The text of the failure may hold an address or a value: its kind and code say enough.
    log.error("store_out_of_service", rule=rule.value, error=type(error).__name__)
    return RuleBrokenError(rule)
