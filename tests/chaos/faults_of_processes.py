"""kill -9, kill -STOP, SIGTERM and second copies of everything that runs."""

import asyncio
import os
import signal
import time
from random import Random

from sqlalchemy import select

from contracts.topology import VHOST, tasks_queue
from coordinator.adapters.db.tables_messaging import RelayLeaseRow
from tests.chaos.business import DEPARTMENT
from tests.chaos.fault import OFFICE, PROCESSES, Fault, Part, Strike
from tests.chaos.plant import Plant, Store, until

_RELAY, _AGENT = frozenset({Part.RELAY}), frozenset({Part.AGENT})
_BROKER = frozenset({Part.BROKER, Part.LINE})
FAILOVER_SECONDS = 10.0
STOP_SECONDS = 10.0
_LEASE_OWNER = select(RelayLeaseRow.__table__.c.owner)  # type: ignore[attr-defined] # SQLModel hides it
_CLOCK_JUMP_SECONDS = 3_600


def killed(name: str) -> Strike:
    """kill -9 of one of our processes, up to three times."""

    async def strike(plant: Plant, chance: Random) -> None:
        process = plant.processes[name]
        for _ in range(chance.randint(1, 3)):
            await asyncio.to_thread(process.kill)
            process.start()
            await plant.more_was_told(chance.randint(1, 20))

    return strike


async def kill_broker(plant: Plant, _: Random) -> None:
    """kill -9 of the node, which starts again on its folder."""
    await plant.kill_broker(plant.alone)
    await plant.restart_node()


async def kill_leader(plant: Plant, _: Random) -> None:
    """kill -9 of the node that leads the agent's queue, in a cluster of three; it comes back."""
    queue = await plant.management.get("queues", VHOST, tasks_queue(DEPARTMENT))
    await plant.kill_broker(plant.cluster.nodes[queue["leader"]])
    await plant.moves_on("the others go on without the leader")
    await plant.restart_node()


async def stop_broker(plant: Plant, chance: Random) -> None:
    """A broker that stalls: nothing is answered, nothing is closed."""
    os.kill(plant.alone.pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(chance.uniform(0.2, 3))
    finally:
        os.kill(plant.alone.pid, signal.SIGCONT)


async def kill_database(plant: Plant, _: Random) -> None:
    """kill -9 of the database server, which recovers from its log."""
    if plant.postgres is None:
        raise RuntimeError("SQLite has no process to kill")
    await plant.kill(plant.postgres)
    await plant.restart_database()


async def kill_business(plant: Plant, chance: Random) -> None:
    """kill -9 of a process like the web's, in the middle of its business transactions."""
    for _ in range(chance.randint(1, 2)):
        await _business_that_dies(plant, chance)


async def two_relays(plant: Plant, _: Random) -> None:
    """Two relays, of which the holder of the lease is killed: the other goes on in time."""
    plant.add("relay-2", "coordinator.commands.main", "serve", "relay")
    await plant.is_up("relay-2")
    await plant.moves_on("the first relay relays")
    holder = await _holder(plant)
    killed_at = time.monotonic()
    await asyncio.to_thread(plant.processes[holder].kill)

    async def is_taken_over() -> bool:
        return await _holder(plant) != holder

    await until(is_taken_over, "the other relay has the lease", FAILOVER_SECONDS)
    plant.figures["relay failover s"] = round(time.monotonic() - killed_at, 1)
    plant.processes[holder].start()
    await asyncio.to_thread(plant.remove, "relay-2")


async def two_inbounds(plant: Plant, chance: Random) -> None:
    """Two coordinators consuming, of which one is killed at a random moment."""
    plant.add("inbound-2", "coordinator.commands.main", "serve", "inbound")
    await plant.consumers_of_inbound(2)
    await plant.more_was_told(chance.randint(1, 20))
    victim = plant.processes[chance.choice(["inbound", "inbound-2"])]
    await asyncio.to_thread(victim.kill)
    victim.start()
    await plant.more_was_told(chance.randint(1, 20))
    await asyncio.to_thread(plant.remove, "inbound-2")


async def rolling_restart(plant: Plant, chance: Random) -> None:
    """SIGTERM and a new start of each process in turn: each ends well and in time."""
    names = list(plant.processes)
    chance.shuffle(names)
    for name in names:
        await plant.is_up(name)
        started = time.monotonic()
        status = await asyncio.to_thread(plant.processes[name].stop)
        took = time.monotonic() - started
        assert (status, took < STOP_SECONDS) == (0, True), f"{name}: {status} after {took:.1f} s"
        plant.figures[f"{name} stops s"] = round(took, 1)
        plant.processes[name].start()
        await plant.more_was_told(chance.randint(1, 10))


async def clock_jump(plant: Plant, chance: Random) -> None:
    """A relay whose clock is wrong by an hour holds the lease, and dies; another one goes on."""
    await asyncio.to_thread(plant.remove, "relay")
    shift = str(chance.choice([-1, 1]) * _CLOCK_JUMP_SECONDS)
    wrong = plant.add("relay-wrong", "tests.chaos.shifted", shift, "serve", "relay")
    await plant.moves_on("the relay with the wrong clock relays")
    await asyncio.to_thread(wrong.kill)
    del plant.processes["relay-wrong"]
    plant.add("relay", "coordinator.commands.main", "serve", "relay")


async def offline_week(plant: Plant, chance: Random) -> None:
    """An agent that is away for a week of business time catches up in order."""
    agent, calendar = plant.processes["agent"], plant.folder / "rehearsal.json"
    await asyncio.to_thread(agent.stop)
    for day in range(1, 8):
        await plant.more_was_told(chance.randint(1, 10))
        calendar.write_text(f'{{"offset_seconds": {day * 86_400}}}')
    agent.start()


async def _business_that_dies(plant: Plant, chance: Random) -> None:
    ledger = plant.ledger.with_name(f"ledger-{chance.randrange(1_000_000)}")
    seed, wanted = str(chance.randrange(1_000_000)), chance.randint(1, 20)
    business = plant.add("business", "tests.chaos.business", "1000", str(ledger), seed)

    async def has_committed() -> bool:
        return ledger.exists() and len(ledger.read_text().split()) >= wanted

    await until(has_committed, "the business commits")
    await asyncio.sleep(chance.uniform(0, 0.02))
    await asyncio.to_thread(business.kill)
    del plant.processes["business"]


async def _holder(plant: Plant) -> str:
    """Name the process that has the relay's lease; empty when nobody does."""
    async with plant.parts.engine.connect() as connection:
        owner = (await connection.execute(_LEASE_OWNER)).scalar_one_or_none() or ""
    pids = {str(each.running.pid): name for name, each in plant.processes.items()}
    return next((pids[word] for word in owner.split("-") if word in pids), "")


PROCESS_FAULTS = (
    Fault("kill-relay", killed("relay"), _RELAY),
    Fault("kill-inbound", killed("inbound"), frozenset({Part.INBOUND})),
    Fault("kill-agent", killed("agent"), _AGENT),
    Fault("kill-credit", killed("credit"), frozenset({Part.CREDIT})),
    Fault("kill-business", kill_business, frozenset({Part.BUSINESS})),
    Fault("kill-broker", kill_broker, _BROKER),
    Fault("stop-broker", stop_broker, _BROKER),
    Fault(
        "kill-database",
        kill_database,
        frozenset({Part.DATABASE}),
        on=frozenset({Store.POSTGRES}),
    ),
    Fault("kill-leader", kill_leader, _BROKER, _RELAY, on=frozenset({Store.CLUSTER})),
    Fault("two-relays", two_relays, _RELAY, OFFICE),
    Fault("two-inbounds", two_inbounds, frozenset({Part.INBOUND}), OFFICE),
    Fault("rolling-restart", rolling_restart, PROCESSES, OFFICE),
    Fault("clock-jump", clock_jump, _RELAY, OFFICE),
    Fault("offline-week", offline_week, _AGENT),
)
