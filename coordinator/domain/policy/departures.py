"""Why people leave a team after the draw: the office's dated table of typed reasons (2.4)."""

from collections.abc import Iterable, Sequence

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy.figures import CodeName

IN_WORDS = "other"


class DepartureReason(CodeName):
    """A typed reason; with `needs_note` it is also written out in words."""

    needs_note: bool = False


def typed_reason(said: str, table: Iterable[DepartureReason]) -> tuple[str, str]:
    """Give code and note of what a department said: a code of the table, else its own words."""
    text = said.strip()
    codes = {entry.code for entry in table if not entry.needs_note}
    return (text, "") if text in codes else (IN_WORDS, text)


def worded_reason(said: str, table: Iterable[DepartureReason]) -> str:
    """Give a typed reason as it is stored: `code`, or `other: words`."""
    code, note = typed_reason(said, table)
    return f"{code}: {note}" if note else code


def require_reason(code: str, note: str, table: Sequence[DepartureReason], of: str) -> None:
    """Refuse a code that the table does not have, and a missing note where it asks for one."""
    entry = next((each for each in table if each.code == code), None)
    if entry is None:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="reason", code=code)
    if entry.needs_note and not note.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, visit=of)
