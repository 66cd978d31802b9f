"""Traces at a collector: one request through every process, and what an absent one costs."""

import socket
from pathlib import Path

from contracts.topology import INBOUND_QUEUE, tasks_queue
from tests.builders import FIRE
from tests.integration.conftest import Broker
from tests.integration.messaging.trace_collector import Exported, a_collector
from tests.integration.messaging.traced_county import CLERK, TITLE, a_traced_county

ROUND = "2026-T1"
ASKED, ANSWERED = "EntropyRequested.v1", "EntropyCommitted.v1"
MESSAGING = {
    "messaging.system",
    "messaging.destination.name",
    "messaging.message.id",
    "messaging.message.conversation_id",
}


def one(spans: list[Exported], service: str, name: str, queue: str = "") -> Exported:
    """Give the one span of this service, name and queue."""
    [found] = [
        each
        for each in spans
        if (each.service, each.name) == (service, name)
        and each.attributes.get("messaging.destination.name", "") == queue
    ]
    return found


async def test_a_request_its_messages_and_their_answer_are_one_trace_at_a_collector(
    broker: Broker, tmp_path: Path
) -> None:
    with a_collector() as collector:
        async with a_traced_county(broker, tmp_path, collector.address) as county:
            await county.open_round(ROUND)
            await collector.until(
                lambda spans: any(
                    (each.service, each.name) == ("onevisit-inbound", f"process {ANSWERED}")
                    for each in spans
                )
            )
            ended = await county.stop()

    spans = collector.exported
    act = one(spans, "onevisit-web", "POST /v1/rounds")
    asking = one(spans, "onevisit-relay", f"publish {ASKED}", tasks_queue(FIRE))
    asked = one(spans, f"onevisit-agent-{FIRE}", f"process {ASKED}", tasks_queue(FIRE))
    answering = one(spans, f"onevisit-agent-{FIRE}", f"publish {ANSWERED}", "office")
    answered = one(spans, "onevisit-inbound", f"process {ANSWERED}", INBOUND_QUEUE)
    way = [act, asking, asked, answering, answered]
    assert {each.trace_id for each in way} == {act.trace_id}
    assert [each.parent_id for each in way] == [
        b"",
        act.span_id,
        act.span_id,
        asked.span_id,
        asked.span_id,
    ]
    assert [each.kind for each in way] == ["SERVER", "PRODUCER", "CONSUMER", "PRODUCER", "CONSUMER"]
    assert {each.attributes["messaging.message.conversation_id"] for each in way[1:]} == {ROUND}
    assert asking.attributes["messaging.message.id"] == asked.attributes["messaging.message.id"]
    # Nothing but these ids leaves the house: no names, no texts, no addresses.
    assert {name for each in spans for name in each.attributes} == MESSAGING
    assert not any(each.number_of_events for each in spans)
    sent = b"".join(collector.bodies)
    assert not any(words.encode() in sent for words in (CLERK, TITLE, str(tmp_path)))
    assert ended == dict.fromkeys(ended, 0)


async def test_business_goes_on_without_its_collector_and_says_so_once(
    broker: Broker, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections, answers nothing
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        async with a_traced_county(broker, tmp_path, address) as county:
            await county.open_round(ROUND)
            await county.has_heard_of(ROUND)
            ended = await county.stop()

    assert ended == dict.fromkeys(ended, 0)
    told = {name: sum("span" in line for line in county.log(name)) for name in ended}
    assert told == dict.fromkeys(ended, 1)
