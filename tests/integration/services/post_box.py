"""What a play's outbox holds, for tests that look at messages."""

import json
from dataclasses import dataclass
from typing import Any

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


def _object(headers: Any) -> dict[str, str]:
    parsed: dict[str, str] = json.loads(headers) if isinstance(headers, str) else headers
    return parsed
