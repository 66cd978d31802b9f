"""The alert rules name metrics that exist, with labels they have, and say what to do."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from contracts.amqp.disposition import Disposition
from contracts.amqp.ports import Delivery, OutgoingMessage
from contracts.amqp.publisher import Outcome, Receipt
from contracts.heartbeats import Backlog
from coordinator.adapters.metrics import CountingPublisher, InboundCounts, exposition
from coordinator.domain.agents import AgentPulse, Watched, WatchRules, standing_of
from coordinator.services.ports.traffic import RelayLease, WaitingQueue
from coordinator.services.watching import WatchFigures
from tests.unit.agents.office import Office, a_task

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
FILE = Path(__file__).resolve().parents[2] / "deploy" / "alerts.yml"
RULES = [rule for group in yaml.safe_load(FILE.read_text())["groups"] for rule in group["rules"]]
_SERIES = re.compile(r"(onevisit_\w+)(?:\{(\w+)=\"(\w+)\"\})?")


def figures(**changes: Any) -> WatchFigures:
    rules = WatchRules(silent_after_minutes=10, clock_offset_seconds=120, mute_hours_most=168)
    backlog = Backlog(outbox_pending=7, unroutable=0, retries=0, held_back=0, parked=0)
    pulse = AgentPulse(
        agent="dept-fire", heard_at=NOW, heartbeat_at=NOW, sent_at=NOW, backlog=backlog
    )
    watched = [
        Watched(agent="dept-fire", code="fire", expected=True, pulse=pulse),
        Watched(agent="dept-health", code="health", expected=True),
    ]
    values = {
        "at": NOW,
        "waiting": [WaitingQueue(recipient="q", number=3, oldest_at=NOW - timedelta(seconds=90))],
        "unroutable": 1,
        "parked": 2,
        "retrying": 4,
        "lease": RelayLease(owner="r", epoch=5, expires_at=NOW + timedelta(seconds=15)),
        "agents": [standing_of(each, rules, NOW) for each in watched],
        "behind": {"onevisit.dept.fire.tasks": 9},
    }
    return WatchFigures(**{**values, **changes})


class Answering:
    """A publisher that is told what to answer."""

    async def publish(self, messages: list[OutgoingMessage]) -> list[Receipt]:
        return [Receipt(outcome) for outcome, _ in zip(Outcome, messages, strict=False)]

    async def close(self) -> None:
        pass


async def processes() -> str:
    """Give what relay and inbound count after a few messages."""
    registry = CollectorRegistry()
    letters = [Office("fire").outgoing(a_task()) for _ in Outcome]
    await CountingPublisher(Answering(), registry).publish(letters)  # type: ignore[arg-type] # lists
    delivery = Delivery("m", "t", "u", "k", "e", "q", {}, b"{}", redelivered=True)

    async def handle(_deliveries: object) -> list[Disposition]:
        return [Disposition.DONE, Disposition.PARK]

    await InboundCounts(registry).counting("q", handle)([delivery, delivery])
    return generate_latest(registry).decode()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
async def test_every_metric_of_a_rule_exists_and_can_have_its_label(
    rule: Mapping[str, Any],
) -> None:
    exposed = exposition(figures()).decode() + await processes()

    series = _SERIES.findall(rule["expr"])

    assert series
    for name, label, value in series:
        wanted = rf'^{name}\{{[^}}]*{label}="{value}"' if label else rf"^{name}[ {{]"
        assert re.search(wanted, exposed, re.MULTILINE), f"{name} {label}={value}"
    assert rule["annotations"]["do"]
    assert rule["labels"]["severity"] in ("critical", "warning")


def test_the_figures_are_those_of_the_database() -> None:
    lines = exposition(figures()).decode().splitlines()

    for line in (
        'onevisit_outbox_pending{recipient="q"} 3.0',
        'onevisit_outbox_oldest_seconds{recipient="q"} 90.0',
        "onevisit_messages_unroutable 1.0",
        "onevisit_messages_parked 2.0",
        "onevisit_messages_retrying 4.0",
        "onevisit_relay_lease_epoch 5.0",
        "onevisit_relay_lease_left_seconds 15.0",
        'onevisit_agent_state{agent="dept-fire",state="well"} 1.0',
        'onevisit_agent_state{agent="dept-health",state="silent"} 1.0',
        'onevisit_agent_backlog{agent="dept-fire",kind="outbox_pending"} 7.0',
        'onevisit_queue_behind{queue="onevisit.dept.fire.tasks"} 9.0',
    ):
        assert line in lines


def test_before_the_first_relay_there_is_no_lease_to_tell_of() -> None:
    assert b"lease" not in exposition(figures(lease=None))


async def test_what_the_processes_count_is_what_happened() -> None:
    lines = (await processes()).splitlines()

    for line in (
        'onevisit_relay_published_total{outcome="confirmed"} 1.0',
        'onevisit_relay_published_total{outcome="returned"} 1.0',
        'onevisit_inbound_redelivered_total{queue="q"} 2.0',
        'onevisit_inbound_messages_total{ending="park",queue="q"} 1.0',
        'onevisit_inbound_batch_size_sum{queue="q"} 2.0',
    ):
        assert line in lines
