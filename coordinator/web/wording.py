"""How a state is shown: its word, its tone and its icon, never by colour alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """How a state is shown: never by colour alone."""

    word: str
    tone: str = ""
    icon: str = ""


WAITS, GOES, DONE, BAD, REST = "◷", "●", "✓", "!", "—"
