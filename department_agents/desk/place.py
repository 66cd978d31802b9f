"""What the desk stands on: the agent's parts that its pages and its API use."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from department_agents.clock import Clock
from department_agents.code_table import CodeTable
from department_agents.counter import Counter
from department_agents.desk.views import Views
from department_agents.evidence_files import EvidenceFiles
from department_agents.profile import Profile
from department_agents.store.database import Database


@dataclass(frozen=True)
class Place:
    """The desk's view of its agent."""

    profile: Profile
    clock: Clock
    database: Database
    counter: Counter
    views: Views
    codes: CodeTable
    files: EvidenceFiles
    rehearsal: bool
    is_consuming: Callable[[], bool]


def place_of(request: Request) -> Place:
    """Give the place of the running app."""
    place: Place = request.app.state.place
    return place
