"""What no database keeps: a number beyond all counting, a text with a NUL character."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from coordinator.domain.errors import Rule, RuleBrokenError

_DATA_EXCEPTION = "22"  # the class of such SQLSTATEs


def is_unstorable(error: BaseException) -> bool:
    """Say whether a database failed because of a value, which no other try will mend.

    SQLite's driver raises OverflowError. PostgreSQL's server answers with a class of SQLSTATEs, and
    its driver refuses what it can't write with a ValueError; to SQLAlchemy neither is a DataError.
    """
    if isinstance(error, OverflowError):
        return True
    if not isinstance(error, DBAPIError) or error.orig is None:
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return state.startswith(_DATA_EXCEPTION) or isinstance(error.orig.__cause__, ValueError)


@contextmanager
def refusing_unstorable() -> Iterator[None]:
    """Turn such a failure into VALUE_UNSTORABLE; it names no value."""
    try:
        yield
    except (OverflowError, DBAPIError) as error:
        if not is_unstorable(error):
            raise
        raise RuleBrokenError(Rule.VALUE_UNSTORABLE) from None
