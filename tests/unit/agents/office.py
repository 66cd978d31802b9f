"""The office as an agent sees it: sealed letters in queue order, published keys, sample tasks."""

import json
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from contracts.amqp.ports import (
    CORRELATION_HEADER,
    SCHEMA_HEADER,
    SEQUENCE_HEADER,
    SIGNATURE_HEADER,
    Delivery,
    OutgoingMessage,
)
from contracts.catalogue import Way, entry_of
from contracts.draw_proof import chain_head, chain_step, hash_of, preimage
from contracts.draw_record import Commit, Fallback, document_bytes, receipt_payload
from contracts.draws import Receipt, RevealRequested, RoundFrozen
from contracts.envelope import Envelope, encode
from contracts.signing import SigningKey, export_jwks, sign
from contracts.tasks import (
    CheckCard,
    CheckpointCard,
    PlaceCard,
    TaskPublished,
    TeamMemberCard,
)
from contracts.topology import (
    COORDINATOR_USER,
    EVENTS,
    TASKS,
    event_key,
    events_queue,
    task_key,
    tasks_queue,
)
from contracts.vocabulary import CheckpointKind, Mode, Wire

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def a_key(kid: str) -> SigningKey:
    return SigningKey.from_seed(kid, hash_of(kid.encode())[:32].encode())


class Office:
    """Writes letters to one department, signs what has legal effect, takes part in lotteries."""

    def __init__(self, department: str) -> None:
        self.department = department
        self.key = a_key("office")
        self.neighbour = a_key("neighbour")
        self.secret = b"o" * 32
        self._sequences: dict[str, int] = {}
        self._numbers = count(1)

    def publish_keys(self, file: Path, *keys: SigningKey) -> None:
        """Write the JWKS of the office, its neighbour and these keys."""
        all_keys = (self.key, self.neighbour, *keys)
        published = {key.kid: key.private.public_key() for key in all_keys}
        file.write_text(json.dumps(export_jwks(published)))

    def letter(self, message: Wire, **changes: Any) -> Delivery:
        """Seal a message as the coordinator would, `changes` replace parts of the delivery."""
        return delivery(self.outgoing(message), **changes)

    def next_sequence(self, message: Wire, sequence: int) -> None:
        """Let the next message of this one's queue have a sequence of the caller's choice."""
        self._sequences[self._queue(message)] = sequence - 1

    def outgoing(self, message: Wire) -> OutgoingMessage:
        entry = entry_of(message)
        queue = self._queue(message)
        sequence = self._sequences[queue] = self._sequences.get(queue, 0) + 1
        message_id = f"letter-{next(self._numbers)}"
        envelope = Envelope[Any](
            id=message_id,
            source="/coordinator",
            type=entry.type,
            subject=getattr(message, "round_id", "subject"),
            time=NOW,
            dataschema=entry.schema_id,
            sequence=sequence,
            correlationid="correlation",
            data=message,
        )
        body = encode(envelope)
        headers = {SCHEMA_HEADER: entry.schema, SEQUENCE_HEADER: str(sequence)}
        headers[CORRELATION_HEADER] = "correlation"
        if entry.legal_effect:
            headers[SIGNATURE_HEADER] = sign(body, self.key)
        tasks = entry.way is Way.TASKS
        return OutgoingMessage(
            outbox_id=sequence,
            message_id=message_id,
            recipient=queue,
            sequence=sequence,
            exchange=TASKS if tasks else EVENTS,
            routing_key=task_key(self.department)
            if tasks
            else event_key(self.department, entry.name, entry.major),
            headers=headers,
            body=body,
            type=entry.type,
            created_at=NOW,
        )

    def _queue(self, message: Wire) -> str:
        if entry_of(message).way is Way.TASKS:
            return tasks_queue(self.department)
        return events_queue(self.department)

    def frozen(self, heads: dict[str, str], attempt: int = 1, **changes: Any) -> RoundFrozen:
        """Give the signed commit of an attempt of round 2026-R1."""
        commit = a_commit(heads, attempt, **changes)
        text = document_bytes(commit).decode()
        return RoundFrozen(
            round_id="2026-R1",
            attempt=attempt,
            commit=text,
            signature=sign(text.encode(), self.key),
        )

    def heads(self, own_head: str) -> dict[str, str]:
        """Give the heads of the office, its neighbour and the department."""
        return {
            "neighbour": chain_head(b"n" * 32).hex(),
            "office": chain_head(self.secret).hex(),
            self.department: own_head,
        }

    def reveal_request(self, frozen: RoundFrozen, *keys: SigningKey) -> RevealRequested:
        """Ask for the reveal with the receipts of office, neighbour and these keys."""
        commit_hash = hash_of(frozen.commit.encode())
        contributors = (self.key, self.neighbour, *keys)
        return RevealRequested(
            round_id=frozen.round_id,
            attempt=frozen.attempt,
            commit_hash=commit_hash,
            receipts=tuple(a_receipt(key, commit_hash) for key in contributors),
            office_value=preimage(self.secret, chain_step(frozen.attempt)).hex(),
        )


def delivery(message: OutgoingMessage, **changes: Any) -> Delivery:
    fields: dict[str, Any] = {
        "message_id": message.message_id,
        "type": message.type,
        "user_id": COORDINATOR_USER,
        "routing_key": message.routing_key,
        "exchange": message.exchange,
        "queue": message.recipient,
        "headers": message.headers,
        "body": message.body,
        "redelivered": False,
    }
    return Delivery(**fields | changes)


def a_commit(heads: dict[str, str], attempt: int = 1, **changes: Any) -> Commit:
    fields: dict[str, Any] = {
        "round": "2026-R1",
        "attempt": attempt,
        "previous": "",
        "rules_hash": hash_of(b"rules"),
        "frames": {},
        "rosters": {},
        "bars": {},
        "heads": heads,
        "sources": (),
        "deadline": "2026-11-22T06:00:00Z",
        "embargo": "2026-12-31",
        "fallback": Fallback(voids=2),
        "published_at": "2026-11-21T06:00:00Z",
    }
    return Commit(**fields | changes)


def a_receipt(key: SigningKey, commit_hash: str) -> Receipt:
    at = "2026-11-21T06:00:00Z"
    signature = sign(receipt_payload(key.kid, commit_hash, at), key)
    return Receipt(contributor=key.kid, commit_hash=commit_hash, at=at, signature=signature)


def a_check(item: str = "F-01", **changes: Any) -> CheckCard:
    fields: dict[str, Any] = {
        "line": "fire-1",
        "object_id": "uscc:91110000101623741K",
        "object_name": "平川县云溪大酒店",
        "item": item,
        "item_name": "消防安全检查",
        "methods": ("现场", "书面"),
        "legal_bases": ("《消防法》第二十八条",),
        "minutes": 30,
        "checkpoints": (
            CheckpointCard(
                code="exit",
                text="疏散通道、安全出口保持畅通",
                kind=CheckpointKind.YES_NO,
                shared_code=None,
                choices=(),
            ),
            CheckpointCard(
                code="licence",
                text="营业执照、许可证在显著位置公示",
                kind=CheckpointKind.YES_NO,
                shared_code="licence",
                choices=(),
            ),
        ),
    }
    return CheckCard(**fields | changes)


def a_member(person_id: str, department: str, **changes: Any) -> TeamMemberCard:
    fields: dict[str, Any] = {
        "person_id": person_id,
        "name": f"姓名{person_id}",
        "department": department,
        "certificate_number": "X-1",
        "leader": False,
        "expert": False,
    }
    return TeamMemberCard(**fields | changes)


def a_task(
    department: str = "fire", visit_id: str = "2026-R1-0a0a0a0a0a0a", **changes: Any
) -> TaskPublished:
    fields: dict[str, Any] = {
        "visit_id": visit_id,
        "round_id": "2026-R1",
        "task_number": "FIRE-2026-0417",
        "department": department,
        "departments": (department, "market"),
        "lead_department": "market",
        "mode": Mode.ANNOUNCED,
        "date_from": date(2026, 11, 20),
        "date_to": date(2026, 11, 27),
        "desk": False,
        "team": (
            a_member("p1", department, leader=True),
            a_member("p2", department),
            a_member("p3", "market"),
            a_member("e1", department, expert=True, certificate_number=None),
        ),
        "place": PlaceCard(
            place="premises:1", name="平川县云溪大酒店", address="滨河路 8 号", region="130100"
        ),
        "checks": (a_check(),),
        "visit_code": "VC-1",
    }
    return TaskPublished(**fields | changes)


def a_finding(item: str = "F-01", **changes: Any) -> dict[str, Any]:
    """Give a clean finding as a back office would write it."""
    return {
        "object_id": "uscc:91110000101623741K",
        "item": item,
        "checked": True,
        "method": "现场",
        "result_codes": ["1"],
        "problem": None,
        "legal_basis": None,
        "follow_up": ["none"],
        "answers": [
            {"checkpoint": "exit", "value": "是"},
            {"checkpoint": "licence", "value": "是"},
        ],
    } | changes


def a_report(visit_id: str = "2026-R1-0a0a0a0a0a0a", **changes: Any) -> dict[str, Any]:
    """Give a report without department and version, which the agent fills in."""
    return {
        "visit_id": visit_id,
        "entered_by": "p1",
        "visited_date": "2026-11-21",
        "present": ["p1", "p2"],
        "entity_opinion": None,
        "findings": [a_finding()],
    } | changes
