"""The office's web process as the public sees it: takes complaints in, or says why it can't."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx2

from coordinator.domain.errors import Rule
from coordinator.web.rule_texts import RULE_TEXTS
from deploy.local.ports import LOOPBACK, free_port
from tests.chaos.plant import Plant, until

_WORDS = "检查人员超出告知的范围。" * 100
_SECONDS = 10.0


class OfficeSite:
    """The public pages of a running office."""

    def __init__(self, browser: httpx2.AsyncClient) -> None:
        self._browser = browser

    async def is_ready(self) -> bool:
        """Say whether the service can work."""
        try:
            return (await self._browser.get("/readyz")).status_code == HTTPStatus.OK
        except httpx2.TransportError:
            return False  # it does not listen yet

    async def warnings(self) -> list[str]:
        """Give what somebody should see to."""
        found: list[str] = (await self._browser.get("/readyz")).json()["warnings"]
        return found

    async def takes(self) -> bool:
        """Hand in a complaint, and say whether it was taken in."""
        return (await self._complain()).status_code == HTTPStatus.OK

    async def refuses(self, rule: Rule) -> bool:
        """Hand in a complaint, and say whether this rule refused it in words."""
        answer = await self._complain()
        return answer.status_code == RULE_TEXTS[rule].status and RULE_TEXTS[rule].zh in answer.text

    async def _complain(self) -> httpx2.Response:
        return await self._browser.post("/complaints", data={"text": _WORDS})


@asynccontextmanager
async def a_site(plant: Plant) -> AsyncIterator[OfficeSite]:
    """Serve the site beside everything else; whatever strikes meanwhile, it ends well."""
    port = free_port()
    plant.add("web", "coordinator.commands.main", "serve", "web", ONEVISIT_WEB_PORT=str(port))
    try:
        async with httpx2.AsyncClient(
            base_url=f"http://{LOOPBACK}:{port}", timeout=_SECONDS
        ) as browser:
            site = OfficeSite(browser)
            await until(site.is_ready, "the site is ready")
            yield site
    finally:
        status = await asyncio.to_thread(plant.processes.pop("web").stop)
    assert status == 0, f"the web process ended with {status}"
