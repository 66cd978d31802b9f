"""The credit consumer in another language, built from the published contract alone."""

import json
import os
import shutil
import signal
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from typing_extensions import override

from contracts.amqp.ports import CREDIT_NUMBER_HEADER, SIGNATURE_HEADER, Delivery, OutgoingMessage
from contracts.catalogue import CATALOGUE
from contracts.envelope import SchemaVersion, decode
from contracts.sanctions import CreditEventAcknowledged
from contracts.topology import DEAD_QUEUE, EVENTS, VHOST, credit_key, credit_queue
from contracts.vocabulary import Wire
from tests.integration.agents.conftest import SECONDS, OfficeAtBroker
from tests.integration.conftest import Broker
from tests.integration.messaging.queues import drained
from tests.unit.agents.test_credit import CORRECTED, GONE, LISTED

FOLDER = Path(__file__).resolve().parents[3] / "department_agents" / "credit" / "node"
KEY = f"{LISTED.subject}|{LISTED.list_code}"


class NodeConsumer:
    """`node consumer.mjs` as a process of its own, with what it printed and stored."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        node = shutil.which("node")
        assert node is not None, "Node.js is missing: bash deploy/install.sh --tests"
        assert (FOLDER / "node_modules").exists(), "npm packages: bash deploy/install.sh --tests"
        self._node = node
        self._state = folder / "state.json"
        self._log = folder / "node.jsonl"
        self._environment = {
            "PATH": os.environ["PATH"],
            "ONEVISIT_CREDIT_SYSTEM": "county",
            "ONEVISIT_CREDIT_AMQP_URL": broker.url("credit-county"),
            "ONEVISIT_CREDIT_JWKS": str(folder / "keys.json"),
            "ONEVISIT_CREDIT_STATE": str(self._state),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def read_log_at(self, address: str) -> None:
        """Give the address of the office's log and a token."""
        self._environment |= {
            "ONEVISIT_CREDIT_LOG_URL": address,
            "ONEVISIT_CREDIT_LOG_TOKEN": "token",
        }

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._node, str(FOLDER / "consumer.mjs")],
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(SECONDS)

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self._state.read_text())
        return state

    def said(self, event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self._log.read_text().splitlines()]
        return [line for line in lines if line["event"] == event]


@pytest.fixture
def node(broker: Broker, office: OfficeAtBroker, tmp_path: Path) -> Iterator[NodeConsumer]:
    office.office.publish_keys(tmp_path / "keys.json")
    consumer = NodeConsumer(broker, tmp_path)
    yield consumer
    consumer.end(signal.SIGKILL)


class Log(BaseHTTPRequestHandler):
    """The office's log as credit systems read it."""

    entries: ClassVar[list[dict[str, Any]]] = []

    def do_GET(self) -> None:  # the server's own name for it
        [after] = parse_qs(urlsplit(self.path).query)["after"]
        page = [each for each in self.entries if each["number"] > int(after)]
        self.send_response(200 if self.headers["Authorization"] == "Bearer token" else 401)
        self.end_headers()
        self.wfile.write(json.dumps(page).encode())

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def log() -> Iterator[str]:
    """Serve the log and give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Log) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        Log.entries.clear()


def logged(letter: OutgoingMessage) -> dict[str, Any]:
    return {
        "number": int(letter.headers[CREDIT_NUMBER_HEADER]),
        "message_id": letter.message_id,
        "type": letter.type,
        "body": b64encode(letter.body).decode(),
        "signature": letter.headers[SIGNATURE_HEADER],
    }


def an_event(office: OfficeAtBroker, message: Wire, number: int) -> OutgoingMessage:
    office.office.next_sequence(message, number)
    letter = office.office.outgoing(message)
    return letter._replace(
        exchange=EVENTS,
        recipient=credit_queue("county"),
        routing_key=credit_key("county", type(message).__name__, 1),
        headers={**letter.headers, CREDIT_NUMBER_HEADER: str(number)},
    )


def acknowledged(delivery: Delivery) -> int:
    """Read an acknowledgement as the coordinator does."""
    entry = CATALOGUE[CreditEventAcknowledged.__name__]
    known = SchemaVersion(entry.name, entry.major, entry.minor)
    sender = SchemaVersion.parse(delivery.headers["x-schema"])
    envelope = decode(delivery.body, CreditEventAcknowledged, sender, known)
    assert (delivery.user_id, delivery.message_id) == ("credit-county", envelope.id)
    return envelope.data.number


async def test_it_lists_corrects_and_delists_and_refuses_what_the_office_did_not_sign(
    broker: Broker, office: OfficeAtBroker, node: NodeConsumer
) -> None:
    node.start()
    await broker.management.delete("queues", VHOST, DEAD_QUEUE, "contents")
    listed, corrected, gone = (
        an_event(office, message, number)
        for number, message in enumerate((LISTED, CORRECTED, GONE), start=1)
    )
    forged = an_event(office, LISTED.model_copy(update={"sequence": 9}), 4)
    forged = forged._replace(headers={**gone.headers, CREDIT_NUMBER_HEADER: "4"})

    # Out of order, one of them twice, and one with the signature of another body.
    await office.send_letters(listed, gone, forged, corrected, listed)
    numbers = [acknowledged(await office.next_delivery()) for _ in range(4)]
    node.end()

    dead = await drained(broker, DEAD_QUEUE)
    assert forged.headers[SIGNATURE_HEADER] == gone.headers[SIGNATURE_HEADER]
    assert numbers == [1, 3, 2, 1]
    assert [line["number"] for line in node.said("taken-in")] == [1, 3, 2]
    assert node.state["listings"] == {KEY: {"listed": False, "sequence": 3}}
    assert node.state["offset"] == 3
    assert [line["reason"] for line in node.said("refused")] == [
        "the signature does not fit the body"
    ]
    assert [letter.message_id for letter in dead] == [forged.message_id]


async def test_what_the_log_has_and_nobody_can_believe_holds_up_nothing(
    office: OfficeAtBroker, node: NodeConsumer, log: str
) -> None:
    listed, corrected, gone = (
        an_event(office, message, number)
        for number, message in ((1, LISTED), (3, CORRECTED), (4, GONE))
    )
    unsigned = {**logged(an_event(office, LISTED, 2)), "signature": logged(gone)["signature"]}
    Log.entries += [logged(listed), unsigned, logged(corrected)]
    node.read_log_at(log)

    node.start()
    numbers = [acknowledged(await office.next_delivery()) for _ in range(2)]
    await office.send_letters(gone)
    numbers.append(acknowledged(await office.next_delivery()))
    interrupted = [*node.said("disconnected"), *node.said("log-unavailable")]
    node.end()

    assert numbers == [1, 3, 4]
    assert node.state["offset"] == 4
    assert node.state["listings"] == {KEY: {"listed": False, "sequence": 3}}
    assert [line["message_id"] for line in node.said("refused")] == [unsigned["message_id"]]
    assert interrupted == []
