"""`bash deploy/bench.sh messaging`: our messaging beside its own ceiling and beside others.

1.5 KB messages, persistent, confirmed, quorum queues, PostgreSQL that waits for its disk; every
step is a process of its own on the same private broker, one after the other.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from contracts.amqp.management import Management
from contracts.definitions import BrokerUser, definitions
from contracts.topology import COORDINATOR_USER, VHOST, department_user, topology, users_of
from coordinator.adapters.db.engine import make_engine
from coordinator.adapters.db.migrate import upgrade
from deploy.local.postgres import PrivatePostgres
from deploy.local.private_node import PrivateNode
from tests.benchmarks.messaging_peers import PEERS
from tests.benchmarks.messaging_steps import DEPARTMENTS, QUEUES, SENDERS, latencies

_STEPS = "tests.benchmarks.messaging_steps"
_COUNTY = topology(DEPARTMENTS, inbound_queues=len(QUEUES))
_PACKAGES = {
    "FastStream": "faststream[rabbit]",
    "taskiq": "taskiq-aio-pika",
    "Celery": "celery",
    "Dramatiq": "dramatiq[rabbitmq]",
}
_WANTED = {
    "drain / raw": ">= 0.8",
    "inbound per s": ">= 5000",
    "commit to handler p50 ms": "<= 5",
    "commit to handler p99 ms": "<= 50",
}
_CONSUMERS = {"inbound": ("inbound",), "inbound by two": ("inbound", "inbound_beside")}
_PEER_SECONDS = 120
_PEER_VHOST = "peers"
Figures = dict[str, float]


def main() -> None:
    """Measure, print a table, and JSON on standard output."""
    parser = argparse.ArgumentParser(prog="bash deploy/bench.sh messaging")
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=10, help="of the latency measurement")
    parser.add_argument("--rounds", type=int, default=5, help="the figures are their medians")
    parser.add_argument("--peer-messages", type=int, default=4_000)
    parser.add_argument("--no-peers", action="store_true")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="onevisit-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        users = [BrokerUser(user, f"password-of-{user}") for user in users_of(_COUNTY)]
        with (
            PrivateNode(folder / "node", definitions(_COUNTY, users)) as node,
            PrivatePostgres(folder / "postgres") as server,
        ):
            figures = _ours(node, server, given)
            if not given.no_peers:
                figures |= _peers(folder, node, given.peer_messages)
    for name, figure in figures.items():
        print(f"{name:28} {figure:10.2f}   {_WANTED.get(name, '')}", file=sys.stderr)
    print(f"load before: {load:.1f}, after: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    print(json.dumps({"figures": figures, "load_before": load}, indent=2))


def _ours(node: PrivateNode, server: PrivatePostgres, given: argparse.Namespace) -> Figures:
    """Measure in turn, several times, and give the medians: one turn of seconds says little."""
    office = node.amqp_url(COORDINATOR_USER, f"password-of-{COORDINATOR_USER}")
    rates: dict[str, list[float]] = {"raw": [], "drain": [], "inbound": [], "inbound by two": []}
    latest: list[Figures] = []
    for each in range(given.rounds):
        rates["raw"].append(_step("raw", office, "-", given.messages)["per_second"])
        _empty(node)
        url = _database(server, f"drain_{each}")
        rates["drain"].append(_step("drain", office, url, given.messages)["per_second"])
        _empty(node)
        for name, steps in _CONSUMERS.items():
            url = _database(server, f"{name.replace(' ', '_')}_{each}")
            rates[name].append(_taken_in(node, url, steps, given.messages))
        latest.append(_late(node, _database(server, f"latency_{each}"), 500 * given.seconds))
    raw, drain, inbound, by_two = (median(rates[name]) for name in rates)
    late = {name: median(each[name] for each in latest) for name in latest[0]}
    return {
        "raw publisher per s": raw,
        "relay drain per s": drain,
        "drain / raw": drain / raw,
        "inbound per s": inbound,
        "two queues, two processes": by_two,
        "commits per s": late["per_second"],
        "commit to handler p50 ms": late["p50_ms"],
        "commit to handler p99 ms": late["p99_ms"],
    }


def _taken_in(node: PrivateNode, url: str, steps: Sequence[str], number: int) -> float:
    """Fill an inbound queue for each of these steps, run them side by side, and give the rate."""
    for sender in map(department_user, SENDERS[: len(steps)]):
        login = node.amqp_url(sender, f"password-of-{sender}")
        _step("fill_inbound", login, "-", number // len(steps))
    office = node.amqp_url(COORDINATOR_USER, f"password-of-{COORDINATOR_USER}")
    with ThreadPoolExecutor() as pool:
        taken = list(pool.map(lambda step: _step(step, office, url, number), steps))
    began = min(each["began"] for each in taken)
    ended = max(each["ended"] for each in taken)
    rate: float = number / (ended - began)
    print(f"{' and '.join(steps)}: {rate:.0f} per s", file=sys.stderr)
    return rate


def _late(node: PrivateNode, database_url: str, number: int) -> Figures:
    """Writers, relay and agents side by side; times of one machine's monotonic clock."""
    office = node.amqp_url(COORDINATOR_USER, f"password-of-{COORDINATOR_USER}")
    with ThreadPoolExecutor() as pool:
        handled = pool.submit(_step, "handle", node.amqp_url(*node.admin), "-", number)
        relaying = pool.submit(_step, "relay", office, database_url, number)
        written = pool.submit(_step, "write", office, database_url, number)
        written_at = written.result()
        relaying.result()
        late = latencies(written_at["committed"], handled.result()["handled"])
        return {**late, "per_second": written_at["per_second"]}


def _step(step: str, amqp_url: str, database_url: str, number: int) -> dict[str, Any]:
    argv = [sys.executable, "-m", _STEPS, step, amqp_url, database_url, str(number)]
    done = subprocess.run(argv, check=False, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise SystemExit(f"{step}: {done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if "per_second" in answer:
        print(f"{step}: {answer['per_second']:.0f} per s", file=sys.stderr)
    return answer


def _database(server: PrivatePostgres, name: str) -> str:
    url = server.create_database(name)

    async def migrate() -> None:
        engine = make_engine(url)
        await upgrade(engine)
        await engine.dispose()

    asyncio.run(migrate())
    return url


def _empty(node: PrivateNode) -> None:
    management = Management(node.management_url, *node.admin)

    async def empty() -> None:
        for queue in _COUNTY.queues:
            if queue.type == "quorum":
                await management.delete("queues", VHOST, queue.name, "contents")

    asyncio.run(empty())


def _peers(folder: Path, node: PrivateNode, number: int) -> Figures:
    """Measure the peers that can be installed, in environments that are thrown away."""
    url, figures = _peer_vhost(node), Figures()
    for peer in PEERS:
        home = folder / f"peer-{peer}"
        venv.create(home, with_pip=True)
        python, script = home / "bin" / "python", Path(__file__).with_name("messaging_peers.py")
        pip = [str(python), "-m", "pip", "install", "--quiet", _PACKAGES[peer]]
        if subprocess.run(pip, check=False, stdout=sys.stderr).returncode != 0:
            print(f"{peer}: could not be installed, left out", file=sys.stderr)
            continue
        argv = [str(python), "-I", str(script), peer, url, str(number)]
        try:
            done = subprocess.run(
                argv, check=True, capture_output=True, text=True, timeout=_PEER_SECONDS
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            said = str(error.stderr or "")[-800:]
            print(f"{peer}: {type(error).__name__} {said}", file=sys.stderr)
            continue
        rates = json.loads(next(line for line in done.stdout.splitlines() if line[:1] == "{"))
        figures[f"{peer} publish per s"] = rates["publish"]
        figures[f"{peer} consume per s"] = rates["consume"]
    return figures


def _peer_vhost(node: PrivateNode) -> str:
    management, (user, password) = Management(node.management_url, *node.admin), node.admin
    everything = {"configure": ".*", "write": ".*", "read": ".*"}

    async def make() -> None:
        await management.put("vhosts", _PEER_VHOST, body={})
        await management.put("permissions", _PEER_VHOST, user, body=everything)

    asyncio.run(make())
    return node.amqp_url(user, password, _PEER_VHOST)


if __name__ == "__main__":
    main()
