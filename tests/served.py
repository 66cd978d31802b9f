"""The pages of a play: the application over its real database, in process or on a port."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any

import uvicorn
from fastapi import FastAPI

from coordinator.adapters.db.unit_of_work import transaction
from coordinator.web.app import WebParts
from tests.play import Play
from tests.shared_app import documents, shared_app

_SECONDS = 30.0


def app_of(play: Play, **changes: Any) -> FastAPI:
    """Give the application as bootstrap wires it, on the database of a play."""
    tokens = count(1)
    values: dict[str, Any] = {
        "open_work": partial(transaction, play.around),
        "documents": documents(),
        "new_token": lambda: f"token-{next(tokens):05d}",
        "machine_now": play.clock.machine_now,
        "office_name": "平川县联席会议办公室",
        "secure_cookies": False,
        "rehearsal": True,
        "version": "0.1.0",
        "zone": "Asia/Shanghai",
    }
    return shared_app(WebParts(**{**values, **changes}))


@contextmanager
def served(resume: Callable[[], Play]) -> Iterator[str]:
    """Serve a play's pages from a thread with a loop of its own; gives the address."""
    # The socket listens from here on: whoever comes early waits in its queue.
    listening = socket.create_server(("127.0.0.1", 0))
    servers: list[uvicorn.Server] = []

    async def run() -> None:
        play = resume()
        servers.append(uvicorn.Server(uvicorn.Config(app_of(play), log_config=None)))
        await servers[0].serve(sockets=[listening])
        await play.close()

    running = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    running.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        servers[0].should_exit = True
        running.join(_SECONDS)
