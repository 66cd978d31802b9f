"""People at their browsers over the database of a play: logged in, reading pages, doing acts."""

from typing import Any

from httpx2 import ASGITransport, AsyncClient

from coordinator.services.ports import Credential, Role
from tests.integration.web.county_registers import _HASH, PASSWORD
from tests.play import Play, office
from tests.served import app_of

HTML = {"Accept": "text/html"}


async def people(play: Play, *wanted: tuple[str, str | None]) -> list[AsyncClient]:
    """Give a client for each of these people (login, department or None: office), logged in."""
    app, clients = app_of(play), []
    for login, department in wanted:
        known = Credential(
            login=login,
            name=f"姓名{login}",
            password=_HASH,
            role=Role.DEPARTMENT if department else Role.OFFICE,
            department=department,
            approver=True,
        )
        async with play.work(office()) as work:
            await work.credentials.save(known)
        client = AsyncClient(transport=ASGITransport(app), base_url="http://office")
        answer = await client.post("/v1/login", json={"login": login, "password": PASSWORD})
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        clients.append(client)
    return clients


async def page(client: AsyncClient, path: str) -> str:
    answer = await client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


async def act(client: AsyncClient, path: str, **entry: Any) -> dict[str, Any]:
    answer = await client.post(f"/v1{path}", json=entry)
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done
