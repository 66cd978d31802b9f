"""Faults of the line, of queues and of room: what a network and an administrator can do."""

import asyncio
import resource
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random

from contracts.topology import TASKS, VHOST, tasks_queue
from coordinator.services.messages import message_counts, send_unroutable
from tests.chaos.business import DEPARTMENT
from tests.chaos.fault import OFFICE, Fault, Part
from tests.chaos.plant import Plant, Store, until
from tests.node_control import rabbitmqctl

_RELAY, _AGENT = frozenset({Part.RELAY}), frozenset({Part.AGENT})
_QUEUE = tasks_queue(DEPARTMENT)
_ROOM_BYTES, _ROOM_FOR_LINES = 8_192, 32_768
_SAID_FULL = "disk I/O error"


@dataclass(frozen=True)
class Room:
    """How large a file may become, and how a process shows that it is too little."""

    number_of_bytes: int
    is_said: Callable[[], Awaitable[bool]] | None = None


async def cut(plant: Plant, chance: Random) -> None:
    """Reset all connections, several times."""
    for _ in range(chance.randint(1, 4)):
        plant.proxy.cut()
        await plant.more_was_told(chance.randint(1, 20))


async def black_hole(plant: Plant, chance: Random) -> None:
    """Swallow everything for a while; then go on where it stopped, or reset what was open."""
    plant.proxy.hold()
    await asyncio.sleep(chance.uniform(0.2, 2))
    if chance.random() < 0.5:
        plant.proxy.cut()
    plant.proxy.heal()


async def memory_alarm(plant: Plant, chance: Random) -> None:
    """A broker without memory takes nothing from publishers, and says nothing about it."""
    await rabbitmqctl(plant.alone, "set_vm_memory_high_watermark", "0.000001")
    await asyncio.sleep(chance.uniform(0.2, 2))
    await rabbitmqctl(plant.alone, "set_vm_memory_high_watermark", "0.4")


async def delete_queue(plant: Plant, _: Random) -> None:
    """Delete the agent's queue under it; what is sent meanwhile shows as unroutable."""
    relay = plant.processes["relay"]
    if plant.goes_on:  # what a relay before it had sent and not marked, this one marks first
        await plant.is_up("relay")
        await plant.moves_on("the relay relays")
    await asyncio.to_thread(relay.stop)
    await plant.moved_out()  # a confirmed message dies with its queue: nobody could bring it back
    await plant.management.delete("queues", VHOST, _QUEUE)
    relay.start()
    await _seen_unroutable(plant)
    await plant.provision()
    await _sent_again(plant)


async def lose_queue(plant: Plant, chance: Random) -> None:
    """Delete the agent's queue with all that is in it: the agent misses it, and asks for it."""
    agent = plant.processes["agent"]
    agent.send(signal.SIGSTOP)
    try:
        await plant.more_was_told(chance.randint(2, 20))
        await plant.moves_on("messages wait for the agent")
        await plant.management.delete("queues", VHOST, _QUEUE)
        await plant.provision()
    finally:
        agent.send(signal.SIGCONT)
    await _sent_again(plant)
    if plant.goes_on:
        await plant.more_was_told(2)  # a gap shows when something comes behind it
        # Whoever strikes next must not count on what is still being asked for.
        await plant.catches_up()
        return
    if plant.writing is not None:
        await plant.writing
    await plant.start_writing(5, chance)


async def unroutable(plant: Plant, _: Random) -> None:
    """Take the binding away: what is sent meanwhile shows as unroutable and goes on afterwards."""
    await plant.management.delete("bindings", VHOST, "e", TASKS, "q", _QUEUE, DEPARTMENT)
    await _seen_unroutable(plant)
    await plant.provision()
    await _sent_again(plant)


async def crash_before_mark(plant: Plant, _: Random) -> None:
    """A relay dies between confirm and mark: everything it had sent is sent twice."""
    await asyncio.to_thread(plant.remove, "relay")
    dying = plant.add("relay-dying", "tests.chaos.dying_relay")
    await plant.more_was_told(1)
    await asyncio.to_thread(dying.running.wait)
    del plant.processes["relay-dying"]
    plant.add("relay", "coordinator.commands.main", "serve", "relay")


async def disk_full(plant: Plant, chance: Random) -> None:
    """No room for what a consumer and its outbox want to write, for a while."""
    name = chance.choice(["credit", "agent"])
    await plant.has_store(name)  # whoever can't open it ends, and says so
    await _without_room(plant, [name], chance.randint(5, 20), Room(_ROOM_BYTES))


async def office_disk_full(plant: Plant, chance: Random) -> None:
    """No room for the office's own file: its processes say so in their logs, and go on."""
    names = ["relay", "inbound"]
    for name in names:
        await plant.is_up(name)
    logs = [plant.processes[name].log for name in names]
    before = [log.read_text().count(_SAID_FULL) for log in logs]

    async def is_said() -> bool:
        said = [log.read_text().count(_SAID_FULL) for log in logs]
        return said != before

    number = chance.randint(5, 20)
    # A few more lines must find room, to be seen: the limit is one for all files.
    room = max(log.stat().st_size for log in logs) + _ROOM_FOR_LINES
    await _without_room(plant, names, number, Room(room, is_said))


async def _without_room(plant: Plant, names: Sequence[str], number: int, room: Room) -> None:
    """Leave processes no room to write while so many transactions are committed by others."""
    running = [plant.processes[name].running for name in names]
    try:
        for each in running:
            _limit(each.pid, room.number_of_bytes)
        await plant.more_was_told(number)
        if room.is_said is not None:
            await until(room.is_said, "a full disk is in the logs")
    finally:
        for each in running:
            _limit(each.pid, resource.RLIM_INFINITY)
    assert all(each.is_running for each in running), f"one of {names} died of a full disk"


def _limit(pid: int, number_of_bytes: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (number_of_bytes, resource.RLIM_INFINITY))


async def _seen_unroutable(plant: Plant) -> None:
    async def is_seen() -> bool:
        return (await _counts(plant))["unroutable"] > 0

    await plant.more_was_told(1)
    await until(is_seen, "unroutable messages show")


async def _sent_again(plant: Plant) -> None:
    """Do what a person does on the page, as often as it takes: more may have come meanwhile."""

    async def is_over() -> bool:
        number = (await _counts(plant))["unroutable"]
        if number:
            async with plant.parts.work() as work:
                seen = (await message_counts(work))["unroutable"]
                await send_unroutable(work, seen, "the queue is back")
        return number == 0

    await until(is_over, "nothing is unroutable any more")


async def _counts(plant: Plant) -> dict[str, int]:
    async with plant.parts.work(writes=False) as work:
        return await message_counts(work)


LINE_FAULTS = (
    Fault("cut", cut, frozenset({Part.LINE})),
    Fault("black-hole", black_hole, frozenset({Part.LINE})),
    Fault("memory-alarm", memory_alarm, frozenset({Part.BROKER, Part.LINE})),
    Fault("delete-queue", delete_queue, frozenset({Part.RELAY, Part.QUEUE}), _AGENT | OFFICE),
    Fault("lose-queue", lose_queue, _AGENT | {Part.QUEUE}, _RELAY | OFFICE),
    Fault("unroutable", unroutable, frozenset({Part.QUEUE}), _RELAY | OFFICE),
    Fault("crash-before-mark", crash_before_mark, _RELAY),
    Fault("disk-full", disk_full, _AGENT | {Part.CREDIT}),
    Fault(
        "office-disk-full",
        office_disk_full,
        _RELAY | {Part.INBOUND},
        on=frozenset({Store.SQLITE}),
    ),
)
