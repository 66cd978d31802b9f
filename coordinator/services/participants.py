"""Departments and credit systems at the broker: provisioned, given new passwords, shut out.

A password leaves with the value that an act gives and is kept nowhere else: not in a row, not in
the audit chain, not in a log.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.definitions import BrokerUser, definitions
from contracts.topology import Topology, UnusableCodeError
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.services.access import require_office_approver
from coordinator.services.ports import (
    BrokerSeen,
    Credentials,
    CreditSystem,
    MessageBroker,
    Participant,
    ParticipantKind,
    QueueSeen,
    Work,
)
from coordinator.services.shut_outs import PROVISIONED, SHUT_OUT, participant_tag


@dataclass(frozen=True)
class Issued:
    """What a participant gets, once; `definitions` where a person must import them by hand."""

    code: str
    credentials: Credentials
    definitions: Mapping[str, Any] | None = None
    closed_connections: int = 0


@dataclass(frozen=True)
class Standing:
    """A participant and its Chinese name; `provisioned` is None where nobody can tell."""

    participant: Participant
    name: str
    provisioned: bool | None = None
    connections: int = 0
    queues: tuple[QueueSeen, ...] = ()

    @property
    def number_of_messages(self) -> int:
        """How many messages wait in its queues."""
        return sum(queue.messages for queue in self.queues)


async def participants(work: Work) -> list[tuple[Participant, str]]:
    """Give everybody who is registered, with the Chinese name: organs first, by position."""
    organs = sorted(await work.departments.where(), key=lambda each: (each.position, each.code))
    systems = await work.credit_systems.where()
    return [
        *((Participant(ParticipantKind.DEPARTMENT, each.code), each.name) for each in organs),
        *((Participant(ParticipantKind.CREDIT_SYSTEM, each.code), each.name) for each in systems),
    ]


async def standing(work: Work) -> list[Standing]:
    """Give everybody who is registered with what the broker says of them.

    Nothing is known where it has no administration, or can't be reached now.
    """
    try:
        seen = None if work.broker is None else await work.broker.seen()
    except RuleBrokenError:
        seen = None
    return [_standing(each, name, seen) for each, name in await participants(work)]


async def standing_of(work: Work, participant: Participant) -> Standing:
    """Give one of them; NOT_FOUND for somebody who is not registered."""
    await _require_registered(work, participant)
    [found] = [each for each in await standing(work) if each.participant == participant]
    return found


async def add_credit_system(work: Work, system: CreditSystem) -> Issued:
    """Register a credit system and provision it."""
    require_office_approver(work)
    participant = Participant(ParticipantKind.CREDIT_SYSTEM, system.code)
    try:
        _ = participant.user
    except UnusableCodeError:
        raise RuleBrokenError(Rule.PARTICIPANT_CODE_UNUSABLE, code=system.code) from None
    await work.credit_systems.add([system])
    await work.audit("organisation:credit-system:registered", system.code)
    return await provision(work, participant)


async def provision(work: Work, participant: Participant, password: str | None = None) -> Issued:
    """Give a registered participant its queues and its broker user, without any restart.

    With the `password` it has already, only what is missing is made.
    """
    require_office_approver(work)
    await _require_registered(work, participant)
    credentials = Credentials(participant.user, password) if password else _fresh(work, participant)
    if password is None and await _is_provisioned(work, participant):
        raise RuleBrokenError(Rule.PARTICIPANT_PROVISIONED, participant=participant.code)
    await _audit(work, PROVISIONED, participant)
    whole = participant.topology(work.inbound_queues)
    if work.broker is None:
        return Issued(participant.code, credentials, importable(whole, credentials))
    await work.broker.provision(whole, credentials)
    return Issued(participant.code, credentials)


async def rotate_password(work: Work, participant: Participant) -> Issued:
    """Give a participant a new password: the old one stops at once, its connections are closed."""
    require_office_approver(work)
    broker = await _administered(work, participant)
    credentials = _fresh(work, participant)
    await _audit(work, "password-rotated", participant)
    await broker.provision(participant.topology(work.inbound_queues), credentials)
    closed = await broker.close_connections(participant.user)
    return Issued(participant.code, credentials, closed_connections=closed)


async def shut_out(work: Work, participant: Participant, reason: str) -> Participant:
    """Take a participant's access away at once; its queues keep what waits in them."""
    require_office_approver(work)
    reason = given(reason, "reason", participant.code)
    broker = await _administered(work, participant)
    await _audit(work, SHUT_OUT, participant, reason=reason)
    if participant.kind is ParticipantKind.CREDIT_SYSTEM:
        system = await work.credit_systems.get(participant.code)
        await work.credit_systems.save(replace(system, log_token=None))
    await broker.remove_user(participant.user)
    await broker.close_connections(participant.user)
    return participant


async def spread_senders(work: Work) -> int:
    """Bind every sender to its own of the office's inbound queues; gives how many were moved."""
    require_office_approver(work)
    return await _required(work).spread_senders(work.inbound_queues)


async def remove_queues(work: Work, participant: Participant, number: int, reason: str) -> int:
    """Delete the queues of somebody shut out, with what waits in them.

    `number` is how many messages the person saw: QUEUES_CHANGED when there are others by now.
    """
    require_office_approver(work)
    reason = given(reason, "reason", participant.code)
    broker = _required(work)
    seen = await broker.seen()
    if participant.user in seen.users:
        raise RuleBrokenError(Rule.PARTICIPANT_PROVISIONED, participant=participant.code)
    here = [seen.queues[name] for name in participant.queues if name in seen.queues]
    found = sum(queue.messages for queue in here)
    if found != number:
        raise RuleBrokenError(Rule.QUEUES_CHANGED, seen=number, found=found)
    await _audit(work, "queues-removed", participant, reason=reason, number_of_messages=found)
    await broker.remove_queues(queue.name for queue in here)
    return found


def importable(whole: Topology, credentials: Credentials) -> dict[str, Any]:
    """Write definitions with one user that any broker can import: nobody else is named."""
    user = BrokerUser(credentials.user, credentials.password)
    document = definitions(whole, [user])
    for kind in ("permissions", "topic_permissions"):
        document[kind] = [row for row in document[kind] if row["user"] == credentials.user]
    return document


def _standing(participant: Participant, name: str, seen: BrokerSeen | None) -> Standing:
    if seen is None:
        return Standing(participant, name)
    return Standing(
        participant,
        name,
        provisioned=participant.user in seen.users,
        connections=seen.connections.get(participant.user, 0),
        queues=tuple(seen.queues[each] for each in participant.queues if each in seen.queues),
    )


async def _require_registered(work: Work, participant: Participant) -> None:
    if participant.kind is ParticipantKind.DEPARTMENT:
        await work.departments.get(participant.code)
    else:
        await work.credit_systems.get(participant.code)


async def _administered(work: Work, participant: Participant) -> MessageBroker:
    """Give the broker where it can be administered and knows the participant's user."""
    await _require_registered(work, participant)
    broker = _required(work)
    if participant.user not in (await broker.seen()).users:
        raise RuleBrokenError(Rule.PARTICIPANT_NOT_PROVISIONED, participant=participant.code)
    return broker


async def _is_provisioned(work: Work, participant: Participant) -> bool:
    return work.broker is not None and participant.user in (await work.broker.seen()).users


def _required(work: Work) -> MessageBroker:
    if work.broker is None:
        raise RuleBrokenError(Rule.BROKER_NOT_ADMINISTERED)
    return work.broker


def _fresh(work: Work, participant: Participant) -> Credentials:
    password = base64.urlsafe_b64encode(work.chance.secret()).decode().rstrip("=")
    return Credentials(participant.user, password)


async def _audit(work: Work, what: str, participant: Participant, **facts: object) -> None:
    await work.audit(
        participant_tag(what),
        participant.code,
        kind=participant.kind.value,
        user=participant.user,
        **facts,
    )
