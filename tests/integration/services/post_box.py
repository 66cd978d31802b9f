"""What a play's outbox holds, for tests that look at messages."""

import json
from dataclasses import dataclass
from typing import Any

from contracts.amqp.ports import Delivery
from contracts.topology import COORDINATOR_USER, EVENTS, INBOUND_QUEUE, department_user
from department_agents.store.rows import OutboxRow
from tests.play import AUDITOR, Play


@dataclass(frozen=True)
class Letter:
    """One outbox row, body and headers included."""

    message_id: str
    recipient: str
    sequence: int
    headers: dict[str, str]
    body: bytes
    type: str

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.body)["data"]
        return data


async def letters(play: Play, name: str = "") -> list[Letter]:
    """Give the messages in the outbox, of this name where one is given, in order."""
    statement = (
        "SELECT message_id, recipient, sequence, headers, body, type FROM outbox ORDER BY outbox_id"
    )
    async with play.work(AUDITOR) as work:
        rows = (await work.connection.exec_driver_sql(statement)).mappings().all()
    found = [Letter(**{**row, "headers": _object(row["headers"])}) for row in rows]
    return [each for each in found if not name or each.type == f"{name}.v1"]


def at_agent(letter: Letter) -> Delivery:
    """Give a message of the office as its recipient receives it."""
    return Delivery(
        message_id=letter.message_id,
        type=letter.type,
        user_id=COORDINATOR_USER,
        routing_key="",
        exchange=EVENTS,
        queue=letter.recipient,
        headers=letter.headers,
        body=letter.body,
        redelivered=False,
    )


def at_office(row: OutboxRow, department: str) -> Delivery:
    """Give a message of a department's agent as the office receives it."""
    return Delivery(
        message_id=row.message_id,
        type=row.type,
        user_id=department_user(department),
        routing_key=row.routing_key,
        exchange=row.exchange,
        queue=INBOUND_QUEUE,
        headers=json.loads(row.headers),
        body=row.body,
        redelivered=False,
    )


def _object(headers: Any) -> dict[str, str]:
    parsed: dict[str, str] = json.loads(headers) if isinstance(headers, str) else headers
    return parsed
