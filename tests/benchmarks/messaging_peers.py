"""How others carry a task that does nothing: `python messaging_peers.py PEER AMQP_URL NUMBER`.

Runs in a throw-away environment with the peers' packages and none of ours. One process publishes,
then works off what it published; prints messages per second of both.
"""

import asyncio
import importlib
import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

BODY = "x" * 1_500
Rates = dict[str, float]


class Count:
    """Counts handled tasks up to a number."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.done = threading.Event()

    def one(self) -> None:
        """Count one task."""
        self.left -= 1
        if self.left == 0:
            self.done.set()


def _faststream(url: str, number: int) -> Rates:
    rabbit: Any = importlib.import_module("faststream.rabbit")
    broker, count = rabbit.RabbitBroker(url, logger=None), Count(number)
    quorum = {"x-queue-type": "quorum"}
    queue = rabbit.RabbitQueue("peer-faststream", durable=True, arguments=quorum)

    async def handle(_: str) -> None:
        count.one()

    async def work() -> Rates:
        await broker.connect()
        await broker.declare_queue(queue)

        async def publish() -> None:
            for _ in range(number // 100):
                await asyncio.gather(
                    *(broker.publish(BODY, queue, persist=True) for _ in range(100))
                )

        published = await _timed(publish())
        broker.subscriber(queue)(handle)

        async def consume() -> None:
            await broker.start()
            await asyncio.to_thread(count.done.wait)

        consumed = await _timed(consume())
        await broker.stop()
        return {"publish": number / published, "consume": number / consumed}

    return asyncio.run(work())


def _taskiq(url: str, number: int) -> Rates:
    aio_pika: Any = importlib.import_module("taskiq_aio_pika")
    api: Any = importlib.import_module("taskiq.api")
    broker, count = aio_pika.AioPikaBroker(url), Count(number)

    @broker.task  # type: ignore[untyped-decorator]
    async def handle(_: str) -> None:
        count.one()

    async def work() -> Rates:
        broker.is_worker_process = True  # else it may only publish
        await broker.startup()

        async def publish() -> None:
            for _ in range(number // 100):
                await asyncio.gather(*(handle.kiq(BODY) for _ in range(100)))

        published = await _timed(publish())

        async def consume() -> None:
            worker = asyncio.create_task(api.run_receiver_task(broker))
            await asyncio.to_thread(count.done.wait)
            worker.cancel()

        consumed = await _timed(consume())
        await broker.shutdown()
        return {"publish": number / published, "consume": number / consumed}

    return asyncio.run(work())


def _celery(url: str, number: int) -> Rates:
    celery: Any = importlib.import_module("celery")
    app, count = celery.Celery("peer", broker=url), Count(number)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        broker_transport_options={"confirm_publish": True},
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        task_default_queue="peer-celery",
    )

    @app.task  # type: ignore[untyped-decorator]
    def handle(_: str) -> None:
        count.one()

    published = _timed_here(lambda: [handle.delay(BODY) for _ in range(number)])
    started = time.perf_counter()
    options = ["worker", "--pool=solo", "--without-mingle", "--without-gossip", "--loglevel=ERROR"]
    threading.Thread(target=app.worker_main, args=(options,), daemon=True).start()
    count.done.wait()
    return {"publish": number / published, "consume": number / (time.perf_counter() - started)}


def _dramatiq(url: str, number: int) -> Rates:
    dramatiq: Any = importlib.import_module("dramatiq")
    rabbitmq: Any = importlib.import_module("dramatiq.brokers.rabbitmq")
    broker, count = rabbitmq.RabbitmqBroker(url=url, confirm_delivery=True), Count(number)
    dramatiq.set_broker(broker)

    @dramatiq.actor(queue_name="peer-dramatiq")  # type: ignore[untyped-decorator]
    def handle(_: str) -> None:
        count.one()

    published = _timed_here(lambda: [handle.send(BODY) for _ in range(number)])
    worker = dramatiq.Worker(broker, worker_threads=1)
    consumed = _timed_here(lambda: (worker.start(), count.done.wait()))
    worker.stop()
    return {"publish": number / published, "consume": number / consumed}


async def _timed(work: Any) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


def _timed_here(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


PEERS: dict[str, Callable[[str, int], Rates]] = {
    "FastStream": _faststream,
    "taskiq": _taskiq,
    "Celery": _celery,
    "Dramatiq": _dramatiq,
}


if __name__ == "__main__":
    rates = PEERS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
    print(json.dumps(rates), flush=True)
    sys.stdout.flush()
    importlib.import_module("os")._exit(0)  # workers of some peers outlive their last task
