"""Three private nodes on loopback that form one cluster, for tests and rehearsals of a failure.

`python -m deploy.local.cluster FOLDER` runs one until Ctrl-C and prints its addresses.
"""

from __future__ import annotations

import json
import secrets
import signal
import sys
import time
import urllib.request
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from deploy.local.child import SYSTEM_PATH, Child, ChildFailedError
from deploy.local.member import Member
from deploy.local.ports import remembered_ports
from deploy.local.private_node import VHOST, PrivateNode, start_epmd

_NAMES = tuple(f"onevisit-{number}@localhost" for number in (1, 2, 3))
_JOIN_SECONDS = 60.0
_LOOK_SECONDS = 0.2


class PrivateCluster:
    """A cluster in a folder: each quorum queue has a replica on every node.

    Queues must be declared when all nodes are there: replicas are chosen at that moment.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.nodes: dict[str, PrivateNode] = {}
        self._epmd: Child | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start what is not running and return when all nodes see each other; ChildFailedError."""
        try:
            self._start_epmd()
            with ThreadPoolExecutor(len(_NAMES)) as pool:
                for _ in pool.map(PrivateNode.start, self.nodes.values()):
                    pass
            self._wait_until_joined()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop all nodes, then their epmd."""
        with ThreadPoolExecutor(len(_NAMES)) as pool:
            for _ in pool.map(PrivateNode.stop, self.nodes.values()):
                pass
        if self._epmd is not None:
            self._epmd.stop()
            self._epmd = None

    @property
    def is_running(self) -> bool:
        """Tell whether any node is alive."""
        return any(node.is_running for node in self.nodes.values())

    @property
    def admin(self) -> tuple[str, str]:
        """Return user and password of the administrator of all nodes."""
        return self._first.admin

    @property
    def management_url(self) -> str:
        """Return the management address of a node that is alive."""
        return self._first.management_url

    def amqp_url(self, user: str, password: str, vhost: str = VHOST) -> str:
        """Return the AMQP address with every node in it, to be tried in turn."""
        urls = [urlsplit(node.amqp_url(user, password, vhost)) for node in self.nodes.values()]
        login = urls[0].netloc.rpartition("@")[0]
        hosts = ",".join(url.netloc.rpartition("@")[2] for url in urls)
        return urls[0]._replace(netloc=f"{login}@{hosts}").geturl()

    @property
    def _first(self) -> PrivateNode:
        return next(node for node in self.nodes.values() if node.is_running)

    def _start_epmd(self) -> None:
        if self._epmd is not None and self._epmd.is_running:
            return
        (self.folder / "log").mkdir(mode=0o700, parents=True, exist_ok=True)
        port = remembered_ports(self.folder / "ports.json", ["epmd"])["epmd"]
        home = {"HOME": str(self.folder), "PATH": SYSTEM_PATH}
        self._epmd = start_epmd(port, home, self.folder)
        for name in _NAMES:
            folder = self.folder / name.partition("@")[0]
            self.nodes[name] = PrivateNode(folder, member=Member(name, _NAMES, port))
            self._share(folder)

    def _share(self, folder: Path) -> None:
        """Give a node the cookie and the administrator that all of them have."""
        home = folder / "home"
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        shared = self.folder / "shared.json"
        if not shared.exists():
            shared.touch(mode=0o600)
            admin = {"user": "onevisit-admin", "password": secrets.token_urlsafe(24)}
            shared.write_text(json.dumps({"cookie": secrets.token_hex(20), "admin": admin}))
        known = json.loads(shared.read_text())
        for file, text in (
            (home / ".erlang.cookie", known["cookie"]),
            (folder / "admin.json", json.dumps(known["admin"])),
        ):
            if not file.exists():
                file.touch(mode=0o600)
                file.write_text(text)
                file.chmod(0o400 if file.name == ".erlang.cookie" else 0o600)

    def _wait_until_joined(self) -> None:
        deadline = time.monotonic() + _JOIN_SECONDS
        while self._number_joined() < len(_NAMES):
            if time.monotonic() > deadline:
                raise ChildFailedError(f"the nodes in {self.folder} did not form a cluster")
            time.sleep(_LOOK_SECONDS)

    def _number_joined(self) -> int:
        with suppress(OSError):
            return sum(bool(node.get("running")) for node in self._get("nodes"))
        return 0

    def _get(self, path: str) -> Any:
        login = b64encode(":".join(self.admin).encode()).decode()
        request = urllib.request.Request(
            f"{self.management_url}/api/{path}", headers={"Authorization": f"Basic {login}"}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)


def main(folder: Path) -> None:
    """Run a cluster until a signal, and print where it is."""
    with PrivateCluster(folder) as cluster:
        print(cluster.amqp_url(*cluster.admin))
        print(cluster.management_url, flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    main(Path(sys.argv[1]))
