"""Faults of the line, of queues and of room: what a network and an administrator can do."""

import asyncio
import json
import os
import resource
import signal
import subprocess
from random import Random

from contracts.topology import TASKS, VHOST, tasks_queue
from coordinator.services.messages import message_counts, send_unroutable
from deploy.local.member import NODE_NAME
from tests.chaos.business import DEPARTMENT
from tests.chaos.fault import Fault
from tests.chaos.plant import Plant, until

_CTL = "/usr/lib/rabbitmq/bin/rabbitmqctl"
_QUEUE = tasks_queue(DEPARTMENT)
_ROOM_BYTES = 8_192


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
    await _rabbitmqctl(plant, "set_vm_memory_high_watermark", "0.000001")
    await asyncio.sleep(chance.uniform(0.2, 2))
    await _rabbitmqctl(plant, "set_vm_memory_high_watermark", "0.4")


async def delete_queue(plant: Plant, _: Random) -> None:
    """Delete the agent's queue under it; what is sent meanwhile shows as unroutable."""
    relay = plant.processes["relay"]
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
    if plant.writing is not None:
        await plant.writing
    await plant.start_writing(5, chance)  # a gap shows when something comes behind it


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
    pid = plant.processes[name].running.pid
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (_ROOM_BYTES, resource.RLIM_INFINITY))
    await plant.more_was_told(chance.randint(5, 20))
    resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
    assert plant.processes[name].running.is_running, f"{name} died of a full disk"


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


async def _rabbitmqctl(plant: Plant, *argv: str) -> None:
    node = plant.alone.folder
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": f"{node}/home",
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": str(json.loads((node / "ports.json").read_text())["epmd"]),
        "RABBITMQ_CONF_ENV_FILE": f"{node}/etc/rabbitmq-env.conf",
    }
    command = [_CTL, "-n", NODE_NAME, *argv]
    await asyncio.to_thread(
        subprocess.run, command, env=environment, check=True, capture_output=True
    )


LINE_FAULTS = (
    Fault("cut", cut),
    Fault("black-hole", black_hole),
    Fault("memory-alarm", memory_alarm),
    Fault("delete-queue", delete_queue),
    Fault("lose-queue", lose_queue),
    Fault("unroutable", unroutable),
    Fault("crash-before-mark", crash_before_mark),
    Fault("disk-full", disk_full),
)
