"""How far long work on a round has come: millions of objects take minutes to freeze or draw."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class LongStep(StrEnum):
    """What is under way."""

    FREEZE = "freeze"
    OBJECTS = "objects"
    MERGE = "merge"
    TEAMS = "teams"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What somebody began to do with a round, and how far it is.

    Of a freeze the `number`-th of `of` lines with the rows read so far. `rule` and `facts` say
    which rule ended it; without either nobody works on it any more: it broke off.
    """

    step: LongStep
    begun_by: str
    begun_at: datetime
    number: int = 0
    of: int = 0
    rows: int = 0
    is_running: bool = False
    rule: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
