"""What arrives on the inbound queue, with the heartbeats taken out before the inbox.

A heartbeat costs one row for each agent of a batch and no attempt, inbox row, audit entry or
business lock. One that is lost is lost: the next says it all again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from contracts import topology
from contracts.amqp.admission import require_readable
from contracts.amqp.disposition import Disposition, describe, dispose_all
from contracts.amqp.ports import SCHEMA_HEADER, Delivery, Inbox, PermanentFailure
from contracts.catalogue import CATALOGUE
from contracts.envelope import EnvelopeInvalidError, SchemaVersion, UnknownMajorError, decode
from contracts.heartbeats import HeartbeatSent
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.agents import DatabasePulses
from coordinator.domain.agents import AgentPulse

_ENTRY = CATALOGUE[HeartbeatSent.__name__]
_KNOWN = SchemaVersion(_ENTRY.name, _ENTRY.major, _ENTRY.minor)
_HEARD_AGAIN = timedelta(seconds=10)  # a busy sender is not noted with every message
# Further off is no clock: near the ends of the calendar no zone can show it, no database keep it.
_NO_CLOCK = timedelta(days=36_525)

log = structlog.get_logger(__name__)


class InboundDoor:
    """The handler of the inbound queue: heartbeats here, all else to the inbox."""

    def __init__(self, inbox: Inbox, pulses: DatabasePulses, clock: BusinessClock) -> None:
        self._inbox = inbox
        self._pulses = pulses
        self._clock = clock
        self._noted: dict[str, datetime] = {}

    async def __call__(self, deliveries: Sequence[Delivery]) -> list[Disposition]:
        """Decide how each delivery ends, in order."""
        others = [each for each in deliveries if not is_heartbeat(each)]
        ends = iter(await dispose_all(self._inbox, others) if others else ())
        beats: dict[str, AgentPulse] = {}
        decided = [
            await self._beat(each, beats) if is_heartbeat(each) else next(ends)
            for each in deliveries
        ]
        await self._note(beats, {each.user_id for each in others if each.user_id})
        return decided

    async def _beat(self, delivery: Delivery, beats: dict[str, AgentPulse]) -> Disposition:
        agent = sender_of(delivery)
        if agent is None:
            reason = f"heartbeat of {delivery.user_id or 'nobody'} under {delivery.routing_key}"
            await self._inbox.park(delivery, reason)
            log.error("message_parked", message_id=delivery.message_id, reason=reason)
            return Disposition.PARK
        beats[agent] = pulse_of(agent, delivery, self._clock.machine_now())
        return Disposition.DONE

    async def _note(self, beats: dict[str, AgentPulse], senders: set[str]) -> None:
        now = self._clock.machine_now()
        heard = {each for each in senders - beats.keys() if self._is_due(each, now)}
        try:
            await self._pulses.beat(list(beats.values()))
            await self._pulses.heard(heard, now)
        except Exception as error:
            # The others of the batch are decided: they must not be taken in again for this.
            log.error("pulse_lost", error=describe(error))  # noqa: TRY400
            return
        self._noted |= dict.fromkeys(heard | beats.keys(), now)

    def _is_due(self, sender: str, now: datetime) -> bool:
        noted = self._noted.get(sender)
        return bool(_code(sender)) and (noted is None or now - noted >= _HEARD_AGAIN)


def is_heartbeat(delivery: Delivery) -> bool:
    """Tell heartbeats of any version by their type."""
    return delivery.type.partition(".")[0] == _ENTRY.name


def sender_of(delivery: Delivery) -> str | None:
    """Give the broker user of a heartbeat; None when the key is not its own."""
    agent = delivery.user_id or ""
    prefix = "dept" if topology.department_of(agent) else "credit"
    own = f"{prefix}.{_code(agent)}.{delivery.type}"
    return agent if _code(agent) and delivery.routing_key == own else None


def pulse_of(agent: str, delivery: Delivery, now: datetime) -> AgentPulse:
    """Read a heartbeat; one that can't be read says why in `flaw`, and its sender lives."""
    pulse = AgentPulse(agent=agent, heard_at=now, heartbeat_at=now)
    try:
        require_readable(delivery)
        sent = SchemaVersion.parse(delivery.headers.get(SCHEMA_HEADER, ""))
        said = decode(delivery.body, HeartbeatSent, sent, _KNOWN).data
    except (PermanentFailure, EnvelopeInvalidError, UnknownMajorError) as error:
        return replace(pulse, flaw=str(error)[:500])
    times = (said.sent_at, said.started_at, said.backlog.oldest_pending_at or now)
    if any(abs(now - each) > _NO_CLOCK for each in times):
        return replace(pulse, flaw="a time that no clock shows")
    return replace(
        pulse,
        sent_at=said.sent_at,
        started_at=said.started_at,
        version=said.version,
        backlog=said.backlog,
        checks=said.checks,
    )


def _code(agent: str) -> str:
    return topology.department_of(agent) or topology.credit_system_of(agent) or ""
