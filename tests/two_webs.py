"""Two real web processes on one PostgreSQL database, as a site runs several replicas of them."""

import asyncio
import multiprocessing
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from httpx2 import AsyncClient, ConnectError

from coordinator.adapters.passwords import hash_password
from coordinator.services.ports import Credential, Role
from coordinator.settings import Settings
from deploy.local.ports import LOOPBACK, free_port
from tests.builders import NOW
from tests.play import Play, office

PASSWORD = "correct-horse-battery"  # noqa: S105 - of this test only
_WEB = "coordinator.bootstrap.web_process"
_PATIENCE_SECONDS = 60


@dataclass
class Web:
    """One web process and who talks to it."""

    process: BaseProcess
    client: AsyncClient


class TwoWebs:
    """Starts two processes that serve pages and API from one database and one folder of files."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._stack = AsyncExitStack()
        self.webs: list[Web] = []

    async def __aenter__(self) -> Self:
        offset = int((NOW - datetime.now(UTC)).total_seconds())
        rehearsal = self._folder / "rehearsal.json"
        await asyncio.to_thread(rehearsal.write_text, f'{{"offset_seconds": {offset}}}')
        # What a process imports is imported once for both.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([_WEB, "tests.two_webs"])
        self.webs = [await self._started(context, rehearsal) for _ in range(2)]
        async with asyncio.timeout(_PATIENCE_SECONDS):
            for web in self.webs:
                while not await _answers(web.client):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _started(self, context: Any, rehearsal: Path) -> Web:
        port = free_port()
        values = {
            "database_url": self._url,
            "data_folder": self._folder,
            "rehearsal": True,
            "rehearsal_file": rehearsal,
            "web_port": port,
        }
        process = context.Process(target=_serve, args=(values,), daemon=True)
        process.start()
        self._stack.callback(process.kill)
        client = AsyncClient(base_url=f"http://{LOOPBACK}:{port}", timeout=_PATIENCE_SECONDS)
        return Web(process, await self._stack.enter_async_context(client))


async def credentials(play: Play, *logins: str) -> None:
    """Let people of the office log in."""
    digest = hash_password(PASSWORD)
    async with play.work(office()) as work:
        for login in logins:
            person = Credential(
                login=login,
                name=login,
                password=digest,
                role=Role.OFFICE,
                department=None,
                approver=True,
            )
            await work.credentials.save(person)


async def log_in(at: Web, login: str, *others: Web) -> None:
    """Log in at one process and take the session along to the others."""
    answer = await at.client.post("/v1/login", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    for web in (at, *others):
        web.client.cookies.update(at.client.cookies)
        web.client.headers["X-CSRF-Token"] = answer.json()["csrf"]


async def _answers(client: AsyncClient) -> bool:
    try:
        return (await client.get("/v1/me")).status_code == 401
    except ConnectError:
        return False


def _serve(values: dict[str, Any]) -> None:
    asyncio.run(_serve_web(Settings(**values)))


async def _serve_web(settings: Settings) -> None:
    bootstrap, web = import_module("coordinator.bootstrap"), import_module(_WEB)
    async with bootstrap.coordinator(settings) as parts:
        await web.serve_web(parts)
