"""What every act of a rehearsal needs: who plays, waiting with an end, reading the state."""

import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from deploy.local.recorded_people.back_offices import BackOffice
from deploy.local.recorded_people.calendar import RehearsalCalendar
from deploy.local.recorded_people.client import Person

_PATIENCE_SECONDS = 300.0
_POLL_SECONDS = 0.3  # a look costs the server more than a moment


@dataclass(frozen=True)
class Cast:
    """Who plays: persons by login, back offices by department, and the calendar."""

    people: Mapping[str, Person]
    offices: Mapping[str, BackOffice]
    calendar: RehearsalCalendar


@dataclass(frozen=True)
class Step:
    """One thing that is under way, for whoever shows progress."""

    name: str
    done: int
    of: int


class Stage:
    """The stage that all acts share; `tell` hears of every step."""

    def __init__(self, cast: Cast, year: int, tell: Callable[[Step], None]) -> None:
        self.cast = cast
        self.year = year
        self._tell = tell
        text = Path(__file__).with_name("script.toml").read_text(encoding="utf-8")
        self.script: dict[str, Any] = tomllib.loads(text)

    @property
    def round_id(self) -> str:
        """The id of the round that is played."""
        return self.words("round_id")

    def case_departments(self) -> list[str]:
        """Name who takes a problem to a penalty: who has a list, and tasks in the round."""
        return [
            department
            for department in self.script["case_departments"]
            if self.cast.offices[department].tasks()
        ]

    def tasks(self) -> list[dict[str, Any]]:
        """Give every department's part of every visit of the round."""
        return self.office("auditor").read_all("/v1/tasks", round_id=self.round_id)

    def listing(self, listing_id: str) -> dict[str, Any]:
        """Give one listing."""
        listings = self.office("auditor").read_all("/v1/listings")
        return next(each for each in listings if each["listing_id"] == listing_id)

    def round(self) -> dict[str, Any]:
        """Give the round as the auditor sees it."""
        found: dict[str, Any] = self.office("auditor").read(f"/v1/rounds/{self.round_id}")
        return found

    def figures(self) -> dict[str, Any]:
        """Give the figures of the round."""
        found: dict[str, Any] = self.office("auditor").read(f"/v1/rounds/{self.round_id}/figures")
        return found

    def on_round(self, login: str, act: str) -> None:
        """Let a person act on the round."""
        self.office(login).act(f"/v1/rounds/{self.round_id}/{act}")

    def wait_for(self, name: str, count: Callable[[], int], wanted: int) -> None:
        """Wait until a count has reached what is wanted, telling on the way."""

        def enough() -> bool:
            found = count()
            self.say(name, found, wanted)
            return found >= wanted

        self.wait(name, enough)

    def wait(self, name: str, done: Callable[[], bool]) -> None:
        """Look again until it is done; after five minutes without end the run has failed."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name}: not done after {_PATIENCE_SECONDS:.0f} s")
            time.sleep(_POLL_SECONDS)

    def say(self, name: str, done: int, of: int) -> None:
        """Tell how far a step has come."""
        self._tell(Step(name, done, of))

    def office(self, login: str) -> Person:
        """Give a person of the office, or the auditor."""
        return self.cast.people[login]

    def person(self, department: str, post: str) -> Person:
        """Give a person of a department by post."""
        return self.cast.people[f"{department}-{post}"]

    def words(self, name: str) -> str:
        """Give words of the script, with the year."""
        return str(self.script[name]).format(year=self.year)

    def go_to(self, name: str) -> None:
        """Make it the morning of a day of the script."""
        self.cast.calendar.go_to(date.fromisoformat(self.words(name)))
