"""The wired coordinator: settings become engine, ports and transactions."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec

from sqlalchemy.ext.asyncio import AsyncEngine

from coordinator.adapters.broker import ManagedBroker, management_at
from coordinator.adapters.checkpoint_file import CheckpointFile
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.calendar import DatabaseCalendar
from coordinator.adapters.db.engine import make_engine
from coordinator.adapters.db.unit_of_work import Surroundings, UnitOfWork, transaction
from coordinator.adapters.policy_files import PolicyFolder, read_policy, read_working_days
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.adapters.seed_sources import SystemChance
from coordinator.adapters.signer import OfficeSigner
from coordinator.bootstrap.received import ReceivedRows
from coordinator.domain.scheduling import VisitRouting
from coordinator.domain.team_draw import FeasibilityQuestion, FeasibilitySolver
from coordinator.services.ports import Actor, MessageBroker, Role
from coordinator.settings import Settings

DISTRIBUTION = "onevisit"


@dataclass(frozen=True)
class Coordinator:
    """The wired coordinator: what every command and process starts from."""

    settings: Settings
    engine: AsyncEngine
    clock: BusinessClock
    around: Surroundings

    def work(self, *, writes: bool = True) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open a transaction of a command line: the office, at the machine's own console."""
        actor = Actor(name="console", role=Role.OFFICE)
        return transaction(self.around, actor, writes=writes)


@contextlib.asynccontextmanager
async def coordinator(settings: Settings | None = None) -> AsyncIterator[Coordinator]:
    """Wire the coordinator, and let the database go at the end."""
    chosen = settings or Settings()
    engine = make_engine(chosen.database_url)
    clock = BusinessClock(chosen.zone, chosen.offset_file)
    around = Surroundings(
        engine=engine,
        clock=clock,
        chance=SystemChance(),
        signer=OfficeSigner(chosen.key_file, clock.now),
        shelf=FolderShelf(chosen.record_folder),
        policy=read_policy(chosen.policies, chosen.policy_profile),
        policies=PolicyFolder(chosen.policies),
        calendar=DatabaseCalendar(read_working_days(chosen.policies)),
        row_checks=ReceivedRows(),
        software=f"{DISTRIBUTION} {version(DISTRIBUTION)}",
        team_solver=_team_solver(),
        routing=_routing(),
        broker=_broker(chosen),
        inbound_queues=chosen.inbound_queues,
        checkpoints=CheckpointFile(chosen.data_folder / "audit-checkpoints.jsonl"),
    )
    try:
        yield Coordinator(chosen, engine, clock, around)
    finally:
        await engine.dispose()


def _broker(settings: Settings) -> MessageBroker | None:
    """Give the broker's administration where its address is known."""
    address = settings.rabbitmq_api_url
    return None if address is None else ManagedBroker(management_at(address.get_secret_value()))


class _SolverWhenNeeded:
    """The exact solver, loaded with its first question: loading takes longer than most commands."""

    def find_teams(self, question: FeasibilityQuestion) -> Mapping[str, Sequence[str]] | None:
        """Answer as CpSatFeasibilitySolver does."""
        team_solver = import_module("coordinator.adapters.team_solver")
        solver: FeasibilitySolver = team_solver.CpSatFeasibilitySolver()
        return solver.find_teams(question)


class _RoutingWhenNeeded:
    """The solver of travel orders, loaded with its first question too."""

    def shortest_order(self, positions: Sequence[tuple[float, float]]) -> Sequence[int]:
        """Answer as RoutingSolver does."""
        visit_routing = import_module("coordinator.adapters.visit_routing")
        solver: VisitRouting = visit_routing.RoutingSolver()
        return solver.shortest_order(positions)


def _routing() -> VisitRouting | None:
    """Give the solver of travel orders where the extra `routing` is installed."""
    return None if find_spec("ortools") is None else _RoutingWhenNeeded()


def _team_solver() -> FeasibilitySolver | None:
    """Give the exact solver where the extra `solver` is installed."""
    return None if find_spec("ortools") is None else _SolverWhenNeeded()
