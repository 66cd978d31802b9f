"""The private RabbitMQ node: one real node for most tests, one more for what a death leaves."""

import base64
import fcntl
import json
import os
import select
import signal
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.local import private_node
from deploy.local.child import ChildFailedError
from deploy.local.member import NODE_NAME
from deploy.local.private_node import PrivateNode
from tests.integration.conftest import end_at_once

LISTENING = "0A"  # in /proc/net/tcp
A_QUEUE = {
    "name": "kept",
    "vhost": "onevisit",
    "durable": True,
    "auto_delete": False,
    "arguments": {"x-queue-type": "quorum"},
}
PARENT = """
import pathlib, sys, signal
from deploy.local.private_node import PrivateNode
node = PrivateNode(pathlib.Path(sys.argv[1]))
node.start()
print(node.pid, node._epmd.pid, flush=True)
signal.pause()
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateNode]:
    folder = tmp_path_factory.mktemp("node") / "rabbitmq"
    with PrivateNode(folder, {"queues": [A_QUEUE]}) as started:
        yield started
        end_at_once(started)


def call(node: PrivateNode, path: str, method: str = "GET", body: object = None) -> object:
    login = base64.b64encode(":".join(node.admin).encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - our own loopback address
        f"{node.management_url}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Basic {login}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - the same
        return json.loads(response.read() or b"null")


def publish(node: PrivateNode, text: str) -> None:
    message = {
        "routing_key": "kept",
        "payload": text,
        "payload_encoding": "string",
        "properties": {"delivery_mode": 2},
    }
    answer = call(node, "/api/exchanges/onevisit/amq.default/publish", "POST", message)
    assert answer == {"routed": True}


def waiting_messages(node: PrivateNode) -> list[str]:
    request = {"count": 10, "ackmode": "ack_requeue_true", "encoding": "auto"}
    messages = call(node, "/api/queues/onevisit/kept/get", "POST", request)
    assert isinstance(messages, list)
    return [message["payload"] for message in messages]


@contextmanager
def watched(*pids: int) -> Iterator[list[int]]:
    """Hold a descriptor per process that becomes readable when the process has ended."""
    descriptors = [os.pidfd_open(pid) for pid in pids]
    try:
        yield descriptors
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def all_end(descriptors: list[int], seconds: float = 10.0) -> bool:
    return all(select.select([each], [], [], seconds)[0] for each in descriptors)


def test_definitions_are_there_when_the_node_is_ready(node: PrivateNode) -> None:
    queues = call(node, "/api/queues/onevisit")

    assert isinstance(queues, list)
    assert [(queue["name"], queue["type"]) for queue in queues] == [("kept", "quorum")]


def test_the_node_listens_on_loopback_only(node: PrivateNode) -> None:
    ports = json.loads((node.folder / "ports.json").read_text())

    addresses = {
        address
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        for address, port in [line.split()[1].split(":")]
        if int(port, 16) in ports.values() and line.split()[3] == LISTENING
    }

    assert addresses == {"0100007F"}


def test_secrets_in_the_folder_are_for_its_owner_only(node: PrivateNode) -> None:
    def mode(name: str) -> int:
        return stat.S_IMODE((node.folder / name).stat().st_mode)

    assert mode(".") == 0o700
    assert mode("admin.json") == 0o600
    assert mode("etc/definitions.json") == 0o600
    assert mode("home/.erlang.cookie") == 0o400


def test_an_address_holds_the_user_and_the_virtual_host(node: PrivateNode) -> None:
    url = urlsplit(node.amqp_url("dept-one", "p@ss/word", "a/b"))

    assert (url.scheme, url.hostname) == ("amqp", "127.0.0.1")
    assert url.netloc.startswith("dept-one:p%40ss%2Fword@")
    assert url.path == "/a%2Fb"


def test_a_second_node_in_the_same_folder_is_refused(
    node: PrivateNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_node, "_LOCK_SECONDS", 0.0)
    second = PrivateNode(node.folder)

    with pytest.raises(ChildFailedError, match="in use by another node"):
        second.start()

    assert node.is_running
    assert not second.is_running


def test_a_restarted_node_keeps_messages_ports_and_admin(node: PrivateNode) -> None:
    publish(node, "before")
    before = (node.admin, node.management_url, node.amqp_url("u", "p"), node.pid)

    node.stop()
    node.start()

    assert (node.admin, node.management_url, node.amqp_url("u", "p")) == before[:3]
    assert node.pid != before[3]
    assert waiting_messages(node) == ["before"]


def test_a_killed_node_starts_again_with_its_messages(node: PrivateNode) -> None:
    waiting = waiting_messages(node)
    publish(node, "before the kill")

    with watched(node.pid) as ends:
        os.kill(node.pid, signal.SIGKILL)
        assert all_end(ends)
    assert not node.is_running
    node.start()

    assert waiting_messages(node) == [*waiting, "before the kill"]


def test_a_node_whose_parent_is_killed_leaves_no_process_and_no_lock(
    node: PrivateNode, tmp_path: Path
) -> None:
    folder = tmp_path / "rabbitmq"
    command = [sys.executable, "-c", PARENT, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]

        with watched(*children) as ends:
            parent.kill()

            assert all_end(ends)
    assert len(children) == 2
    assert node.is_running, "the node beside it was not touched"
    with (folder / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_node_that_exits_at_start_is_reported_with_its_log(tmp_path: Path) -> None:
    folder = tmp_path / "rabbitmq"
    (folder / "mnesia").mkdir(parents=True)
    (folder / "mnesia" / NODE_NAME).write_text("a file where the node needs a folder")
    node = PrivateNode(folder)

    with pytest.raises(ChildFailedError) as failure, node:
        pytest.fail("the node became ready")

    assert "the private RabbitMQ exited with status 1" in str(failure.value)
    assert "cannot_create_mnesia_dir" in str(failure.value)
    assert not node.is_running


def test_a_machine_without_rabbitmq_is_told_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_node, "SERVER", tmp_path / "rabbitmq-server")

    with pytest.raises(ChildFailedError, match=r"bash deploy/install\.sh"):
        PrivateNode(tmp_path / "rabbitmq").start()
