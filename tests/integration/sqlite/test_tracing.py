"""One trace across outbox, relay, agent and inbox; and the same work with nothing traced."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import CORRELATION_HEADER, Delivery, OutgoingMessage
from contracts.amqp.traced import TracedPublisher, traced
from contracts.draws import EntropyCommitted, EntropyRequested
from contracts.topology import inbound_key
from contracts.tracing import TRACEPARENT, current_traceparent, span, use_provider
from coordinator.adapters.db.outbox import DatabaseOutbox
from department_agents.clock import MachineClock
from department_agents.post import About, Post, Sender
from department_agents.store.database import Database
from department_agents.store.outbox import SqliteOutbox
from tests.fakes_messaging import FakePublisher
from tests.play import Play, key_of, office

MATTER = "2026-R1"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    use_provider(provider)
    yield exporter
    use_provider(None)
    provider.shutdown()


def arrived(message: OutgoingMessage) -> Delivery:
    return Delivery(
        message_id=message.message_id,
        type=message.type,
        user_id=None,
        routing_key=message.routing_key,
        exchange=message.exchange,
        queue=message.recipient,
        headers=message.headers,
        body=message.body,
        redelivered=False,
        correlation_id=message.headers[CORRELATION_HEADER],
    )


async def asked(play: Play) -> OutgoingMessage:
    async with play.work(office()) as work:
        message = EntropyRequested(
            round_id=MATTER, title="批次", attempts=16, deadline_at=work.now()
        )
        await work.post.to_department("fire", message, subject=MATTER, correlation=MATTER)
    outbox = DatabaseOutbox(play.around.engine, play.clock)
    [pending] = await outbox.pending(await outbox.acquire_lease("relay") or 0, 10)
    return pending


async def answered(database: Database, question: Delivery) -> OutgoingMessage:
    """Let an agent handle the question and write its answer in the same transaction."""
    sender = Sender("/departments/fire", partial(inbound_key, "fire"), key_of("fire"))
    post = Post(sender, MachineClock())

    async def apply(session: AsyncSession, delivery: Delivery) -> None:
        answer = EntropyCommitted(round_id=MATTER, head="ab" * 32)
        await post.send(session, answer, About(MATTER, delivery.correlation_id))

    await database.open()
    async with database.transaction() as session:
        await traced(apply)(session, question)
    outbox = SqliteOutbox(database, MachineClock())
    [pending] = await outbox.pending(await outbox.acquire_lease("agent") or 0, 10)
    await database.close()
    return pending


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {each.name: each for each in exporter.get_finished_spans()}


async def test_the_answer_of_an_agent_is_in_the_trace_of_the_act_that_asked(
    empty: Play, spans: InMemorySpanExporter, tmp_path: Path
) -> None:
    with span("POST /v1/rounds", "server"):
        question = await asked(empty)
    await TracedPublisher(FakePublisher()).publish([question])
    answer = await answered(Database(tmp_path / "agent.sqlite"), arrived(question))
    taken_in: list[str | None] = []

    async def apply(_connection: None, _delivery: Delivery) -> None:
        taken_in.append(current_traceparent())

    await traced(apply)(None, arrived(answer))

    act = by_name(spans)["POST /v1/rounds"]
    found = by_name(spans)
    assert {each.context.trace_id for each in found.values() if each.context} == {
        act.context.trace_id if act.context else None
    }
    assert {name: each.kind.name for name, each in found.items()} == {
        "POST /v1/rounds": "SERVER",
        "publish EntropyRequested.v1": "PRODUCER",
        "process EntropyRequested.v1": "CONSUMER",
        "process EntropyCommitted.v1": "CONSUMER",
    }
    handled, came_back = found["process EntropyRequested.v1"], found["process EntropyCommitted.v1"]
    assert handled.context is not None
    assert came_back.parent is not None
    assert came_back.parent.span_id == handled.context.span_id
    assert f'"traceparent":"{question.headers[TRACEPARENT]}"'.encode() in question.body
    assert taken_in[0] is not None
    assert {
        each.attributes["messaging.message.conversation_id"]
        for each in (handled, came_back)  # type: ignore[index] # they have some
    } == {MATTER}


async def test_an_error_ends_the_span_without_its_words(spans: InMemorySpanExporter) -> None:
    async def apply(_connection: None, _delivery: Delivery) -> None:
        raise ValueError("某企业有限公司")

    delivery = Delivery("m", "T.v1", None, "k", "e", "q", {TRACEPARENT: "nonsense"}, b"{}", False)
    with pytest.raises(ValueError, match="某企业"):
        await traced(apply)(None, delivery)

    [failed] = spans.get_finished_spans()
    assert failed.status.description == "ValueError"
    assert not failed.events


async def test_nothing_is_written_where_nothing_is_traced(empty: Play) -> None:
    with span("POST /v1/rounds", "server"):
        question = await asked(empty)

    assert TRACEPARENT not in question.headers
    assert b"traceparent" not in question.body


def test_a_department_without_opentelemetry_works_on() -> None:
    """In a process of its own, where the library can't be imported."""
    program = """
import sys
sys.modules["opentelemetry"] = None
from contracts.tracing import TracingMissingError, current_traceparent, span, start_tracing
start_tracing(None, "x")
with span("work", "consumer", "00-" + "a" * 32 + "-" + "b" * 16 + "-01", a="b") as work:
    work.rename("other")
    assert current_traceparent() is None
try:
    start_tracing("http://127.0.0.1:1", "x")
except TracingMissingError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "pip install onevisit[tracing]\n"
